"""Rows of the past as plain values: amounts as decimal strings, times as ISO 8601 in UTC."""

from typing import Any

from actors.ledger.positions import iso, trail_fields
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.reports.profit_entries import EntryKind, ProfitEntry
from lotkeeper.trading.reports.profit_sums import ProfitSum
from persistence.history.fills import PastFill
from persistence.history.orders import PastBuy, PastOrder, PastSell, key_of

Json = dict[str, Any]
FILL_COLUMNS = (
    "time", "pair", "side", "lot", "order_id", "trade_id", "price", "quantity", "amount", "fee", "fee_asset", "maker",
    "key", "base", "quote",
)  # fmt: skip
SUM_COLUMNS = ("quote", "sales", "cost", "proceeds", "sell_fees", "profit", "by_hand", "fees")
TAX_COLUMNS = (
    "sold", "acquired", "acquired_last", "pair", "asset", "quantity", "cost", "proceeds", "fee", "profit", "quote",
    "kind", "lot", "order_id", "trade_id",
)  # fmt: skip


def fill_document(each: PastFill) -> Json:
    """`amount` is the quote asset; a `trade_id` below zero is of what was no trade, such as adopted coins."""
    fill = each.fill
    return {
        "time": iso(fill.time_ms),
        "pair": fill.symbol,
        "side": str(fill.side),
        "lot": each.lot_id,
        "order_id": fill.order_id,
        "trade_id": fill.trade_id,
        "price": plain(fill.price),
        "quantity": plain(fill.quantity),
        "amount": plain(fill.quote_quantity),
        "fee": plain(fill.commission),
        "fee_asset": fill.commission_asset,
        "maker": fill.is_maker,
        "key": each.key,
        "base": each.base,
        "quote": each.quote,
    }


def order_document(each: PastOrder) -> Json:
    """A SELL of ours, or a BUY, of which perhaps only the trades are known."""
    return _sell_document(each) if isinstance(each, PastSell) else _buy_document(each)


def _sell_document(each: PastSell) -> Json:
    order, trail = each.order, trail_fields(each.order.trail)
    return {
        "pair": order.symbol,
        "side": str(Side.SELL),
        "type": trail["type"],
        "client_order_id": order.client_id,
        "order_id": order.order_id,
        "lot": each.lot_id,
        "state": str(order.state),
        "price": plain(order.price),
        "stop_price": trail["stop_price"],
        "quantity": plain(order.quantity),
        "executed": plain(order.executed),
        "sent": iso(order.sent_ms),
        "updated": iso(order.updated_ms or order.sent_ms),
        "key": key_of(each),
    }


def _buy_document(each: PastBuy) -> Json:
    return {
        "pair": each.symbol,
        "side": str(Side.BUY),
        "type": each.order_type or None,
        "client_order_id": each.client_id or None,
        "order_id": each.order_id,
        "lot": lot_id(each.symbol, each.order_id) if each.executed else None,
        "state": each.state,
        "price": plain(each.price) if each.price else None,
        "stop_price": None,
        "quantity": plain(each.quantity),
        "executed": plain(each.executed),
        "sent": iso(each.placed_ms),
        "updated": iso(each.updated_ms),
        "key": key_of(each),
    }


def sum_document(found: ProfitSum, quote: str) -> Json:
    return {
        "quote": quote,
        "sales": found.sales,
        "cost": plain(found.cost),
        "proceeds": plain(found.proceeds),
        "sell_fees": plain(found.fee),
        "profit": plain(found.profit),
        "by_hand": plain(found.by_hand),
        "fees": {asset: plain(amount) for asset, amount in found.fees},
    }


def tax_document(entry: ProfitEntry, base: str) -> Json:
    """`acquired` is when the first of the coins was bought, `acquired_last` when the last."""
    is_trade = entry.kind is not EntryKind.DUST
    return {
        "sold": iso(entry.time_ms),
        "acquired": iso(entry.bought_ms[0]),
        "acquired_last": iso(entry.bought_ms[1]),
        "pair": entry.symbol,
        "asset": base,
        "quantity": plain(entry.quantity),
        "cost": plain(entry.cost),
        "proceeds": plain(entry.proceeds),
        "fee": plain(entry.fee),
        "profit": plain(entry.profit),
        "quote": entry.quote,
        "kind": entry.kind.lower(),
        "lot": entry.lot_id,
        "order_id": entry.order_id if is_trade else None,
        "trade_id": entry.number if is_trade else None,
    }
