"""The account's stream as its keepers see it: real frames, read by the real decoder, on a connection that breaks."""

from typing import TYPE_CHECKING, Any

import orjson
from thespian.actors import ActorAddress

from actors.user_stream.actor import is_news
from binance_sim.matching.sinks import ExecutionEvent
from binance_sim.wsapi.reports import execution_report
from lotkeeper.exchange.shapes import Execution as Told
from lotkeeper.exchange.websocket.decode import decode_user_frame
from messages.account import BalanceMoved, OrderReported, StreamLost, StreamProven, WatchBalance, WatchOrders
from messages.connections import StreamSuspected
from tests.simulation.venue import BASE

if TYPE_CHECKING:
    from tests.simulation.world import World

CONNECTS_S = 0.5


class Stream:
    """One life of the actor. A cut connection tells nothing any more; that it is cut is found out sooner or later."""

    role = "stream"

    def __init__(self, name: str, world: "World") -> None:
        self.name, self.world = name, world
        self.address = ActorAddress(name)
        self.is_alive = True
        self.busy_until = 0.0
        self._watcher: ActorAddress | None = None
        self._balance_watcher: ActorAddress | None = None
        self._incarnation = 0
        self._connection = 0
        self._is_whole = self._is_proven = False
        world.later(world.dice.uniform(0.05, CONNECTS_S), self._connected)

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
                self.renewed()
        return []

    # The connection

    def happened(self, execution: ExecutionEvent) -> None:
        """The exchange tells what happened: at once in its books, a moment later here."""
        if self._is_whole:
            frame = orjson.dumps(execution_report(execution))
            told = decode_user_frame(frame)
            assert isinstance(told, Told)
            if self._watcher is not None and is_news(told.report, told.fill):
                self._tell_event(OrderReported(told.report, told.fill))
            if execution.trade is not None:
                self._tell_balance()

    def _tell_balance(self) -> None:
        """An event of its own, lost on its own; one that is late is known by its time and dropped."""
        if not self.world.chance("event_lost"):
            self.world.send_event(self, self._balance_watcher, BalanceMoved(BASE, self.world.venue.held()), 0.0)

    def _tell_event(self, event: OrderReported) -> None:
        world = self.world
        if world.chance("event_lost"):
            world.tell("stream", lambda: f"loses {event.report.status} of {event.report.client_id}")
            return
        for _ in range(2 if world.chance("event_twice") else 1):
            delay = world.dice.uniform(0.0, 4.0) if world.chance("event_late") else 0.0
            world.send_event(self, self._watcher, event, delay)

    def cut(self, silent_s: float) -> None:
        """The connection is gone, which is noticed after so many seconds."""
        if self._is_whole:
            self._is_whole = False
            self._connection += 1
            number = self._connection
            self.world.tell("stream", lambda: f"is cut, noticed in {silent_s:.1f} s")
            self.world.later(silent_s, lambda: self._lost(number))

    def _lost(self, number: int) -> None:
        if self.is_alive and number == self._connection and not self._is_whole:
            self._is_proven = False
            self._tell_watcher(StreamLost(self.world.wall_ms, "the connection is gone"))
            self.world.later(self.world.dice.uniform(0.1, 3.0), self._connected)

    def _connected(self) -> None:
        if self.is_alive:
            self._is_whole = self._is_proven = True
            self._tell_watcher(StreamProven(self.world.wall_ms))

    def renewed(self) -> None:
        """Another connection in its place, subscribed and proven."""
        self._connection += 1
        self.world.later(CONNECTS_S, self._connected)

    def _tell_watcher(self, message: Any) -> None:
        if self._watcher is not None:
            self.world.post(self, self._watcher, message)
