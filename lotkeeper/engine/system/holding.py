"""Order kept even where a message names a child that has no address yet.

Thespian puts such a message aside until the child has connected; what is sent to the same receiver meanwhile would
overtake it. Here it waits in line behind.
"""

from collections import deque
from typing import Any

from thespian.actors import ActorAddress
from thespian.system.systemCommon import AddressWaitTransmits

from lotkeeper.engine.transport.addresses import UnixAddress


class _PutAside(AddressWaitTransmits):  # type: ignore[misc]
    """Thespian's messages that wait for an address; knows which came last."""

    newest: Any = None

    def add(self, address: ActorAddress, intent: Any) -> None:
        self.newest = intent
        super().add(address, intent)

    def receivers(self) -> list[ActorAddress]:
        """For whom something waits."""
        return [intent.targetAddr for _, intents in self._awt for intent in intents]


class HoldsItsPlace:
    """Part of an admin or actor manager: what it sends, it sends in order."""

    _addrManager: Any  # noqa: N815
    _send_intent_to_transport: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._awaitingAddressUpdate = _PutAside()
        self._lines: dict[str, deque[Any]] = {}  # by receiver: what waits behind a message that was put aside
        self._retrying = False

    def _send_intent(self, intent: Any, _time: Any = None) -> None:
        # Also without Thespian's governor, which sleeps inside of send above 4,480 messages a second.
        key = self._receiver(intent.targetAddr)
        line = self._lines.get(key) if key else None
        if line is not None and not self._retrying:
            line.append(intent)
            return
        self._send_intent_to_transport(intent)
        if key and self._awaitingAddressUpdate.newest is intent:
            self._lines.setdefault(key, deque())

    def _retryPendingChildOperations(self, number: int, address: ActorAddress | None) -> None:  # noqa: N802
        self._retrying = True
        try:
            super()._retryPendingChildOperations(number, address)  # type: ignore[misc]
        finally:
            self._retrying = False
        if not self._lines:
            return
        still = {self._receiver(each) for each in self._awaitingAddressUpdate.receivers()}
        for key in [each for each in self._lines if each not in still]:
            for intent in self._lines.pop(key):
                self._send_intent(intent)

    def _receiver(self, address: ActorAddress) -> str | None:
        known = self._addrManager.exportAddr(address)
        details = getattr(known, "addressDetails", None)
        return details.path if isinstance(details, UnixAddress) else None
