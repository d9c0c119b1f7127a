"""Converts the terms of a pair to a JSON text and back: filters by the exchange's names, amounts in plain digits."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar, get_args, get_origin

import orjson

from lotkeeper.trading.filters.amounts import LotSize, Precision, PriceFilter
from lotkeeper.trading.filters.base import Filter
from lotkeeper.trading.filters.catalogue import FILTERS
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import ExitPolicy, Market, Terms

Json = dict[str, Any]
_Value = TypeVar("_Value")


def terms_to_text(terms: Terms) -> str:
    pair = terms.market.pair
    document = {
        "symbol": pair.symbol,
        "base": pair.base,
        "quote": pair.quote,
        "status": pair.status,
        "price": _to_json(pair.price),
        "size": _to_json(pair.size),
        "filters": [{"name": each.name, **_to_json(each)} for each in pair.filters],
        "precision": _to_json(pair.precision),
        "unknown": list(pair.unknown),
        "self_trade": pair.self_trade,
        "allows_trailing": pair.allows_trailing,
        "takes_lists": pair.takes_lists,
        "takes_opo": pair.takes_opo,
        "sell_rate": format(terms.market.sell_rate, "f"),
        "policy": _to_json(terms.policy),
    }
    return orjson.dumps(document).decode()


def known_terms(texts: Iterable[str]) -> Iterator[Terms]:
    """The terms in these texts; without those that another version has written."""
    for text in texts:
        try:
            yield terms_from_text(text)
        except (ValueError, KeyError, TypeError, ArithmeticError):
            continue  # the keeper of the pair writes it again


def terms_from_text(text: str) -> Terms:
    """Raises ValueError, KeyError or TypeError for a text that `terms_to_text` did not write."""
    document: Json = orjson.loads(text)
    filters: list[Json] = document["filters"]
    pair = TradePair(
        symbol=document["symbol"],
        base=document["base"],
        quote=document["quote"],
        status=document["status"],
        price=_from_json(PriceFilter, document["price"]),
        size=_from_json(LotSize, document["size"]),
        filters=tuple(_filter(each) for each in filters if each["name"] in FILTERS),
        precision=_from_json(Precision, document["precision"]),
        unknown=tuple(document["unknown"]),
        self_trade=document.get("self_trade", ""),
        allows_trailing=document.get("allows_trailing", True),  # an earlier version did not write it
        takes_lists=document.get("takes_lists", True),
        takes_opo=document.get("takes_opo", False),
    )
    return Terms(Market(pair, Decimal(document["sell_rate"])), _from_json(ExitPolicy, document["policy"]))


def sell_rate_from_text(text: str) -> Decimal | None:
    """The fee alone, also from a text of an earlier version; None if it has none."""
    try:
        return Decimal(orjson.loads(text)["sell_rate"])
    except (ValueError, KeyError, TypeError, ArithmeticError):
        return None


def _filter(document: Json) -> Filter:
    return _from_json(FILTERS[document["name"]], document)


def _to_json(value: Any) -> Json:
    return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_to_json(each) for each in value]
    return format(value, "f") if isinstance(value, Decimal) else value


def _from_json(kind: type[_Value], document: Json) -> _Value:
    """`kind` is a dataclass of decimals, enums of texts, texts, whole numbers, flags, and tuples of such dataclasses.

    An earlier version wrote no field for what it did not have.
    """
    present = (field for field in fields(kind) if field.name in document)  # type: ignore[arg-type]
    return kind(**{field.name: _converted(field.type, document[field.name]) for field in present})


def _converted(kind: Any, value: Any) -> Any:
    if get_origin(kind) is tuple:
        return tuple(_from_json(get_args(kind)[0], each) for each in value)
    is_text_in_json = kind is Decimal or (isinstance(kind, type) and issubclass(kind, StrEnum))
    return kind(value) if is_text_in_json else value
