"""The actors of the simulation: the real classes, each on a test bench; the world carries their messages."""

from typing import TYPE_CHECKING, Any

from thespian.actors import ActorAddress, ActorExitRequest, WakeupMessage, WatchMessage

from lotkeeper.engine.testkit import ActorBench
from tests.simulation.probes.watcher import ADDRESS as WATCHER

if TYPE_CHECKING:
    from tests.simulation.world import World


class ActorProcess(ActorBench[Any]):
    """One process of an actor, from its start to its end."""

    def __init__(self, actor_class: type, name: str, role: str, world: "World") -> None:
        self.name, self.role, self.world = name, role, world
        self.is_alive = True
        self.out: list[tuple[ActorAddress, Any]] = []  # sent by the handler that runs; a crash may cut it off
        self.dies_now = False  # in the middle of what it handles: nothing of that is sent
        super().__init__(actor_class, start_ms=world.wall_ms - int(world.now * 1000))

    def _create(self, actor_class: type) -> Any:
        self._address = ActorAddress(self.name)
        self._first = self.now  # the monotonic clock is that of the machine, the same for all processes
        self._set_clock()
        return super()._create(actor_class)

    def monotonic_s(self) -> float:
        """What the actor's `monotonic()` says now."""
        return self._first + self.world.now

    @property
    def address(self) -> ActorAddress:
        return self._address

    def deliver(self, to: ActorAddress, message: Any) -> None:
        if to == self._address and isinstance(message, ActorExitRequest):
            self._to_self.append((message, self._address))
        elif to == WATCHER:  # it is no actor: no message to it may move a schedule
            if self.world.watcher:
                self.world.watcher.on_report(message)
        else:
            self.out.append((to, message))

    def add_wakeup(self, delay: Any, payload: Any) -> None:
        self.world.wake_later(self, delay, payload)

    def handle(self, message: Any, sender: ActorAddress) -> list[tuple[ActorAddress, Any]]:
        """Runs the handler and returns what it sent. Raises what the handler raises."""
        self._set_clock()
        self.tell_from(message, sender)
        sent, self.out = self.out, []
        return sent

    def tell_from(self, message: Any, sender: ActorAddress) -> None:
        if not isinstance(message, WakeupMessage | WatchMessage):
            message = self.world.copy_message(message)
        self._run(message, sender)

    def _set_clock(self) -> None:
        """Sets the bench's clock to the world's time."""
        self.advance(max(0.0, self.monotonic_s() - self.now))
