"""User-data events (source: "User Data Streams for Binance")."""

from typing import Any

from binance_sim.account.account import TradingAccount
from binance_sim.api.shapes.orders import SOR, SOR_MATCH
from binance_sim.clock import TimeUnit, milliseconds
from binance_sim.matching.order_states import STARTED
from binance_sim.matching.orders import NOT_YET, AccountTrade, Order, OrderList, PreventedMatch
from binance_sim.matching.sinks import ExecutionEvent
from binance_sim.numbers import ZERO_TEXT, format_amount, quote_amount

Json = dict[str, Any]
WITH_OLD_ID = ("CANCELED", "REPLACED")


def execution_report(execution: ExecutionEvent, unit: TimeUnit = milliseconds) -> Json:
    """An executionReport: NEW, CANCELED, REPLACED, TRADE, EXPIRED or TRADE_PREVENTION."""
    order, what, trade = execution.order, execution.what, execution.trade
    ticket, time = order.ticket, unit(execution.time)
    report = {
        "e": "executionReport",
        "E": time,
        "s": ticket.rules.name,
        "c": order.client_id,
        "S": ticket.side,
        "o": ticket.kind,
        "f": ticket.tif,
        "q": format_amount(order.qty),
        "p": format_amount(ticket.price),
        "P": format_amount(ticket.stop_price),
        "F": format_amount(ticket.iceberg_qty),
        "g": order.order_list.list_id if order.order_list is not None else -1,
        "C": order.old_client_id if what in WITH_OLD_ID else "",
        "x": what,
        "X": order.status,
        "r": "NONE",
        "i": order.order_id,
        **_fill(order, trade),
        "T": time,
        "t": trade.trade_id if trade and not ticket.is_sor else -1,
        "I": execution.number,
        "w": _is_on_book(order, trade),
        "m": bool(trade and trade.maker),
        "M": trade is not None,
        "O": unit(order.created),
        "Z": format_amount(order.spent),
        "Y": format_amount(trade.quote) if trade else ZERO_TEXT,
        "Q": format_amount(ticket.quote_qty),
    }
    if order.working_us != NOT_YET:
        report["W"] = unit(order.working_us)
    report["V"] = ticket.stp
    return report | _conditional(order, execution.match, unit) | _routing(order, trade)


def _is_on_book(order: Order, trade: AccountTrade | None) -> bool:
    """Whether the order is in the book: a taker is not there yet, whatever is left of it."""
    return order.is_open and order.is_working and (trade is None or trade.maker)


def _fill(order: Order, trade: AccountTrade | None) -> Json:
    return {
        "l": format_amount(trade.qty) if trade else ZERO_TEXT,
        "z": format_amount(order.filled),
        "L": format_amount(trade.price) if trade else ZERO_TEXT,
        "n": format_amount(trade.commission) if trade else "0",
        "N": trade.commission_asset if trade else None,
    }


def _conditional(order: Order, match: PreventedMatch | None, unit: TimeUnit) -> Json:
    """Fields that appear only where they apply."""
    ticket = order.ticket
    found: Json = {}
    if ticket.trailing_delta:
        since = order.trailing_us
        found |= {"d": ticket.trailing_delta, "D": since if since == NOT_YET else unit(since)}
    if ticket.strategy_id is not None:
        found["j"] = ticket.strategy_id
    if ticket.strategy_type is not None:
        found["J"] = ticket.strategy_type
    if match is not None:
        found |= _prevention(order, match)
    if order.expiry_reason:
        found["eR"] = order.expiry_reason
    return found


def _routing(order: Order, trade: AccountTrade | None) -> Json:
    """Of an order by smart order routing: how it works, and the allocation of a fill."""
    if not order.ticket.is_sor:
        return {}
    return {"k": SOR, "uS": True} | ({"b": SOR_MATCH, "a": trade.trade_id} if trade is not None else {})


def _prevention(order: Order, match: PreventedMatch) -> Json:
    counter = match.maker if order is match.taker else match.taker
    return {
        "v": match.match_id,
        "A": format_amount(order.prevented),
        "B": format_amount(match.taker_qty if order is match.taker else match.maker_qty),
        "u": order.account.group,
        "U": counter.order_id,
        "Cs": counter.rules.name,
        "pl": format_amount(match.qty),
        "pL": format_amount(match.price),
        "pY": format_amount(quote_amount(match.price, match.qty)),
    }


def list_status(order_list: OrderList, time: int, unit: TimeUnit = milliseconds) -> Json:
    """A listStatus: an order list began, changed or ended."""
    kind, status = order_list.status or STARTED
    return {
        "e": "listStatus",
        "E": unit(time),
        "s": order_list.rules.name,
        "g": order_list.list_id,
        "c": order_list.contingency,
        "l": kind,
        "L": status,
        "r": "NONE",
        "C": order_list.client_id,
        "T": unit(order_list.updated),
        "O": [{"s": order_list.rules.name, "i": order.order_id, "c": order.listed_id} for order in order_list.orders],
    }


def account_position(
    account: TradingAccount, assets: tuple[str, ...], time: int, unit: TimeUnit = milliseconds
) -> Json:
    """An outboundAccountPosition: the balances of the assets that may have changed."""
    funds = account.funds
    return {
        "e": "outboundAccountPosition",
        "E": unit(time),
        "u": unit(account.updated_us),
        "B": [
            {"a": asset, "f": format_amount(funds.free[asset]), "l": format_amount(funds.locked[asset])}
            for asset in assets
        ],
    }


def balance_update(asset: str, change: str, time: int, unit: TimeUnit = milliseconds) -> Json:
    """A balanceUpdate: a deposit or withdrawal."""
    return {"e": "balanceUpdate", "E": unit(time), "a": asset, "d": change, "T": unit(time)}
