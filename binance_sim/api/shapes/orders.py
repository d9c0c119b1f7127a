"""Answers about orders (source: "Trading endpoints", "Conditional fields in Order Responses")."""

from typing import Any

from binance_sim.clock import TimeUnit
from binance_sim.matching.orders import NOT_YET, AccountTrade, Amendment, Order, PreventedMatch
from binance_sim.numbers import format_amount

Json = dict[str, Any]
# Smart order routing: the floor that such an order works on, and how it is matched (source: "SOR" FAQ).
SOR, SOR_MATCH = "SOR", "ONE_PARTY_TRADE_REPORT"


def time_if_set(unit: TimeUnit, us: int) -> int:
    """A time, or -1 for a moment that has not come yet."""
    return us if us == NOT_YET else unit(us)


def order_list_id(order: Order) -> int:
    return order.order_list.list_id if order.order_list is not None else -1


def new_order_answer(order: Order, kind: str, unit: TimeUnit) -> Json:
    """The answer to a new order: `kind` is ACK, RESULT or FULL."""
    answer = {
        "symbol": order.rules.name,
        "orderId": order.order_id,
        "orderListId": order_list_id(order),
        "clientOrderId": order.client_id,
        "transactTime": unit(order.updated),
    }
    if kind == "ACK":
        return answer
    answer |= _state(order) | _marks(order, unit) | {"workingTime": time_if_set(unit, order.working_us)}
    if kind == "FULL":
        answer["fills"] = [_fill(trade) for trade in order.trades]
        answer |= _prevented_matches(order)
    return answer | {"selfTradePreventionMode": order.ticket.stp} | _prevention(order)


def _state(order: Order) -> Json:
    ticket = order.ticket
    state = {
        "price": format_amount(ticket.price),
        "origQty": format_amount(order.qty),
        "executedQty": format_amount(order.filled),
        "origQuoteOrderQty": format_amount(ticket.quote_qty),
        "cummulativeQuoteQty": format_amount(order.spent),
        "status": order.status,
        "timeInForce": ticket.tif,
        "type": ticket.kind,
        "side": ticket.side,
    }
    if not order.qty:
        del state["origQty"]  # the pending order of an OPO does not know its quantity yet
    return state


def _marks(order: Order, unit: TimeUnit) -> Json:
    """Fields that appear only for orders that have them."""
    ticket, marks = order.ticket, {}
    if ticket.is_stop:
        marks["stopPrice"] = format_amount(ticket.stop_price)
    if ticket.iceberg_qty:
        marks["icebergQty"] = format_amount(ticket.iceberg_qty)
    return marks | _labels(order, unit)


def _labels(order: Order, unit: TimeUnit) -> Json:
    ticket = order.ticket
    labels: Json = {}
    if ticket.trailing_delta:
        labels |= {"trailingDelta": ticket.trailing_delta, "trailingTime": time_if_set(unit, order.trailing_us)}
    if ticket.strategy_id is not None:
        labels["strategyId"] = ticket.strategy_id
    if ticket.strategy_type is not None:
        labels["strategyType"] = ticket.strategy_type
    if ticket.is_sor:
        labels |= {"workingFloor": SOR, "usedSor": True}
    return labels


def _prevention(order: Order) -> Json:
    """Why the order ended, if a rule of the exchange ended it."""
    found: Json = {}
    if order.prevented:
        group = order.account.group
        found |= {"tradeGroupId": group} if group >= 0 else {}
        found |= {"preventedMatchId": order.matches[-1].match_id, "preventedQuantity": format_amount(order.prevented)}
    if order.expiry_reason:
        found["expiryReason"] = order.expiry_reason
    return found


def _fill(trade: AccountTrade) -> Json:
    is_sor = trade.order.ticket.is_sor
    allocation = {"matchType": SOR_MATCH, "allocId": trade.trade_id} if is_sor else {}
    return {
        **allocation,
        "price": format_amount(trade.price),
        "qty": format_amount(trade.qty),
        "commission": format_amount(trade.commission),
        "commissionAsset": trade.commission_asset,
        "tradeId": -1 if is_sor else trade.trade_id,
    }


def _prevented_matches(order: Order) -> Json:
    """What self-trade prevention did while this order was the taker."""
    matches = [match for match in order.matches if match.taker is order]
    if not matches:
        return {}
    return {"preventedMatches": [_short_match(match) for match in matches]}


def _short_match(match: PreventedMatch) -> Json:
    return {
        "preventedMatchId": match.match_id,
        "makerSymbol": match.maker.rules.name,
        "makerOrderId": match.maker.order_id,
        "price": format_amount(match.price),
        **_quantities(match),
    }


