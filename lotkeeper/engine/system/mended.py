"""What the admin and the actor managers have in common: children, whose deaths are never overlooked."""

from pathlib import Path
from typing import Any

from thespian.actors import ActorAddress
from thespian.system.transport import TransmitIntent
from thespian.system.utilis import partition

from lotkeeper.engine.system.deaths import ChildEnded, ChildProcess
from lotkeeper.engine.system.holding import HoldsItsPlace
from lotkeeper.engine.system.processes import INHERITANCE
from lotkeeper.engine.transport.addresses import path_of
from lotkeeper.engine.transport.directory import unlink_sockets_of
from lotkeeper.engine.transport.hand import Rack


class Mended(HoldsItsPlace):
    """Thespian's keeping of children with its defects mended, each where it is overridden."""

    transport: Any
    _checkChildLiveness: Any  # noqa: N815
    _child_procs: list[Any]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._rack = Rack()

    def _startChildActor(self, *args: Any, **more: Any) -> None:  # noqa: N802
        hand = self._rack.lend()
        try:
            with INHERITANCE.handing(hand):
                super()._startChildActor(*args, **more)  # type: ignore[misc]
        except BaseException:
            self._rack.take_back(hand)
            raise
        self._child_procs[-1].hand = hand

    def child_process(self, address: ActorAddress) -> ChildProcess | None:
        """The process of a living child."""
        for each in reversed(getattr(self, "_child_procs", ())):  # the newest is asked for most
            if each.childAddr == address or getattr(each, "childRealAddr", None) == address:
                return ChildProcess(each.childProc, each.hand)
        return None

    def childDied(self) -> bool:  # noqa: N802
        """As in Thespian, but a child that died before it connected is mourned as well."""
        self._child_procs, dead = partition(self._checkChildLiveness, getattr(self, "_child_procs", []))
        for each in dead:
            self._mourn(each)
        return True

    def _mourn(self, child: Any) -> None:
        process = child.childProc
        unlink_sockets_of(Path(path_of(self.transport.myAddress)).parent, process.pid)
        in_hand = child.hand.message
        self._rack.take_back(child.hand)
        address = getattr(child, "childRealAddr", None)
        if address is None:
            self._stillborn(child.childNum)
        else:
            notice = ChildEnded(address, process.pid, process.exitcode, in_hand)
            self.transport.scheduleTransmit(None, TransmitIntent(self.transport.myAddress, notice))

    def _childExited(self, _address: ActorAddress) -> None:  # noqa: N802
        """Nothing: `childDied` has the list of children.

        Thespian's drops from it whoever has died meanwhile, without a notice, and of two deaths at once one is lost.
        """

    def _stillborn(self, number: int) -> None:
        self._retryPendingChildOperations(number, None)
