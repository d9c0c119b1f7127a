"""The account, its orders and its trades (source: "Account endpoints")."""

from binance_sim.api.endpoints.orders import find_order
from binance_sim.api.params import DEFAULT_LIMIT, MAX_LIMIT, inside, page
from binance_sim.api.request import ApiRequest, Json
from binance_sim.api.shapes import accounts as shapes
from binance_sim.api.shapes import orders as order_shapes
from binance_sim.errors import bad_combination, unknown_order
from binance_sim.numbers import format_amount


def account(request: ApiRequest) -> Json:
    omit = request.params.flag("omitZeroBalances")
    request.params.finish()
    return shapes.account_answer(request.account, omit, request.unit)


def commission(request: ApiRequest) -> Json:
    symbol = request.market().name
    request.params.finish()
    return shapes.commission_answer(symbol, request.account.fees)


def order_counts(request: ApiRequest) -> list[Json]:
    request.params.finish()
    return shapes.order_limit_rows(request.account)


def my_filters(request: ApiRequest) -> Json:
    """The filters of the pair, and the account's own filters (MAX_ASSET)."""
    rules = request.market().rules
    request.params.finish()
    limits = request.account.limits
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


def get_order(request: ApiRequest) -> Json:
    order = find_order(request.market(), request.account, request.params, unknown_order())
    request.params.finish()
    if not request.is_visible(order.created):
        raise unknown_order()
    return order_shapes.order_row(order, request.unit)


def open_orders(request: ApiRequest) -> list[Json]:
    markets = [request.market()] if request.params.text("symbol") else list(request.exchange.listed().values())
    request.params.finish()
    return [
        order_shapes.order_row(order, request.unit)
        for market in markets
        for order in sorted(market.blotter(request.account).open.values(), key=lambda order: order.order_id)
        if request.is_visible(order.created)
    ]


def all_orders(request: ApiRequest) -> list[Json]:
    """Orders from `orderId` on, or created within a window of time."""
    market, params = request.market(), request.params
    first, (start, end) = params.number("orderId"), params.window()
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    rows = [
        order
        for order in market.blotter(request.account).orders.values()
        if (first is None or order.order_id >= first)
        and inside(order.created, start, end)
        and request.is_visible(order.created)
    ]
    return [
        order_shapes.order_row(order, request.unit)
        for order in page(rows, first is not None or start is not None, limit)
    ]


def my_trades(request: ApiRequest) -> list[Json]:
    """`fromId` is inclusive."""
    market, params = request.market(), request.params
    names = {name for name in ("orderId", "fromId", "startTime", "endTime") if name in params}
    start, end = params.window()
    order_id, first = params.number("orderId"), params.number("fromId")
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    if names not in TRADE_COMBINATIONS:
        raise bad_combination()
    rows = [
        trade
        for trade in market.blotter(request.account).trades
        if not trade.order.ticket.is_sor
        and (order_id is None or trade.order.order_id == order_id)
        and (first is None or trade.trade_id >= first)
        and inside(trade.time, start, end)
        and request.is_visible(trade.time)
    ]
    return [
        order_shapes.own_trade_row(trade, request.unit)
        for trade in page(rows, first is not None or start is not None, limit)
    ]


def my_prevented_matches(request: ApiRequest) -> list[Json]:
    market, params = request.market(), request.params
    match_id, order_id = params.number("preventedMatchId"), params.number("orderId")
    first, limit = params.number("fromPreventedMatchId"), params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    if (match_id is None) == (order_id is None) or (first is not None and order_id is None):
        raise bad_combination()
    rows = [
        match
        for match in market.blotter(request.account).prevented
        if (match_id is None or match.match_id == match_id)
        and (order_id is None or order_id in (match.taker.order_id, match.maker.order_id))
        and (first is None or match.match_id >= first)
    ]
    return [order_shapes.prevented_match_row(match, request.unit) for match in rows[:limit]]


ALLOCATION_COMBINATIONS: tuple[set[str], ...] = (
    set(),
    {"startTime"},
    {"endTime"},
    {"startTime", "endTime"},
    {"fromAllocationId"},
    {"orderId"},
    {"orderId", "fromAllocationId"},
)


def my_allocations(request: ApiRequest) -> list[Json]:
    """What smart order routing filled, the oldest first; until an `endTime` alone the newest."""
    market, params = request.market(), request.params
    names = {name for name in ("orderId", "fromAllocationId", "startTime", "endTime") if name in params}
    start, end = params.window()
    order_id, first = params.number("orderId"), params.number("fromAllocationId")
    limit = params.limit(DEFAULT_LIMIT, MAX_LIMIT)
    params.finish()
    if names not in ALLOCATION_COMBINATIONS:
        raise bad_combination()
    rows = [
        trade
        for trade in market.blotter(request.account).trades
        if trade.order.ticket.is_sor
        and (order_id is None or trade.order.order_id == order_id)
        and (first is None or trade.trade_id >= first)
        and inside(trade.time, start, end)
        and request.is_visible(trade.time)
    ]
    return [order_shapes.allocation_row(trade, request.unit) for trade in page(rows, names != {"endTime"}, limit)]
