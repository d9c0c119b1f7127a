"""Order kept even where a message names a child that has no address yet.

Thespian puts such a message aside until the child has connected; what is sent to the same receiver meanwhile would
overtake it. Here it waits in line behind.
"""

from collections import deque
from typing import Any

from thespian.actors import ActorAddress

from lotkeeper.engine.unix.addresses import UnixAddress


class HoldsItsPlace:
    """Part of an admin or actor manager: what it sends, it sends in order."""

    _addrManager: Any  # noqa: N815
    _awaitingAddressUpdate: Any  # noqa: N815
    _send_intent_to_transport: Any
    _retrying = False

    @property
    def _lines(self) -> dict[str, deque[Any]]:
        lines: dict[str, deque[Any]] = self.__dict__.setdefault("_waiting_lines", {})
        return lines

    def _send_intent(self, intent: Any, _time: Any = None) -> None:
        # Also without Thespian's governor, which sleeps inside of send above 4,480 messages a second.
        key = self._receiver(intent.targetAddr)
        line = self._lines.get(key) if key else None
        if line is not None and not self._retrying:
            line.append(intent)
            return
        self._send_intent_to_transport(intent)
        if key and any(intent is each for each in self._put_aside()):
            self._lines.setdefault(key, deque())

    def _retryPendingChildOperations(self, number: int, address: ActorAddress | None) -> None:  # noqa: N802
        self._retrying = True
        try:
            super()._retryPendingChildOperations(number, address)  # type: ignore[misc]
        finally:
            self._retrying = False
        still = {self._receiver(each.targetAddr) for each in self._put_aside()}
        for key in [each for each in self._lines if each not in still]:
            for intent in self._lines.pop(key):
                self._send_intent(intent)

    def _put_aside(self) -> list[Any]:
        return [intent for _, intents in self._awaitingAddressUpdate._awt for intent in intents]

    def _receiver(self, address: ActorAddress) -> str | None:
        known = self._addrManager.exportAddr(address)
        details = getattr(known, "addressDetails", None)
        return details.path if isinstance(details, UnixAddress) else None
