"""The actors that are measured, and the roots that listen to them."""

import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from actors.market_stream.actor import MarketStream
from actors.price_broadcaster.actor import PriceBroadcaster
from actors.streams.connection import StreamConnection
from benchmarks.market_data.source import age_us
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision import ChildSpec, Supervisor
from lotkeeper.exchange.websocket.market_shares import market_shares
from messages.connections import ConnectPermitGranted, RequestConnectPermit
from messages.lifecycle import Peers, PeersChanged, StartMarketStream, StartPrices
from messages.prices import PricesChanged, SubscribePrices

PRICES, LISTENER, STREAM = "prices", "listener", "market stream"


@dataclass(frozen=True, slots=True)
class Open:
    """Start the streams of these pairs; each says when it has taken so many frames (0: never)."""

    symbols: tuple[str, ...]
    url: str
    frames: int = 0
    every_s: float = 0.0  # how often the listener wants prices at most; 0: each change


@dataclass(frozen=True, slots=True)
class CountTo:
    """Say so when this many frames are taken."""

    frames: int


@dataclass(frozen=True, slots=True)
class Connected:
    """A stream's connection stands."""

    pairs: int


@dataclass(frozen=True, slots=True)
class Taken:
    """All frames were taken: seconds, and seconds of a processor, from the first one on."""

    seconds: float
    processor_s: float


@dataclass(frozen=True, slots=True)
class AskProgress:
    """How many pairs are connected, and has a stream taken all?"""


@dataclass(frozen=True, slots=True)
class Progress:
    connected: int
    taken: Taken | None


@dataclass(frozen=True, slots=True)
class AskMeasured:
    """What has been measured since this was last asked?"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Ages of prices at their subscriber in microseconds, and how many messages brought them."""

    ages: tuple[int, ...]
    messages: int


@dataclass(frozen=True, slots=True)
class Listen:
    """Subscribe to everything."""

    prices: Any
    every_s: float


class MeasuredStream(MarketStream):
    """A market stream that says when it is connected, and how long a number of frames took."""

    _counted = 0
    _begun: tuple[float, float] | None = None

    @handles(CountTo)
    def _count_to(self, message: CountTo, sender: Sender) -> None:
        self._counted = message.frames

    def on_open(self, connection: StreamConnection) -> None:
        super().on_open(connection)
        self.send(self._monitor, Connected(len(self._reader.pairs)))

    def on_frames(self, frames: list[bytes], connection: StreamConnection) -> None:
        super().on_frames(frames, connection)
        taken = self._status.frames
        if taken and self._begun is None:  # the first burst is not counted, which makes us slower, not faster
            self._begun = time.perf_counter(), time.process_time()
        if self._counted and taken >= self._counted and self._begun is not None:
            seconds, processor_s = time.perf_counter() - self._begun[0], time.process_time() - self._begun[1]
            self.send(self._monitor, Taken(seconds, processor_s))
            self._counted = 0


@dataclass(slots=True)
class _Notes:
    ages: list[int] = field(default_factory=list)
    messages: int = 0


class Listener(EngineActor):
    """A subscriber to every change of every pair."""

    def __init__(self) -> None:
        super().__init__()
        self._notes = _Notes()

    @handles(Listen)
    def _listen(self, message: Listen, sender: Sender) -> None:
        self.send(message.prices, SubscribePrices((), message.every_s))

    @handles(PricesChanged)
    def _prices_changed(self, message: PricesChanged, sender: Sender) -> None:
        self._notes.messages += 1
        for price in message.prices:
            self._notes.ages.append(age_us(_decimals(price.best.bid)))

    @handles(AskMeasured)
    def _measured(self, message: AskMeasured, sender: Sender) -> None:
        notes, self._notes = self._notes, _Notes()
        self.reply(sender, Measured(tuple(notes.ages), notes.messages))

    def on_unknown(self, message: Any, sender: Sender) -> None:
        """Where the others live, which it need not know."""


def _decimals(amount: Decimal) -> int:
    return int(amount % 1 * 10**9)


class Hall(Supervisor):
    """Root of streams, broadcaster and listener."""

    _open: Open
    _connected = 0
    _taken: Taken | None = None

    @handles(Open)
    def _begin(self, message: Open, sender: Sender) -> None:
        self._open = message
        symbols = message.symbols
        self.supervise(ChildSpec(PRICES, PriceBroadcaster, lambda _: StartPrices(self.myAddress, symbols)))
        self.supervise(ChildSpec(LISTENER, Listener, lambda _: Listen(self.child(PRICES), message.every_s)))
        for number, share in enumerate(market_shares(symbols), start=1):
            name = f"{STREAM} {number}"
            self.supervise(ChildSpec(name, MeasuredStream, self._start(name, share)))

    def _start(self, name: str, share: tuple[str, ...]) -> Any:
        return lambda _: StartMarketStream(name, share, self._open.url, 60.0, 82_800.0, self._peers())

    def on_child_started(self, key: str, address: Any, incarnation: int) -> None:
        if key.startswith(STREAM) and self._open.frames:
            self.send(address, CountTo(self._open.frames))

    def _peers(self) -> Peers:
        return Peers(gateway=self.myAddress, prices=self.child(PRICES), monitor=self.myAddress)

    def introduction(self) -> PeersChanged:
        return PeersChanged(self._peers())

    @handles(RequestConnectPermit)
    def _connect_wanted(self, message: RequestConnectPermit, sender: Sender) -> None:
        self.reply(sender, ConnectPermitGranted(message.stream, message.number))

    @handles(Connected)
    def _is_connected(self, message: Connected, sender: Sender) -> None:
        self._connected += message.pairs

    @handles(Taken)
    def _has_taken(self, message: Taken, sender: Sender) -> None:
        self._taken = message

    @handles(AskProgress)
    def _progress(self, message: AskProgress, sender: Sender) -> None:
        self.reply(sender, Progress(self._connected, self._taken))

    @handles(AskMeasured)
    def _ask_measured(self, message: AskMeasured, sender: Sender) -> None:
        self.forward(self.child(LISTENER), message, sender)

    def on_unknown(self, message: Any, sender: Sender) -> None:
        """Reports to a Monitor that is not there."""
