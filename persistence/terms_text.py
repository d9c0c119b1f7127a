"""The terms of a pair as a JSON text and back: filters by the exchange's names, amounts in plain digits."""

from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

import orjson

from lotkeeper.trading.filters.base import Filter
from lotkeeper.trading.filters.catalogue import FILTERS
from lotkeeper.trading.filters.precision import Precision
from lotkeeper.trading.filters.prices import PriceFilter
from lotkeeper.trading.filters.sizes import LotSize
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.situation import Market, Terms

Json = dict[str, Any]
_Value = TypeVar("_Value")


def text_of(terms: Terms) -> str:
    """The JSON text."""
    pair = terms.market.pair
    document = {
        "symbol": pair.symbol,
        "base": pair.base,
        "quote": pair.quote,
        "status": pair.status,
        "price": _written(pair.price),
        "size": _written(pair.size),
        "filters": [{"name": each.name, **_written(each)} for each in pair.filters],
        "precision": _written(pair.precision),
        "unknown": list(pair.unknown),
        "sell_rate": format(terms.market.sell_rate, "f"),
        "policy": _written(terms.policy),
    }
    return orjson.dumps(document).decode()


def terms_of(text: str) -> Terms:
    """The terms that a text says; raises ValueError, KeyError or TypeError for any other text."""
    document: Json = orjson.loads(text)
    filters: list[Json] = document["filters"]
    pair = TradePair(
        symbol=document["symbol"],
        base=document["base"],
        quote=document["quote"],
        status=document["status"],
        price=_read(PriceFilter, document["price"]),
        size=_read(LotSize, document["size"]),
        filters=tuple(_filter(each) for each in filters if each["name"] in FILTERS),
        precision=_read(Precision, document["precision"]),
        unknown=tuple(document["unknown"]),
    )
    return Terms(Market(pair, Decimal(document["sell_rate"])), _read(ExitPolicy, document["policy"]))


def _filter(document: Json) -> Filter:
    return _read(FILTERS[document["name"]], document)


def _written(value: Any) -> Json:
    found = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: format(each, "f") if isinstance(each, Decimal) else each for name, each in found.items()}


def _read(kind: type[_Value], document: Json) -> _Value:
    """A flat dataclass of decimals, words of an enumeration, texts, whole numbers and flags."""
    values = {field.name: _as(field.type, document[field.name]) for field in fields(kind)}  # type: ignore[arg-type]
    return kind(**values)


def _as(kind: Any, value: Any) -> Any:
    is_made = kind is Decimal or (isinstance(kind, type) and issubclass(kind, StrEnum))
    return kind(value) if is_made else value
