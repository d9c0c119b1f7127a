"""The actors of the simulation: real ones, each on a desk of its own, with the world between them."""

from typing import TYPE_CHECKING, Any

from thespian.actors import ActorAddress, ActorExitRequest, WakeupMessage

from lotkeeper.engine.testkit import ActorBench

if TYPE_CHECKING:
    from tests.simulation.world import World


class Seat(ActorBench[Any]):
    """One life of an actor. What it sends is kept in `out` until its handler is done: there a crash may cut it off.

    `took` is how long (seconds of virtual time) the handler was kept waiting by the exchange; until `busy_until` the
    actor handles nothing.
    """

    def __init__(self, actor_class: type, name: str, role: str, world: "World") -> None:
        self.name, self.role, self.world = name, role, world
        self.is_alive = True
        self.out: list[tuple[ActorAddress, Any]] = []
        self.took = 0.0
        self.busy_until = 0.0
        self._born = world.now
        self._first = 0.0
        super().__init__(actor_class, start_ms=world.wall_ms)
        self._first = self.now

    def _create(self, actor_class: type) -> Any:
        self._address = ActorAddress(self.name)
        return super()._create(actor_class)

    @property
    def address(self) -> ActorAddress:
        return self._address

    def deliver(self, to: ActorAddress, message: Any) -> None:
        if to == self._address and isinstance(message, ActorExitRequest):
            self._to_self.append((message, self._address))
        else:
            self.out.append((to, message))

    def add_wakeup(self, delay: Any, payload: Any) -> None:
        self.world.wake_later(self, delay, payload)

    def handle(self, message: Any, sender: ActorAddress) -> list[tuple[ActorAddress, Any]]:
        """Runs the handler; what it sent. Raises what the handler raises."""
        self._at_this_moment()
        self.tell_from(message, sender)
        sent, self.out = self.out, []
        return sent

    def tell_from(self, message: Any, sender: ActorAddress) -> None:
        if not isinstance(message, WakeupMessage):
            message = self.world.copied(message)
        self._run(message, sender)

    def _at_this_moment(self) -> None:
        """The desk's clock stands where the world's does."""
        self.advance(max(0.0, self._first + self.world.now - self._born - self.now))
