"""JSON answers about orders, trades and markets (source: "Trading endpoints", "Market data endpoints")."""

from typing import Any

from lotkeeper.paper.markets import Day, Market, Print
from lotkeeper.paper.numbers import wire
from lotkeeper.paper.orders import Order, Trade
from lotkeeper.trading.money import EXACT, ZERO

Json = dict[str, Any]
NOTHING = wire(ZERO)
DAY_MS = 86_400_000


def placed(order: Order, kind: str) -> Json:
    """The answer to a new order: `kind` is ACK, RESULT or FULL."""
    answer = {
        "symbol": order.rules.name,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": order.client_id,
        "transactTime": order.updated,
    }
    if kind == "ACK":
        return answer
    answer |= _state(order) | {"workingTime": order.created}
    if kind == "FULL":
        answer["fills"] = [_fill(trade) for trade in order.trades]
    return answer | {"selfTradePreventionMode": order.ticket.stp} | _conditional(order)


def _state(order: Order) -> Json:
    ticket = order.ticket
    return {
        "price": wire(ticket.price),
        "origQty": wire(order.qty),
        "executedQty": wire(order.filled),
        "origQuoteOrderQty": wire(ticket.quote_qty),
        "cummulativeQuoteQty": wire(order.spent),
        "status": order.status,
        "timeInForce": ticket.tif,
        "type": ticket.kind,
        "side": ticket.side,
    }


def _conditional(order: Order) -> Json:
    return {"expiryReason": order.expiry_reason} if order.expiry_reason else {}


def _fill(trade: Trade) -> Json:
    return {
        "price": wire(trade.price),
        "qty": wire(trade.qty),
        "commission": wire(trade.commission),
        "commissionAsset": trade.commission_asset,
        "tradeId": trade.trade_id,
    }


def canceled(order: Order) -> Json:
    return {
        "symbol": order.rules.name,
        "origClientOrderId": order.ticket.client_id,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": order.client_id,
        "transactTime": order.updated,
        **_state(order),
        "selfTradePreventionMode": order.ticket.stp,
    }


def queried(order: Order) -> Json:
    """An order as GET order, openOrders and allOrders show it."""
    return {
        "symbol": order.rules.name,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": order.client_id,
        **_state(order),
        "stopPrice": NOTHING,
        "icebergQty": NOTHING,
        "time": order.created,
        "updateTime": order.updated,
        "isWorking": True,
        "workingTime": order.created,
        "selfTradePreventionMode": order.ticket.stp,
        **_conditional(order),
    }


def own_trade(trade: Trade) -> Json:
    return {
        "symbol": trade.order.rules.name,
        "id": trade.trade_id,
        "orderId": trade.order.order_id,
        "orderListId": -1,
        "price": wire(trade.price),
        "qty": wire(trade.qty),
        "quoteQty": wire(trade.quote),
        "commission": wire(trade.commission),
        "commissionAsset": trade.commission_asset,
        "time": trade.time,
        "isBuyer": trade.order.ticket.buys,
        "isMaker": trade.maker,
        "isBestMatch": True,
    }


def public_trade(trade: Print) -> Json:
    return {
        "id": trade.trade_id,
        "price": wire(trade.price),
        "qty": wire(trade.qty),
        "quoteQty": wire(trade.quote),
        "time": trade.time,
        "isBuyerMaker": trade.buyer_is_maker,
        "isBestMatch": True,
    }


def price_ticker(market: Market) -> Json:
    return {"symbol": market.rules.name, "price": wire(market.last_price or ZERO)}


def book_ticker(market: Market) -> Json:
    quote = market.quote
    return {
        "symbol": market.rules.name,
        "bidPrice": wire(quote.bid if quote else ZERO),
        "bidQty": wire(quote.bid_qty if quote else ZERO),
        "askPrice": wire(quote.ask if quote else ZERO),
        "askQty": wire(quote.ask_qty if quote else ZERO),
    }


def average_price(market: Market, now: int) -> Json:
    close = market.last.time if market.last else now
    return {"mins": 5, "price": wire(market.reference or ZERO), "closeTime": close}


def day_ticker(market: Market, now: int, full: bool = True) -> Json:
    day, last = market.day, market.last_price or ZERO
    mini = {
        "symbol": market.rules.name,
        "openPrice": wire(day.open),
        "highPrice": wire(day.high),
        "lowPrice": wire(day.low),
        "lastPrice": wire(last),
        "volume": wire(day.volume),
        "quoteVolume": wire(day.quote_volume),
        "openTime": now - DAY_MS,
        "closeTime": now,
        "firstId": day.first_id,
        "lastId": market.last.trade_id if market.last else -1,
        "count": day.count,
    }
    return mini | _day_extras(market, day) if full else mini


def _day_extras(market: Market, day: Day) -> Json:
    change = (market.last_price or ZERO) - day.open if day.count else ZERO
    percent = change * 100 / day.open if day.open else ZERO
    average = EXACT.divide(day.quote_volume, day.volume) if day.volume else ZERO
    book = book_ticker(market)
    return {
        "priceChange": wire(change),
        "priceChangePercent": f"{percent:.3f}",
        "weightedAvgPrice": wire(average),
        "prevClosePrice": wire(day.open),
        "lastQty": wire(market.last.qty if market.last else ZERO),
        **{name: book[name] for name in ("bidPrice", "bidQty", "askPrice", "askQty")},
    }
