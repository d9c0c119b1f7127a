"""What the admin and the actor managers have in common: no death of a child is overlooked, and messages stay in order.

Both classes are placed before a class of Thespian's among the bases of `EngineAdmin` and `EngineManager`, because
Thespian offers no other way to change these methods.
"""

from collections import deque
from pathlib import Path
from typing import Any

from thespian.actors import ActorAddress
from thespian.system.systemCommon import AddressWaitTransmits
from thespian.system.transport import TransmitIntent
from thespian.system.utilis import partition

from lotkeeper.engine.system.child_process import ChildEnded, ChildProcess
from lotkeeper.engine.system.process_setup import INHERITANCE
from lotkeeper.engine.transport.addresses import UnixAddress, path_of
from lotkeeper.engine.transport.directory import unlink_sockets_of
from lotkeeper.engine.transport.shared_memory import SlotPool


class _WaitingForAddress(AddressWaitTransmits):  # type: ignore[misc]
    """Thespian's store of messages that name a child without an address; also knows which one came last."""

    newest: Any = None

    def add(self, address: ActorAddress, intent: Any) -> None:
        self.newest = intent
        super().add(address, intent)

    def receivers(self) -> list[ActorAddress]:
        """The receivers of the stored messages."""
        return [intent.targetAddr for _, intents in self._awt for intent in intents]


class OrderedSends:
    """Keeps messages in order also when one of them names a child that has no address yet.

    Thespian stores such a message until the child has connected, and later messages to the same receiver would overtake
    it. Here they wait in a queue behind it.
    """

    _addrManager: Any  # noqa: N815
    _send_intent_to_transport: Any

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._awaitingAddressUpdate = _WaitingForAddress()
        self._queues: dict[str, deque[Any]] = {}  # by receiver: the messages behind one that waits for an address
        self._is_retrying = False

    def _send_intent(self, intent: Any, _time: Any = None) -> None:
        # Thespian's governor is left out: it sleeps inside of send above 4,480 messages a second.
        key = self._receiver_path(intent.targetAddr)
        queue = self._queues.get(key) if key else None
        if queue is not None and not self._is_retrying:
            queue.append(intent)
            return
        self._send_intent_to_transport(intent)
        if key and self._awaitingAddressUpdate.newest is intent:
            self._queues.setdefault(key, deque())

    def _retryPendingChildOperations(self, number: int, address: ActorAddress | None) -> None:  # noqa: N802
        self._is_retrying = True
        try:
            super()._retryPendingChildOperations(number, address)  # type: ignore[misc]
        finally:
            self._is_retrying = False
        if not self._queues:
            return
        still_waiting = {self._receiver_path(each) for each in self._awaitingAddressUpdate.receivers()}
        for key in [each for each in self._queues if each not in still_waiting]:
            for intent in self._queues.pop(key):
                self._send_intent(intent)

    def _receiver_path(self, address: ActorAddress) -> str | None:
        known = self._addrManager.exportAddr(address)
        details = getattr(known, "addressDetails", None)
        return details.path if isinstance(details, UnixAddress) else None


class ChildTracking(OrderedSends):
    """Thespian's list of children with its defects repaired, each in the method where it is."""

    transport: Any
    _checkChildLiveness: Any  # noqa: N815
    _child_procs: list[Any]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._slots = SlotPool()

    def _startChildActor(self, *args: Any, **more: Any) -> None:  # noqa: N802
        slot = self._slots.lend()
        try:
            with INHERITANCE.passing_slot(slot):
                super()._startChildActor(*args, **more)  # type: ignore[misc]
        except BaseException:
            self._slots.give_back(slot)
            raise
        self._child_procs[-1].slot = slot

    def child_process(self, address: ActorAddress) -> ChildProcess | None:
        """The process of a living child."""
        for each in reversed(getattr(self, "_child_procs", ())):  # the newest is asked for most
            if each.childAddr == address or getattr(each, "childRealAddr", None) == address:
                return ChildProcess(each.childProc, each.slot)
        return None

    def childDied(self) -> bool:  # noqa: N802
        """As in Thespian, but a child that died before it connected is reported as well."""
        self._child_procs, dead = partition(self._checkChildLiveness, getattr(self, "_child_procs", []))
        for each in dead:
            self._report_death(each)
        return True

    def _report_death(self, child: Any) -> None:
        process = child.childProc
        unlink_sockets_of(Path(path_of(self.transport.myAddress)).parent, process.pid)
        current_message = child.slot.message
        self._slots.give_back(child.slot)
        address = getattr(child, "childRealAddr", None)
        if address is None:
            self._report_never_connected(child.childNum)
        else:
            notice = ChildEnded(address, process.pid, process.exitcode, current_message)
            self.transport.scheduleTransmit(None, TransmitIntent(self.transport.myAddress, notice))

    def _childExited(self, _address: ActorAddress) -> None:  # noqa: N802
        """Does nothing, because `childDied` maintains the list of children.

        Thespian's method also drops others that have died meanwhile, so that of two deaths at once one is not reported.
        """

    def _report_never_connected(self, number: int) -> None:
        self._retryPendingChildOperations(number, None)
