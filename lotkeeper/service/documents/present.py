"""Documents about the present, made of what the running service answers.

The messages are imported inside the functions: commands that only look at the past import this module, too.
"""

from decimal import Decimal
from typing import Any

from lotkeeper.service.client import Ask
from lotkeeper.service.documents.open_orders import MOST_LOTS, open_orders
from lotkeeper.service.documents.pair_rows import bids_by_pair
from lotkeeper.service.errors import ServiceError, UnknownNameError

Json = dict[str, Any]


def last_bids(ask: Ask) -> dict[str, Decimal]:
    """The last bid (quote asset) of each pair that has one; empty while the Monitor restarts."""
    from messages.control import AskStatus

    try:
        return bids_by_pair(ask(AskStatus()).document)
    except ServiceError:
        return {}


def present_positions(ask: Ask, pair: str, limit: int, *, is_all: bool) -> list[Json]:
    """The lots of the running service, at most `limit`, those bought last first."""
    from messages.control import AskPositions

    return list(ask(AskPositions(pair, not is_all, limit)).positions)


def present_orders(ask: Ask, pair: str) -> list[Json]:
    """The open orders of a pair, or (empty) of all."""
    from messages.control import AskPositions, AskStatus

    lots = ask(AskPositions(pair, True, MOST_LOTS)).positions
    return open_orders(lots, ask(AskStatus()).document["pairs"], pair)


def todo_of(status: Json, pair: str) -> list[Json]:
    """What needs a person, of a pair or (empty) of all. Raises UnknownNameError."""
    from lotkeeper.trading.nearest_names import not_configured

    if pair and pair not in status["pairs"]:
        raise UnknownNameError(not_configured(pair, status["pairs"]))
    return [each for each in status["todo"] if pair in ("", each["pair"])]


def explained_lot(ask: Ask, lot: str) -> Json:
    """The arithmetic of a lot, with how far the market is from each of its exits."""
    from lotkeeper.service.documents.known_names import lot_explained
    from lotkeeper.service.documents.triggers import with_exit_distances
    from messages.control import ExplainLot

    with lot_explained(ask, lot):
        found: Json = ask(ExplainLot(lot)).document
    return with_exit_distances(found, last_bids(ask).get(found["pair"]) if found["exits"] else None)
