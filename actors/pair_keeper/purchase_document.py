"""A purchase that a person asked for, as plain values for the command line."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.buying.planned_purchase import PlannedPurchase
from lotkeeper.trading.buying.purchase import AskedPurchase
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.order import OrderReport

Json = dict[str, Any]


def planned_document(book: PairBook, planned: PlannedPurchase, state: str, report: OrderReport | None = None) -> Json:
    """Amounts as decimal strings, in the asset that `base` and `quote` name."""
    return {
        **_subject(book, state),
        "kind": "MARKET" if planned.price is None else "LIMIT",
        "price": _maybe(planned.price),
        "quantity": _maybe(planned.quantity),
        "amount": _maybe(planned.amount),
        "ask": _maybe(planned.ask),
        "expected_price": plain(planned.expected_price),
        "expected_quantity": plain(planned.expected_quantity),
        "cost": plain(planned.cost),
        "fee": plain(planned.fee),
        "sell_price": plain(planned.sell_price),
        "sell_by_exchange": planned.is_paid,
        "no_list": planned.no_list,
        **({} if report is None else _order(report)),
    }


def found_document(book: PairBook, purchase: AskedPurchase, report: OrderReport) -> Json:
    """Of a purchase that was asked for before: what became of it."""
    return {
        **_subject(book, "found"),
        "asked": datetime.fromtimestamp(purchase.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
        "who": purchase.who,
        "why": purchase.why,
        **_order(report),
    }


def _order(report: OrderReport) -> Json:
    return {
        "lot": lot_id(report.symbol, report.order_id),
        "order_id": report.order_id,
        "client_order_id": report.client_id,
        "status": report.status,
        "ordered": plain(report.quantity),
        "executed": plain(report.executed),
        "spent": plain(report.quote_executed),
    }


def _subject(book: PairBook, state: str) -> Json:
    return {"state": state, "pair": book.symbol, "base": book.base, "quote": book.quote}


def _maybe(amount: Decimal | None) -> str | None:
    return None if amount is None else plain(amount)
