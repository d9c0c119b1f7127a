"""User-data events (source: "User Data Streams")."""

from collections.abc import Iterable
from typing import Any

from lotkeeper.paper.accounts import Account
from lotkeeper.paper.numbers import wire
from lotkeeper.paper.orders import Order, Trade
from lotkeeper.trading.money import ZERO

Json = dict[str, Any]
NOTHING = wire(ZERO)


def execution_report(order: Order, what: str, execution_id: int, now: int, trade: Trade | None = None) -> Json:
    """An executionReport of kind `what` (NEW, TRADE, CANCELED, EXPIRED); `trade` is the fill of a TRADE."""
    ticket = order.ticket
    canceled = what == "CANCELED"
    report = {
        "e": "executionReport",
        "E": now,
        "s": ticket.rules.name,
        "c": order.client_id,
        "S": ticket.side,
        "o": ticket.kind,
        "f": ticket.tif,
        "q": wire(order.qty),
        "p": wire(ticket.price),
        "P": NOTHING,
        "F": NOTHING,
        "g": -1,
        "C": ticket.client_id if canceled else "",
        "x": what,
        "X": order.status,
        "r": "NONE",
        "i": order.order_id,
        **_fill(order, trade),
        "T": order.updated,
        "t": trade.trade_id if trade else -1,
        "I": execution_id,
        "w": what == "NEW" or bool(trade and trade.maker and order.is_open),
        "m": bool(trade and trade.maker),
        "M": trade is not None,
        "O": order.created,
        "Z": wire(order.spent),
        "Y": wire(trade.quote) if trade else NOTHING,
        "Q": wire(ticket.quote_qty),
        "W": order.created,
        "V": ticket.stp,
    }
    if order.expiry_reason:
        report["eR"] = order.expiry_reason
    return report


def _fill(order: Order, trade: Trade | None) -> Json:
    return {
        "l": wire(trade.qty) if trade else NOTHING,
        "z": wire(order.filled),
        "L": wire(trade.price) if trade else NOTHING,
        "n": wire(trade.commission) if trade else "0",
        "N": trade.commission_asset if trade else None,
    }


def account_position(account: Account, assets: Iterable[str], now: int) -> Json:
    """Absolute balances of the assets that may have changed."""
    return {
        "e": "outboundAccountPosition",
        "E": now,
        "u": account.updated,
        "B": [
            {"a": asset, "f": wire(account.free[asset]), "l": wire(account.locked[asset])}
            for asset in dict.fromkeys(assets)
        ],
    }
