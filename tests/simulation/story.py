"""What happened in a schedule, for a person to read. It is recorded only on request."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from typing import Any

from thespian.actors import WakeupMessage

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.client_ids import purchase_of, sell_name
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.verification.story_page.tracks import OrderSeen

_IGNORED_MESSAGES = (
    "Tick",
    "_Report",
    "SendReport",
    "_AnswerNext",
    "_TendLink",
    "WatchMessage",
    "report",
    "LotsRecorded",
)
_IGNORED_FIELDS = ("symbol", "terms", "pair", "commission", "at_ms", "sent_ms", "backlog")  # that is in a new folder


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, `at_s` seconds of virtual time after the start."""

    at_s: float
    who: str
    what: str

    def __str__(self) -> str:
        return f"{self.at_s:9.4f}  {self.who:<11} {self.what}"

    @property
    def is_event(self) -> bool:
        """Whether it is more than a message, a question or an answer on its way, or the first start of an actor."""
        is_message = self.what.startswith(("<-", "->", "answers:")) or self.who == "request"
        return not is_message and not (self.what == "starts" and not self.at_s)


@dataclass(slots=True)
class Story:
    """What happened, in order."""

    with_story: bool  # False: nothing is recorded
    lines: list[Line] = field(default_factory=list)
    orders: list[OrderSeen] = field(default_factory=list)

    def note_order(self, now: float, execution: Any) -> None:
        """The exchange says how an order is."""
        if self.with_story:
            self.orders.append(_seen(now, execution.order))

    def tell(self, now: float, who: str, what: Callable[[], str]) -> None:
        if self.with_story and (line := what()):
            self.lines.append(Line(now, who, line))


def _seen(now: float, order: Any) -> OrderSeen:
    name, paying = sell_name(order.ticket.client_id), order.order_list
    paid = paying.working if paying is not None and purchase_of(order.ticket.client_id) else None
    lot = paid.order_id if paid is not None else name.buy_order_id if name is not None else ""
    status, side = str(order.status), str(order.ticket.side)
    ids = (str(order.order_id), order.rules.name, order.client_id)
    return OrderSeen(now, *ids, side, status, order.qty, order.filled, order.price, "" if side == "BUY" else str(lot))


def describe_message(way: str, message: Any) -> str:
    """A message and its direction; empty for one without interest."""
    payload = message.payload if isinstance(message, WakeupMessage) else message
    name = payload if isinstance(payload, str) else type(payload).__name__
    return "" if name in _IGNORED_MESSAGES else f"{way} {_short(payload)}"


def _short(value: Any) -> str:
    match value:
        case Lot():
            return f"lot {value.buy_order_id} {value.state} +{plain(value.received)} [{_all(value.orders)}]"
        case SellOrder():
            return f"{value.client_id} {value.state} {plain(value.executed)}/{plain(value.quantity)}"
        case OrderReport():
            done = f"{plain(value.executed)}/{plain(value.quantity)}"
            return f"{value.side} {value.order_id} {value.client_id} {value.status} {done}"
        case Fill():
            return f"trade {value.trade_id} of {value.order_id}: {value.side} {plain(value.quantity)}"
        case Decimal():
            return plain(value)
        case tuple() | list():
            return f"[{_all(value)}]"
    return _describe_dataclass(value)


def _describe_dataclass(value: Any) -> str:
    if not is_dataclass(value):
        return str(value)
    kept = [each.name for each in fields(value) if each.name not in _IGNORED_FIELDS]
    texts = [f"{name}={_short(getattr(value, name))}" for name in kept if getattr(value, name) not in (None, "", ())]
    return f"{type(value).__name__}({', '.join(texts)})"


def _all(values: Any) -> str:
    return "; ".join(map(_short, values))
