"""What the log tells of an event of the account."""

from collections.abc import Mapping
from typing import Any

from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport


def report_facts(report: OrderReport) -> Mapping[str, Any]:
    """Of what the exchange reports of an order. The lot of a SELL of ours follows from its client order id."""
    facts = {
        "symbol": report.symbol,
        "order": report.client_id,
        "order_id": report.order_id,
        "side": str(report.side),
        "status": str(report.status),
        "exchange_ms": report.time_ms,
    }
    return facts | ({"lot": lot_id(report.symbol, report.order_id)} if report.side is Side.BUY else {})


def fill_facts(report: OrderReport, fill: Fill) -> Mapping[str, Any]:
    """Of one that brings a fill."""
    return {
        **report_facts(report),
        "trade": fill.trade_id,
        "price": fill.price,
        "quantity": fill.quantity,
    }
