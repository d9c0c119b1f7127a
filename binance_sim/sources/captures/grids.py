"""The steps in which a pair's prices and quantities move, before its exchange is built."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from binance_sim.numbers import ATOM
from binance_sim.symbols.catalogue import usual_document
from binance_sim.symbols.rules import Json, SymbolError, rules_of


@dataclass(frozen=True, slots=True)
class Grid:
    """Tick size and step size."""

    tick: Decimal = ATOM
    step: Decimal = ATOM


def grid_of(symbol: str, documents: Mapping[str, Json]) -> Grid:
    """The steps by `documents` (elements of exchangeInfo), else the usual ones; the finest for an unknown asset."""
    try:
        rules = rules_of(documents.get(symbol) or usual_document(symbol))
    except SymbolError:
        return Grid()
    return Grid(rules.tick or ATOM, rules.step or ATOM)
