"""What the log tells of an order or a cancel: that it was sent, and what came back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lotkeeper.logging.late_lines import LateLines
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.lots.transfers import lot_id
from messages.orders import (
    CancelOutcomeUnknown,
    CancelRefused,
    CancelSellOrder,
    PlaceSellOrder,
    SellBlocked,
    SellCanceled,
    SellOutcomeUnknown,
    SellPlaced,
    SellRefused,
)
from messages.purchases import BuyOutcomeUnknown, BuyPlaced, BuyRefused, PlaceBuyOrder

Sent = PlaceSellOrder | CancelSellOrder | PlaceBuyOrder

_REQUESTS: Final[dict[type, str]] = {PlaceSellOrder: "SELL", CancelSellOrder: "CANCEL", PlaceBuyOrder: "BUY"}
_OUTCOMES: Final[dict[type, str]] = {
    SellPlaced: "PLACED",
    BuyPlaced: "PLACED",
    SellCanceled: "CANCELED",
    SellRefused: "REFUSED",
    BuyRefused: "REFUSED",
    CancelRefused: "REFUSED",
    SellBlocked: "BLOCKED",
    SellOutcomeUnknown: "UNKNOWN",
    BuyOutcomeUnknown: "UNKNOWN",
    CancelOutcomeUnknown: "UNKNOWN",
}


class OrderLines:
    """Notes them for the lines of the Gateway, which are written later."""

    def __init__(self, late: LateLines, monotonic: Callable[[], float]) -> None:
        self.late, self._monotonic = late, monotonic

    def begin(self, order: Sent) -> "OneOrder":
        """An order or cancel that came now."""
        return OneOrder(self.late, self._monotonic, order)

    def note_late(self, reply: Any) -> None:
        """The answer to one whose keeper was told that its outcome is unknown."""
        self.late.note(LogEvent.ORDER_ANSWERED, "an order is answered late", _late_facts, reply)


@dataclass(slots=True)
class OneOrder:
    """An order or cancel on its way."""

    late: LateLines
    monotonic: Callable[[], float]
    order: Sent
    sent_s: float | None = None  # None: it has not left
    is_answered: bool = False

    def note_sent(self) -> None:
        """It has left, or waits for a connection, unless it was answered here."""
        if not self.is_answered:
            self.sent_s = self.monotonic()
            self.late.note(LogEvent.ORDER_SENT, "an order is sent", _sent_facts, self.order)

    def note_answered(self, reply: Any) -> None:
        """Its keeper was told this."""
        self.is_answered = True
        took_s = None if self.sent_s is None else self.monotonic() - self.sent_s
        self.late.note(LogEvent.ORDER_ANSWERED, "an order is answered", _answered_facts, self.order, reply, took_s)


def _sent_facts(order: Sent) -> Mapping[str, Any]:
    """Of one that has left, or waits for a connection."""
    facts = {"price": getattr(order, "price", None), "quantity": getattr(order, "quantity", None)}
    return _about(order) | {name: value for name, value in facts.items() if value is not None}


def _answered_facts(order: Sent, reply: Any, took_s: float | None) -> Mapping[str, Any]:
    """Of its answer. `took_s` is None where it was never sent."""
    took = {} if took_s is None else {"took_ms": round(took_s * 1000, 3)}
    return _about(order) | _outcome(reply) | took


def _late_facts(reply: Any) -> Mapping[str, Any]:
    """Of an answer whose keeper was told that the outcome is unknown."""
    return {"symbol": reply.symbol, "order": reply.client_id} | _outcome(reply)


def _outcome(reply: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"outcome": _OUTCOMES.get(type(reply), type(reply).__name__)}
    report, why = getattr(reply, "report", None), getattr(reply, "text", "") or getattr(reply, "reason", "")
    if report is not None:
        facts["order_id"] = report.order_id
    if isinstance(reply, BuyPlaced):
        facts["lot"] = lot_id(reply.symbol, reply.report.order_id)
    return facts | ({"why": why} if why else {})


def _about(order: Sent) -> dict[str, Any]:
    return {"symbol": order.symbol, "order": order.client_id, "request": _REQUESTS[type(order)]}
