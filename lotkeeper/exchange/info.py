"""Reading exchangeInfo (Binance rest-api.md, filters.md): one damaged row never hides the others."""

from collections.abc import Mapping
from decimal import Decimal

from lotkeeper.exchange import fields
from lotkeeper.exchange.fields import MalformedError, Row
from lotkeeper.exchange.shapes import ExchangeInfo
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.pairs import TradePair

_PRECISION = 8  # of both assets, where the row does not state it
_MOST_PRECISION = 20
# Rules that a LIMIT SELL keeps by itself, that need no arithmetic of ours, or that are for other kinds of orders.
_KNOWN_FILTERS = frozenset(
    {
        "PRICE_FILTER", "PERCENT_PRICE", "PERCENT_PRICE_BY_SIDE", "LOT_SIZE", "MARKET_LOT_SIZE", "MIN_NOTIONAL",
        "NOTIONAL", "ICEBERG_PARTS", "MAX_NUM_ORDERS", "MAX_NUM_ALGO_ORDERS", "MAX_NUM_ICEBERG_ORDERS", "MAX_POSITION",
        "TRAILING_DELTA", "MAX_NUM_ORDER_LISTS", "MAX_NUM_ORDER_AMENDS", "MAX_ALGO_ORDERS", "T_PLUS_SELL",
    }
)  # fmt: skip


def parse_exchange_info(body: object) -> ExchangeInfo:
    """The pairs of an exchangeInfo answer; raises MalformedError when it is no such answer at all."""
    source = fields.row(body)
    pairs: dict[str, TradePair] = {}
    problems: list[str] = []
    unknown: set[str] = set()
    for number, each in enumerate(fields.rows(source.get("symbols"))):
        try:
            pair = _pair(fields.row(each))
        except MalformedError as error:
            problems.append(f"{_name(each, number)}: {error}")
            continue
        pairs[pair.symbol] = pair
        names = _filters(each).keys()
        unknown |= names - _KNOWN_FILTERS
        if "T_PLUS_SELL" in names:
            problems.append(f"{pair.symbol}: the exchange restricts when bought coins may be sold (T_PLUS_SELL)")
    server_time = source.get("serverTime")
    return ExchangeInfo(
        pairs=pairs,
        problems=tuple(problems),
        weight_limit=_limit(source, {"REQUEST_WEIGHT", "REQUESTS"}, "MINUTE"),
        order_limit=_limit(source, {"ORDERS"}, "SECOND"),
        unknown_filters=tuple(sorted(unknown)),
        server_time_ms=server_time if type(server_time) is int else None,
    )


def _pair(source: Row) -> TradePair:
    filters = _filters(source)
    price, lot = _needed(filters, "PRICE_FILTER"), _needed(filters, "LOT_SIZE")
    notional, old_notional = filters.get("NOTIONAL", {}), filters.get("MIN_NOTIONAL", {})
    return TradePair(
        symbol=fields.text(source, "symbol"),
        base=fields.text(source, "baseAsset"),
        quote=fields.text(source, "quoteAsset"),
        status=fields.text(source, "status"),
        tick=fields.amount(price, "tickSize") or _finest(source, "quoteAssetPrecision"),
        step=fields.amount(lot, "stepSize") or _finest(source, "baseAssetPrecision"),
        min_price=fields.amount(price, "minPrice"),
        max_price=fields.amount(price, "maxPrice"),
        min_quantity=fields.amount(lot, "minQty"),
        max_quantity=fields.amount(lot, "maxQty"),
        min_notional=max(_optional(notional, "minNotional"), _optional(old_notional, "minNotional")),
        max_notional=_optional(notional, "maxNotional"),
    )


def _filters(source: Row) -> dict[str, Row]:
    listed = [fields.row(each) for each in fields.rows(source.get("filters"))]
    return {fields.text(each, "filterType"): each for each in listed}


def _needed(filters: Mapping[str, Row], name: str) -> Row:
    if name not in filters:
        raise MalformedError(f"the filter {name} is missing")
    return filters[name]


def _optional(source: Row, name: str) -> Decimal:
    return fields.amount(source, name) if name in source else ZERO


def _finest(source: Row, name: str) -> Decimal:
    """The finest amount of an asset: what bounds a price or quantity whose own step is switched off by a zero."""
    digits = fields.whole(source, name) if name in source else _PRECISION
    if not 0 <= digits <= _MOST_PRECISION:
        raise MalformedError(f"{name} should be from 0 to {_MOST_PRECISION}, but is {digits}")
    return Decimal(1).scaleb(-digits)


def _limit(source: Row, kinds: set[str], interval: str) -> int | None:
    limits = source.get("rateLimits")
    for each in limits if isinstance(limits, list) else []:
        if isinstance(each, dict) and each.get("rateLimitType") in kinds and each.get("interval") == interval:
            limit = each.get("limit")
            return limit if type(limit) is int else None
    return None


def _name(source: object, number: int) -> str:
    name = source.get("symbol") if isinstance(source, dict) else None
    return name if isinstance(name, str) else f"row {number}"
