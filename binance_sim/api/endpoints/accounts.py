"""The account itself (source: "Account endpoints")."""

from binance_sim.api.endpoints.orders import find_order
from binance_sim.api.params import DEFAULT_LIMIT, MAX_LIMIT, inside, page
from binance_sim.api.request import ApiRequest, Json
from binance_sim.api.shapes import accounts as shapes
from binance_sim.api.shapes import orders as order_shapes
from binance_sim.errors import bad_combination, unknown_order
from binance_sim.numbers import format_amount


def account(call: ApiRequest) -> Json:
    omit = call.params.flag("omitZeroBalances")
    call.params.finish()
    return shapes.described(call.account, omit, call.unit)


def commission(call: ApiRequest) -> Json:
    symbol = call.market().name
    call.params.finish()
    return shapes.commission(symbol, call.account.fees)


def order_counts(call: ApiRequest) -> list[Json]:
    call.params.finish()
    return shapes.order_limit_rows(call.account)


def my_filters(call: ApiRequest) -> Json:
    """The pair's filters, and those that the account alone has (MAX_ASSET)."""
    rules = call.market().rules
    call.params.finish()
    limits = call.account.limits
    return {
        "exchangeFilters": [],
        "symbolFilters": [dict(each) for each in rules.document["filters"]],
        "assetFilters": [
            {"filterType": "MAX_ASSET", "asset": asset, "limit": format_amount(limits[asset])}
            for asset in (rules.base, rules.quote)
            if asset in limits
        ],
    }


TRADE_COMBINATIONS: tuple[set[str], ...] = (
    set(),
    {"orderId"},
    {"startTime"},
    {"endTime"},
    {"fromId"},
    {"startTime", "endTime"},
    {"orderId", "fromId"},
)


def get_order(call: ApiRequest) -> Json:
    order = find_order(call.market(), call.account, call.params, unknown_order())
    call.params.finish()
    if not call.is_visible(order.created):
        raise unknown_order()
    return order_shapes.order_row(order, call.unit)


def open_orders(call: ApiRequest) -> list[Json]:
    markets = [call.market()] if call.params.text("symbol") else list(call.exchange.markets.values())
    call.params.finish()
    return [
        order_shapes.order_row(order, call.unit)
        for market in markets
        for order in sorted(market.blotter(call.account).open.values(), key=lambda order: order.order_id)
        if call.is_visible(order.created)
    ]


def all_orders(call: ApiRequest) -> list[Json]:
    """From `orderId` on, or created within a window."""
    market, params = call.market(), call.params
    first, (start, end) = params.number("orderId"), params.window()
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    rows = [
        order
        for order in market.blotter(call.account).orders.values()
        if (first is None or order.order_id >= first)
        and inside(order.created, start, end)
        and call.is_visible(order.created)
    ]
    return [
        order_shapes.order_row(order, call.unit) for order in page(rows, first is not None or start is not None, limit)
    ]


def my_trades(call: ApiRequest) -> list[Json]:
    """`fromId` is inclusive."""
    market, params = call.market(), call.params
    names = {name for name in ("orderId", "fromId", "startTime", "endTime") if name in params}
    start, end = params.window()
    order_id, first = params.number("orderId"), params.number("fromId")
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    if names not in TRADE_COMBINATIONS:
        raise bad_combination()
    rows = [
        trade
        for trade in market.blotter(call.account).trades
        if (order_id is None or trade.order.order_id == order_id)
        and (first is None or trade.trade_id >= first)
        and inside(trade.time, start, end)
        and call.is_visible(trade.time)
    ]
    return [
        order_shapes.own_trade_row(trade, call.unit)
        for trade in page(rows, first is not None or start is not None, limit)
    ]


def my_prevented_matches(call: ApiRequest) -> list[Json]:
    market, params = call.market(), call.params
    match_id, order_id = params.number("preventedMatchId"), params.number("orderId")
    first, limit = params.number("fromPreventedMatchId"), params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    if (match_id is None) == (order_id is None) or (first is not None and order_id is None):
        raise bad_combination()
    rows = [
        match
        for match in market.blotter(call.account).prevented
        if (match_id is None or match.match_id == match_id)
        and (order_id is None or order_id in (match.taker.order_id, match.maker.order_id))
        and (first is None or match.match_id >= first)
    ]
    return [order_shapes.prevented_match(match, call.unit) for match in rows[:limit]]


def my_allocations(call: ApiRequest) -> list[Json]:
    """Always none: there is no smart order routing here."""
    call.market()
    call.params.window()
    for name in ("fromAllocationId", "limit", "orderId"):
        call.params.number(name)
    call.params.finish()
    return []
