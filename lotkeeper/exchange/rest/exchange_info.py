"""Reading exchangeInfo (Binance rest-api.md, filters.md): one damaged row never hides the others."""

from lotkeeper.exchange import fields
from lotkeeper.exchange.fields import MalformedError, Row
from lotkeeper.exchange.rest.filters import FiltersRead, needed, read_filters
from lotkeeper.exchange.shapes import ExchangeInfo
from lotkeeper.trading.filters.amounts import LotSize, Precision, PriceFilter, TPlusSell
from lotkeeper.trading.orders.trails import TRAILING_TYPE
from lotkeeper.trading.pair import TradePair

_PRECISION = 8  # digits of both assets, where the row does not state them
_MOST_PRECISION = 20


def parse_exchange_info(body: object) -> ExchangeInfo:
    """The pairs of an exchangeInfo answer; raises MalformedError for any other answer."""
    source = fields.row(body)
    everywhere = read_filters(_list(source.get("exchangeFilters")))
    pairs: dict[str, TradePair] = {}
    problems: list[str] = list(everywhere.problems)
    for number, each in enumerate(fields.rows(source.get("symbols"))):
        try:
            pair, read = _pair(fields.row(each), everywhere)
        except MalformedError as error:
            problems.append(f"{_name(each, number)}: {error}")
            continue
        pairs[pair.symbol] = pair
        problems += [f"{pair.symbol}: {problem}" for problem in (*read.problems, *_restrictions(pair))]
    server_time = source.get("serverTime")
    return ExchangeInfo(
        pairs=pairs,
        problems=tuple(problems),
        server_time_ms=server_time if type(server_time) is int else None,
    )


def _pair(source: Row, everywhere: FiltersRead) -> tuple[TradePair, FiltersRead]:
    base = fields.text(source, "baseAsset")
    read = read_filters(fields.rows(source.get("filters")), base)
    price, size = _needed_filters(read)
    others = tuple(each for each in read.filters if each not in (price, size))
    pair = TradePair(
        symbol=fields.text(source, "symbol"),
        base=base,
        quote=fields.text(source, "quoteAsset"),
        status=fields.text(source, "status"),
        price=price,
        size=size,
        filters=(*others, *everywhere.filters),
        precision=Precision(_digits(source, "baseAssetPrecision"), _quote_digits(source)),
        unknown=(*read.unknown, *everywhere.unknown),
        self_trade=str(source.get("defaultSelfTradePreventionMode", "")),
        allows_trailing=_allows_trailing(source),
        takes_opo=source.get("otoAllowed") is True and source.get("opoAllowed") is True,
        takes_lists=source.get("ocoAllowed") is not False,
    )
    return pair, read


def _allows_trailing(source: Row) -> bool:
    """Whether a TAKE_PROFIT_LIMIT with a trailing delta is taken; where the row does not say so, it may be."""
    types = source.get("orderTypes")
    return source.get("allowTrailingStop") is not False and (not isinstance(types, list) or TRAILING_TYPE in types)


def _needed_filters(read: FiltersRead) -> tuple[PriceFilter, LotSize]:
    """Without these two filters no price and no quantity can be calculated."""
    try:
        return needed(read.filters, PriceFilter), needed(read.filters, LotSize)
    except MalformedError as error:
        raise MalformedError("; ".join(read.problems) or str(error)) from None


def _restrictions(pair: TradePair) -> list[str]:
    is_restricted = any(isinstance(each, TPlusSell) for each in pair.filters)
    return ["the exchange restricts when bought coins may be sold (T_PLUS_SELL)"] if is_restricted else []


def _quote_digits(source: Row) -> int:
    """Rows without the newer name have the older one."""
    return _digits(source, "quoteAssetPrecision" if "quoteAssetPrecision" in source else "quotePrecision")


def _digits(source: Row, name: str) -> int:
    digits = fields.whole(source, name) if name in source else _PRECISION
    if not 0 <= digits <= _MOST_PRECISION:
        raise MalformedError(f"{name} should be from 0 to {_MOST_PRECISION}, but is {digits}")
    return digits


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _name(source: object, number: int) -> str:
    name = source.get("symbol") if isinstance(source, dict) else None
    return name if isinstance(name, str) else f"row {number}"
