"""What the engine logs for an actor: each handled message at DEBUG, and a repeated complaint once a second.

A line about a handled message has its type, its sender, the duration of the handler, and the *subject* fields of the
message, such as the trade pair that it is about. The program names these fields when it starts the system
(`start(..., subject_fields=("symbol", "report.symbol"))`); of a message without such a field, and of a message whose
class says `is_secret = True`, only the type is logged. Nothing else of a message is ever written: a field that is not
named may be a secret, and `repr` would show it.
"""

import logging
from collections.abc import Sequence
from typing import Any

from thespian.actors import WatchMessage

from lotkeeper.engine.asking import Sender
from lotkeeper.engine.inspection.naming import SenderNames, SubjectReader, type_name
from lotkeeper.engine.log_events import EngineEvent, named

_REPORT_EVERY = 1.0  # seconds


class MessageLog:
    """Logs the messages that one actor handles."""

    def __init__(self, log: logging.Logger, subject_fields: Sequence[str]) -> None:
        self._log = log
        self._subject = SubjectReader(subject_fields)
        self._names = SenderNames()

    def log_handled(self, message: Any, sender: Sender, seconds: float) -> None:
        """One line about a message whose handler has returned or raised after `seconds`.

        A ready descriptor is no message: of these there would be a line for each frame from the exchange.
        """
        if isinstance(message, WatchMessage):
            return
        kind = type_name(message)
        facts = {"message_type": kind, "sender": self._names.name_of(sender), "took_ms": round(seconds * 1000, 3)}
        about = self._subject.read(message) | facts
        self._log.debug("handled %s", kind, extra=named(EngineEvent.MESSAGE_HANDLED, **about))


class LogThrottle:
    """Counts repeated events by kind, and says when it is time to log them."""

    def __init__(self) -> None:
        self._reported_at: dict[str, float] = {}
        self._unreported: dict[str, int] = {}
        self._totals: dict[str, int] = {}

    def count(self, kind: str, now: float) -> int:
        """Counts one more. Returns how many have happened since the last report, or 0 when it is too soon for one."""
        self._unreported[kind] = self._unreported.get(kind, 0) + 1
        self._totals[kind] = self._totals.get(kind, 0) + 1
        if now - self._reported_at.get(kind, -_REPORT_EVERY) < _REPORT_EVERY:
            return 0
        self._reported_at[kind] = now
        return self._unreported.pop(kind)

    def totals(self) -> tuple[tuple[str, int], ...]:
        """How many there were of each kind."""
        return tuple(sorted(self._totals.items()))
