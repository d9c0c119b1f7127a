"""Reading the filters of exchangeInfo and myFilters (Binance filters.md), each with its own fields."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from lotkeeper.exchange import fields
from lotkeeper.exchange.fields import MalformedError, Row
from lotkeeper.trading.filters.amounts import (
    IcebergParts,
    LotSize,
    MarketLotSize,
    MaxAsset,
    MaxPosition,
    MinNotional,
    Notional,
    PercentPrice,
    PercentPriceBySide,
    PriceFilter,
    TPlusSell,
    TrailingDelta,
)
from lotkeeper.trading.filters.base import Filter
from lotkeeper.trading.filters.counts import (
    ExchangeMaxNumAlgoOrders,
    ExchangeMaxNumIcebergOrders,
    ExchangeMaxNumOrderLists,
    ExchangeMaxNumOrders,
    MaxNumAlgoOrders,
    MaxNumIcebergOrders,
    MaxNumOrderAmends,
    MaxNumOrderLists,
    MaxNumOrders,
)
from lotkeeper.trading.money import ZERO

_Wanted = TypeVar("_Wanted", bound=Filter)


@dataclass(frozen=True, slots=True)
class FiltersRead:
    filters: tuple[Filter, ...]
    problems: tuple[str, ...]  # for people: one for each filter that could not be read
    unknown: tuple[str, ...]  # names of filters that are new to us


def read_filters(rows: Iterable[object], base: str = "") -> FiltersRead:
    """All filters of a list; `base` is the pair's base asset. A damaged or unknown filter hides no other."""
    known: list[Filter] = []
    problems: list[str] = []
    unknown: list[str] = []
    for each in rows:
        name = ""
        try:
            row = fields.row(each)
            name = fields.text(row, "filterType")
            read = _READERS.get(name)
            if read is None:
                unknown.append(name)
            else:
                known.append(read(row, base))
        except MalformedError as error:
            problems.append(f"the filter {name} cannot be read: {error}" if name else f"a filter is damaged: {error}")
    return FiltersRead(tuple(known), tuple(problems), tuple(dict.fromkeys(unknown)))


def needed(filters: Iterable[Filter], kind: type[_Wanted]) -> _Wanted:
    """The filter of that kind; raises MalformedError where it is missing."""
    found = next((each for each in filters if isinstance(each, kind)), None)
    if found is None:
        raise MalformedError(f"the filter {kind.name} is missing")
    return found


def _optional(source: Row, name: str) -> Decimal:
    return fields.amount(source, name) if name in source else ZERO


def _flag(source: Row, name: str, otherwise: bool) -> bool:
    return fields.flag(source, name) if name in source else otherwise


def _price(source: Row, _: str) -> Filter:
    return PriceFilter(*(fields.amount(source, name) for name in ("tickSize", "minPrice", "maxPrice")))


def _percent_price(source: Row, _: str) -> Filter:
    return PercentPrice(fields.amount(source, "multiplierUp"), fields.amount(source, "multiplierDown"))


def _percent_price_by_side(source: Row, _: str) -> Filter:
    names = ("bidMultiplierUp", "bidMultiplierDown", "askMultiplierUp", "askMultiplierDown")
    return PercentPriceBySide(*(fields.amount(source, name) for name in names))


def _size(kind: type[LotSize] | type[MarketLotSize]) -> "Reader":
    return lambda source, _: kind(*(fields.amount(source, name) for name in ("stepSize", "minQty", "maxQty")))


def _min_notional(source: Row, _: str) -> Filter:
    """In 2018 it had the amount only."""
    return MinNotional(fields.amount(source, "minNotional"), _flag(source, "applyToMarket", True))


def _notional(source: Row, _: str) -> Filter:
    return Notional(
        fields.amount(source, "minNotional"),
        _optional(source, "maxNotional"),
        _flag(source, "applyMinToMarket", True),
        _flag(source, "applyMaxToMarket", False),
    )


def _counting(kind: Callable[[int], Filter], *names: str) -> "Reader":
    """A filter of one whole number, under the first of the names that the row has."""
    return lambda source, _: kind(fields.whole(source, next((name for name in names if name in source), names[0])))


def _trailing_delta(source: Row, _: str) -> Filter:
    names = ("minTrailingAboveDelta", "maxTrailingAboveDelta", "minTrailingBelowDelta", "maxTrailingBelowDelta")
    return TrailingDelta(*(fields.whole(source, name) for name in names))


def _max_position(source: Row, _: str) -> Filter:
    return MaxPosition(fields.amount(source, "maxPosition"))


def _max_asset(source: Row, base: str) -> Filter:
    asset = fields.text(source, "asset")
    return MaxAsset(asset, fields.amount(source, "limit"), asset == base)


def _t_plus_sell(source: Row, _: str) -> Filter:
    return TPlusSell(fields.whole(source, "endTime"))


Reader = Callable[[Row, str], Filter]

_READERS: dict[str, Reader] = {
    "PRICE_FILTER": _price,
    "PERCENT_PRICE": _percent_price,
    "PERCENT_PRICE_BY_SIDE": _percent_price_by_side,
    "LOT_SIZE": _size(LotSize),
    "MARKET_LOT_SIZE": _size(MarketLotSize),
    "MIN_NOTIONAL": _min_notional,
    "NOTIONAL": _notional,
    "ICEBERG_PARTS": _counting(IcebergParts, "limit"),
    "MAX_NUM_ORDERS": _counting(MaxNumOrders, "maxNumOrders", "limit"),
    "MAX_NUM_ALGO_ORDERS": _counting(MaxNumAlgoOrders, "maxNumAlgoOrders", "limit"),
    "MAX_ALGO_ORDERS": _counting(MaxNumAlgoOrders, "maxNumAlgoOrders", "maxAlgoOrders"),  # its name until 2018
    "MAX_NUM_ICEBERG_ORDERS": _counting(MaxNumIcebergOrders, "maxNumIcebergOrders", "limit"),
    "MAX_NUM_ORDER_LISTS": _counting(MaxNumOrderLists, "maxNumOrderLists", "limit"),
    "MAX_NUM_ORDER_AMENDS": _counting(MaxNumOrderAmends, "maxNumOrderAmends", "limit"),
    "EXCHANGE_MAX_NUM_ORDERS": _counting(ExchangeMaxNumOrders, "maxNumOrders", "limit"),
    "EXCHANGE_MAX_NUM_ALGO_ORDERS": _counting(ExchangeMaxNumAlgoOrders, "maxNumAlgoOrders", "limit"),
    "EXCHANGE_MAX_ALGO_ORDERS": _counting(ExchangeMaxNumAlgoOrders, "maxNumAlgoOrders", "limit"),
    "EXCHANGE_MAX_NUM_ICEBERG_ORDERS": _counting(ExchangeMaxNumIcebergOrders, "maxNumIcebergOrders", "limit"),
    "EXCHANGE_MAX_NUM_ORDER_LISTS": _counting(ExchangeMaxNumOrderLists, "maxNumOrderLists", "limit"),
    "MAX_POSITION": _max_position,
    "MAX_ASSET": _max_asset,
    "TRAILING_DELTA": _trailing_delta,
    "T_PLUS_SELL": _t_plus_sell,
}
