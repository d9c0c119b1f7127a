"""An actor's process: what stands behind the actor in it, and its life from the fork to the end."""

import signal
from typing import Any

from thespian.actors import ActorAddress
from thespian.system.messages.multiproc import EndpointConnected
from thespian.system.multiprocCommon import MultiProcManager
from thespian.system.systemCommon import actorStartupFailed
from thespian.system.transport import TransmitIntent
from thespian.system.utilis import setProcName

from lotkeeper.engine.system.mended import Mended
from lotkeeper.engine.system.process import Forks
from lotkeeper.engine.system.processes import ENDING, IGNORED, INHERITANCE, begin_child, hear, log_as


class EngineManager(Mended, MultiProcManager):  # type: ignore[misc]
    """What stands behind an actor in its process."""

    def _createInstance(self) -> None:  # noqa: N802
        INHERITANCE.begin_actor(str(self._actorClass).rpartition(".")[-1])
        super()._createInstance()


def actor_main(  # noqa: PLR0917 (Thespian makes the call, at a fork)
    actor_class: str,
    global_name: str | None,
    endpoint: Any,
    transport_class: Any,
    source_hash: str | None,
    source: Any,
    parent: ActorAddress,
    admin: ActorAddress,
    notify: ActorAddress,
    _logger: ActorAddress,
    requirements: Any,
    capabilities: dict[str, Any],
    _descriptors: list[int],
    context: Forks,
    log_defs: Any,
) -> None:
    """The process of an actor, from the fork to its end."""
    begin_child(context.parent)
    log_as(log_defs)
    transport = transport_class(endpoint)
    transport.hand = INHERITANCE.taken_hand()
    manager = EngineManager(
        actor_class,
        global_name,
        transport,
        source_hash,
        source,
        parent,
        admin,
        requirements,
        capabilities,
        Forks(),
        log_defs,
    )
    manager.asLogger = admin  # Thespian wants one; nothing is sent there, each process writes its own log
    connected = TransmitIntent(notify, EndpointConnected(endpoint.addrInst))
    transport.scheduleTransmit(None, connected.addCallback(onFailure=actorStartupFailed))
    setProcName(actor_class.rpartition(".")[-1], transport.myAddress)
    _hear_signals(manager)
    try:
        manager.run()
    finally:
        transport.close()


def _hear_signals(manager: EngineManager) -> None:
    hear(ENDING, lambda: manager.transport.interrupt_wait(signal_shutdown=True))
    hear(IGNORED, lambda: None)
    hear((signal.SIGUSR1,), manager.thesplogStatus)
    signal.signal(signal.SIGCHLD, manager.signalChildDied)
