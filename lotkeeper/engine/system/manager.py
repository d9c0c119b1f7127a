"""An actor's process: the manager that Thespian puts behind the actor, and what the process does from fork to end."""

import signal
from typing import Any

from thespian.actors import ActorAddress
from thespian.system import actorManager
from thespian.system.messages.multiproc import EndpointConnected
from thespian.system.multiprocCommon import MultiProcManager
from thespian.system.systemCommon import actorStartupFailed
from thespian.system.transport import TransmitIntent
from thespian.system.utilis import setProcName, withPossibleInitArgs

from lotkeeper.engine.inspection.questions import Mailbox
from lotkeeper.engine.system.child_tracking import ChildTracking
from lotkeeper.engine.system.forked_process import ForkContext
from lotkeeper.engine.system.ordinary_messages import OrdinaryMessages
from lotkeeper.engine.system.process_setup import (
    EXIT_SIGNALS,
    IGNORED_SIGNALS,
    INHERITANCE,
    begin_child,
    configure_logging,
    on_signals,
)


class EngineManager(OrdinaryMessages, ChildTracking, MultiProcManager):  # type: ignore[misc]
    """Thespian's manager of an actor, repaired; calls the process hook before the actor is made."""

    def _createInstance(self) -> None:  # noqa: N802
        INHERITANCE.begin_actor(str(self._actorClass).rpartition(".")[-1])
        super()._createInstance()

    def handled_count(self) -> int:
        """How many messages, wake-ups and ready descriptors this process has handled."""
        count: int = self.transport.handled_count
        return count

    def mailboxes(self) -> tuple[Mailbox, ...]:
        """What the receivers of this actor's messages have not handled."""
        found: tuple[Mailbox, ...] = self.transport.mailboxes()
        return found


class ActorMaker(withPossibleInitArgs):  # type: ignore[misc]
    """Makes an actor. Thespian looks at the signature of each constructor, which touches 400 KB of shared memory."""

    def create(self, actor_class: Any) -> Any:
        """The actor. The constructors of the engine's own take no argument."""
        is_ours = getattr(actor_class, "never_raises", False)
        return actor_class() if is_ours else super().create(actor_class)


def use_actor_maker() -> None:
    """Has Thespian make all actors by it. May be called more than once."""
    actorManager.withPossibleInitArgs = ActorMaker


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
    context: ForkContext,
    log_defs: Any,
) -> None:
    """The process of an actor, from the fork to its end."""
    begin_child(context.parent)
    configure_logging(log_defs)
    transport = transport_class(endpoint)
    transport.use_slot(INHERITANCE.pop_slot())
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
        ForkContext(),
        log_defs,
    )
    manager.asLogger = admin  # Thespian needs an address; nothing is sent there, each process writes its own log
    connected = TransmitIntent(notify, EndpointConnected(endpoint.addrInst))
    transport.scheduleTransmit(None, connected.addCallback(onFailure=actorStartupFailed))
    setProcName(actor_class.rpartition(".")[-1], transport.myAddress)
    _handle_signals(manager)
    try:
        manager.run()
    finally:
        transport.close()


def _handle_signals(manager: EngineManager) -> None:
    on_signals(EXIT_SIGNALS, lambda: manager.transport.interrupt_wait(signal_shutdown=True))
    on_signals(IGNORED_SIGNALS, lambda: None)
    on_signals((signal.SIGUSR1,), manager.thesplogStatus)
    signal.signal(signal.SIGCHLD, manager.signalChildDied)
