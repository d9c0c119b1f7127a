"""Three actors that compute nothing: what one process for each actor costs by itself.

They stand where the UserStream, the PairKeeper and the Gateway do. The first reads the event and passes on what a SELL
needs, the second passes it on, the third sends it as `order.place`. No lot, no fee, no filter, no record, no budget.
"""

import gc
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
import websocket
from thespian.actors import ActorAddress

from benchmarks.contenders.terms import Access, is_fill, read_access, sell_terms, signed, subscription
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.service import start

_READY_WITHIN_S = 30.0


@dataclass(frozen=True, slots=True)
class Begin:
    """To the first actor: where the exchange is. It answers when the last one is connected too."""

    access: Access


@dataclass(frozen=True, slots=True)
class Follow:
    """To the second and the third: the access, and the actor that follows. It is passed on to the asker when done."""

    access: Access
    next: ActorAddress | None


@dataclass(frozen=True, slots=True)
class Ready:
    """An actor is connected."""


@dataclass(frozen=True, slots=True)
class Sell:
    """The event of a fill, as it is passed from actor to actor."""

    order_id: int
    event: dict[str, str]


class Reader(EngineActor):
    """In the place of the UserStream."""

    _socket: websocket.WebSocket | None = None

    @handles(Begin)
    def begin(self, message: Begin, sender: Sender) -> None:
        sell_sender, self._decider = self.createActor(OrderSender), self.createActor(Decider)
        self._starter = sender
        self.send(self._decider, Follow(message.access, sell_sender))
        self.send(sell_sender, Follow(message.access, None))
        self._socket = websocket.create_connection(message.access.ws_api_url, sockopt=[(6, 1, 1)])
        self._socket.send(orjson.dumps(subscription(message.access)))
        self._socket.recv()

    @handles(Ready)
    def say_ready(self, message: Ready, sender: Sender) -> None:
        self.send(self._starter, message)

    def watched(self) -> Sequence[int]:
        return () if self._socket is None else (self._socket.fileno(),)

    def on_readable(self, descriptors: Sequence[int]) -> None:
        assert self._socket is not None
        event = orjson.loads(self._socket.recv()).get("event", {})
        if is_fill(event):
            self.send(self._decider, Sell(event["i"], event))


class Decider(EngineActor):
    """In the place of the PairKeeper."""

    _next: ActorAddress = None

    @handles(Follow)
    def follow(self, message: Follow, sender: Sender) -> None:
        self._next = message.next

    @handles(Sell)
    def pass_on(self, message: Sell, sender: Sender) -> None:
        self.send(self._next, message)


class OrderSender(EngineActor):
    """In the place of the Gateway."""

    _socket: websocket.WebSocket | None = None

    @handles(Follow)
    def connect(self, message: Follow, sender: Sender) -> None:
        self._access = message.access
        self._socket = websocket.create_connection(message.access.ws_api_url, sockopt=[(6, 1, 1)])
        self.reply(sender, Ready())

    @handles(Sell)
    def place(self, message: Sell, sender: Sender) -> None:
        assert self._socket is not None
        params = signed({**sell_terms(message.event), "apiKey": self._access.key}, self._access.secret)
        self._socket.send(orjson.dumps({"id": message.order_id, "method": "order.place", "params": params}))

    def watched(self) -> Sequence[int]:
        return () if self._socket is None else (self._socket.fileno(),)

    def on_readable(self, descriptors: Sequence[int]) -> None:
        assert self._socket is not None
        self._socket.recv()


def main() -> None:
    gc.freeze()
    with tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder:
        system = start(Path(folder), Reader, Begin(read_access()))
        if not isinstance(system.listen(_READY_WITHIN_S), Ready):
            raise SystemExit("the actors did not connect")
        print("ready", flush=True)
        while True:
            system.listen(_READY_WITHIN_S)


if __name__ == "__main__":
    main()
