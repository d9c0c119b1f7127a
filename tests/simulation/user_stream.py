"""The user stream as its keepers see it: real frames, read by the real decoder, on a connection that can break."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import orjson
from thespian.actors import ActorAddress

from actors.user_stream.actor import is_news
from binance_sim.matching.sinks import ExecutionEvent
from binance_sim.wsapi.reports import execution_report
from lotkeeper.exchange.shapes import Execution as DecodedExecution
from lotkeeper.exchange.websocket.decode import decode_user_frame
from messages.account import BalanceMoved, OrderReported, StreamLost, StreamProven, WatchBalance, WatchOrders
from messages.connections import StreamSuspected
from tests.simulation.venue import BASE

if TYPE_CHECKING:
    from tests.simulation.world import World

CONNECTS_S = 0.5


class SimulatedUserStream:
    """One process of the actor. A cut connection delivers nothing more; the actor notices the cut sooner or later."""

    role = "stream"

    def __init__(self, name: str, world: "World") -> None:
        self.name, self.world = name, world
        self.address = ActorAddress(name)
        self.is_alive = True
        self._watcher: ActorAddress | None = None
        self._balance_watcher: ActorAddress | None = None
        self._incarnation = 0
        self._connection = 0
        self._cuts = 0  # of the connection: what was on its way before the newest one is lost
        self._newest_arrival = 0.0  # when the newest event on its way arrives: none overtakes another
        self._is_whole = self._is_proven = False
        self._connect_in(world.dice.uniform(0.05, CONNECTS_S))

    def handle(self, message: Any, sender: ActorAddress) -> list[tuple[ActorAddress, Any]]:
        match message:
            case WatchOrders():
                if message.incarnation < self._incarnation:
                    return []
                self._watcher, self._incarnation = sender, message.incarnation
                return [(sender, StreamProven(self.world.wall_ms))] if self._is_proven else []
            case WatchBalance():
                self._balance_watcher = sender
            case StreamSuspected():
                self.renew()
        return []

    # The connection

    def on_execution(self, execution: ExecutionEvent) -> None:
        """The exchange sends an event, which arrives a moment after its books have changed."""
        if self._is_whole:
            frame = orjson.dumps(execution_report(execution))
            moved = BalanceMoved(BASE, self.world.venue.held(), at_ms=self.world.wall_ms)
            self._receive_later(lambda: self._on_frame(frame, None if execution.trade is None else moved))

    def _receive_later(self, receive: Callable[[], None]) -> None:
        """What the exchange sends now arrives in order. What is on its way is lost when the connection is cut."""
        if self.world.distance is None:
            receive()
            return
        cuts = self._cuts

        def arrive() -> None:
            if self.is_alive and cuts == self._cuts:
                receive()

        self._newest_arrival = max(self._newest_arrival, self.world.now + self.world.latency())
        self.world.at(self._newest_arrival, arrive)

    def _on_frame(self, frame: bytes, moved: BalanceMoved | None) -> None:
        told = decode_user_frame(frame)
        is_read = self._watcher is not None and isinstance(told, DecodedExecution)
        if is_read and is_news(told.report, told.fill):
            self._tell_event(OrderReported(told.report, told.fill))
        if moved is not None and not self.world.chance("event_lost"):  # it is an event of its own
            self.world.send_event(self, self._balance_watcher, moved, 0.0)

    def _tell_event(self, event: OrderReported) -> None:
        world = self.world
        if world.chance("event_lost"):
            world.tell("stream", lambda: f"loses {event.report.status} of {event.report.client_id}")
            return
        for _ in range(2 if world.chance("event_twice") else 1):
            delay = world.dice.uniform(0.0, 4.0) if world.chance("event_late") else 0.0
            world.send_event(self, self._watcher, event, delay)

    def cut(self, silent_s: float) -> None:
        """Cuts the connection, which is noticed after `silent_s` seconds."""
        if self._is_whole:
            self._is_whole = False
            self._connection += 1
            self._cuts += 1
            number = self._connection
            self.world.tell("stream", lambda: f"is cut, noticed in {silent_s:.1f} s")
            self.world.later(silent_s, lambda: self._on_lost(number))

    def _on_lost(self, number: int) -> None:
        if self.is_alive and number == self._connection and not self._is_whole:
            self._is_proven = False
            self._tell_watcher(StreamLost(self.world.wall_ms, "the connection is gone"))
            self._connect_in(self.world.dice.uniform(0.1, 3.0))

    def _connect_in(self, seconds: float) -> None:
        self.world.later(seconds + self.world.connect_s + self.world.latency(), self._subscribe)

    def _subscribe(self) -> None:
        """The exchange has the subscription, and sends events from now on; its answer comes before them."""
        if self.is_alive:
            self._is_whole = True
            self._receive_later(self._on_proven)

    def _on_proven(self) -> None:
        self._is_proven = True
        self._tell_watcher(StreamProven(self.world.wall_ms))

    def renew(self) -> None:
        """Replaces the connection by another one, subscribed and proven."""
        self._connection += 1
        self._connect_in(CONNECTS_S)

    def _tell_watcher(self, message: Any) -> None:
        if self._watcher is not None:
            self.world.post(self, self._watcher, message)