def _quantities(match: PreventedMatch) -> Json:
    found = {}
    if match.taker_qty:
        found["takerPreventedQuantity"] = format_amount(match.taker_qty)
    if match.maker_qty:
        found["makerPreventedQuantity"] = format_amount(match.maker_qty)
    return found


def prevented_match_row(match: PreventedMatch, unit: TimeUnit) -> Json:
    """A row of myPreventedMatches."""
    return {
        "symbol": match.taker.rules.name,
        "preventedMatchId": match.match_id,
        "takerOrderId": match.taker.order_id,
        "makerSymbol": match.maker.rules.name,
        "makerOrderId": match.maker.order_id,
        "tradeGroupId": match.taker.account.group,
        "selfTradePreventionMode": match.mode,
        "price": format_amount(match.price),
        **_quantities(match),
        "transactTime": unit(match.time),
    }


def cancel_answer(order: Order, unit: TimeUnit) -> Json:
    return {
        "symbol": order.rules.name,
        "origClientOrderId": order.old_client_id,
        "orderId": order.order_id,
        "orderListId": order_list_id(order),
        "clientOrderId": order.client_id,
        "transactTime": unit(order.updated),
        **_state(order),
        **_marks(order, unit),
        "selfTradePreventionMode": order.ticket.stp,
    }


def order_row(order: Order, unit: TimeUnit) -> Json:
    """An order as GET order, openOrders and allOrders show it."""
    return {
        "symbol": order.rules.name,
        "orderId": order.order_id,
        "orderListId": order_list_id(order),
        "clientOrderId": order.client_id,
        **_state(order),
        "stopPrice": format_amount(order.ticket.stop_price),
        "icebergQty": format_amount(order.ticket.iceberg_qty),
        "time": unit(order.created),
        "updateTime": unit(order.updated),
        "isWorking": order.is_working,
        "workingTime": time_if_set(unit, order.working_us),
        "selfTradePreventionMode": order.ticket.stp,
        **_labels(order, unit),
        **_prevention(order),
    }


def amendment_answer(amendment: Amendment, unit: TimeUnit) -> Json:
    """The answer to amend keepPriority, whose field names differ from those of other answers."""
    order, ticket = amendment.order, amendment.order.ticket
    shown = {
        "symbol": order.rules.name,
        "orderId": order.order_id,
        "orderListId": order_list_id(order),
        "origClientOrderId": amendment.old_client_id,
        "clientOrderId": amendment.new_client_id,
        "price": format_amount(ticket.price),
        "qty": format_amount(order.qty),
        "executedQty": format_amount(order.filled),
        "preventedQty": format_amount(order.prevented),
        "quoteOrderQty": format_amount(ticket.quote_qty),
        "cumulativeQuoteQty": format_amount(order.spent),
        "status": order.status,
        "timeInForce": ticket.tif,
        "type": ticket.kind,
        "side": ticket.side,
        **_marks(order, unit),
        **({"workingTime": unit(order.working_us)} if order.is_working else {}),
        "selfTradePreventionMode": ticket.stp,
    }
    return {"transactTime": unit(amendment.time), "executionId": amendment.execution_id, "amendedOrder": shown}


def amendment_row(amendment: Amendment, unit: TimeUnit) -> Json:
    """A row of order/amendments."""
    return {
        "symbol": amendment.order.rules.name,
        "orderId": amendment.order.order_id,
        "executionId": amendment.execution_id,
        "origClientOrderId": amendment.old_client_id,
        "newClientOrderId": amendment.new_client_id,
        "origQty": format_amount(amendment.old_qty),
        "newQty": format_amount(amendment.new_qty),
        "time": unit(amendment.time),
    }


def own_trade_row(trade: AccountTrade, unit: TimeUnit) -> Json:
    return {
        "symbol": trade.order.rules.name,
        "id": trade.trade_id,
        "orderId": trade.order.order_id,
        "orderListId": order_list_id(trade.order),
        "price": format_amount(trade.price),
        "qty": format_amount(trade.qty),
        "quoteQty": format_amount(trade.quote),
        "commission": format_amount(trade.commission),
        "commissionAsset": trade.commission_asset,
        "time": unit(trade.time),
        "isBuyer": trade.order.ticket.buys,
        "isMaker": trade.maker,
        "isBestMatch": True,
    }


def allocation_row(trade: AccountTrade, unit: TimeUnit) -> Json:
    """A fill by smart order routing, a row of myAllocations. Its number is that of the public trade."""
    row = own_trade_row(trade, unit)
    del row["id"], row["isBestMatch"]
    return {"allocationId": trade.trade_id, "allocationType": SOR, **row, "isAllocator": False}
