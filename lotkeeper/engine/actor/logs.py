"""What the engine logs for an actor: each handled message at DEBUG, and a repeated complaint once a second.

A line about a handled message has its type, its sender, the duration of the handler, and the *subject* fields of the
message, such as the trade pair that it is about. The program names these fields when it starts the system
(`start(..., subject_fields=("symbol", "report.symbol"))`); of a message without such a field, and of a message whose
class says `is_secret = True`, only the type is logged. Nothing else of a message is ever written: a field that is not
named may be a secret, and `repr` would show it.
"""

import logging
import os
from collections.abc import Callable, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from thespian.actors import ActorAddress, WakeupMessage, WatchMessage

from lotkeeper.engine.asking import Asker, Sender
from lotkeeper.engine.transport.addresses import is_member, path_of
from lotkeeper.engine.transport.message_format import is_secret

_REPORT_EVERY = 1.0  # seconds
_FieldReader = Callable[[Any], Any]


class MessageLog:
    """Logs the messages that one actor handles."""

    def __init__(self, log: logging.Logger, subject_fields: Sequence[str]) -> None:
        self._log = log
        self._readers: dict[str, _FieldReader] = {name: attrgetter(name) for name in subject_fields}
        self._sender_names: dict[str, str] = {}

    def log_handled(self, message: Any, sender: Sender, seconds: float) -> None:
        """One line about a message whose handler has returned or raised after `seconds`.

        A ready descriptor is no message: of these there would be a line for each frame from the exchange.
        """
        if isinstance(message, WatchMessage):
            return
        kind = _type_name(message)
        facts = {"message_type": kind, "sender": self._name_of(sender), "took_ms": round(seconds * 1000, 3)}
        self._log.debug("handled %s", kind, extra=self._subject_of(message) | facts)

    def _subject_of(self, message: Any) -> dict[str, str | int]:
        subject: dict[str, str | int] = {}
        for name, read in () if is_secret(message) else self._readers.items():
            try:
                value = read(message)
            except AttributeError:
                continue
            if isinstance(value, str | int):
                subject[name.rpartition(".")[-1]] = value
        return subject

    def _name_of(self, sender: Sender) -> str:
        address = sender.address if isinstance(sender, Asker) else sender
        key = str(address)
        if key not in self._sender_names:
            self._sender_names[key] = _describe_process(address)
        return self._sender_names[key]


class LogThrottle:
    """Counts repeated events by kind, and says when it is time to log them."""

    def __init__(self) -> None:
        self._reported_at: dict[str, float] = {}
        self._unreported: dict[str, int] = {}

    def count(self, kind: str, now: float) -> int:
        """Counts one more. Returns how many have happened since the last report, or 0 when it is too soon for one."""
        self._unreported[kind] = self._unreported.get(kind, 0) + 1
        if now - self._reported_at.get(kind, -_REPORT_EVERY) < _REPORT_EVERY:
            return 0
        self._reported_at[kind] = now
        return self._unreported.pop(kind)


def _type_name(message: Any) -> str:
    if isinstance(message, WakeupMessage):
        return f"wake-up {type(message.payload).__name__}"
    return type(message).__name__


def _describe_process(address: ActorAddress) -> str:
    """The title and number of the process at an address, for instance "PairKeeper 4711" or "client 4712"."""
    try:
        name = os.path.basename(path_of(address))
    except AttributeError:  # an address of the test kit
        return str(address)
    pid = name[1:].partition("-")[0]
    if not pid.isdigit():
        return name
    if not is_member(name):
        return f"client {pid}"
    try:
        title = Path(f"/proc/{pid}/cmdline").read_bytes().partition(b"\0")[0].decode(errors="replace")
    except OSError:
        title = ""
    return f"{os.path.basename(title.split(' ')[0]) or 'ended process'} {pid}"
