"""What happened, to be read by a person: kept only when somebody wants to read it."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields, is_dataclass
from decimal import Decimal
from typing import Any

from thespian.actors import WakeupMessage

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport, SellOrder

_NOISE = ("Tick", "_Report", "SendReport", "_AnswerNext", "report", "LotsRecorded")
_DULL = ("symbol", "terms", "pair", "commission", "at_ms", "sent_ms")


@dataclass(slots=True)
class Story:
    """Lines with their moment (seconds of virtual time). `is_told` False costs nothing but the call."""

    is_told: bool
    lines: list[str] = field(default_factory=list)

    def tell(self, now: float, who: str, what: Callable[[], str]) -> None:
        if self.is_told and (line := what()):
            self.lines.append(f"{now:9.4f}  {who:<11} {line}")


def shown(way: str, message: Any) -> str:
    """A message and which way it went; empty for one that says nothing."""
    payload = message.payload if isinstance(message, WakeupMessage) else message
    name = payload if isinstance(payload, str) else type(payload).__name__
    return "" if name in _NOISE else f"{way} {_short(payload)}"


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
    return _plainly(value)


def _plainly(value: Any) -> str:
    if not is_dataclass(value):
        return str(value)
    kept = [each.name for each in fields(value) if each.name not in _DULL]
    texts = [f"{name}={_short(getattr(value, name))}" for name in kept if getattr(value, name) not in (None, "", ())]
    return f"{type(value).__name__}({', '.join(texts)})"


def _all(values: Any) -> str:
    return "; ".join(map(_short, values))
