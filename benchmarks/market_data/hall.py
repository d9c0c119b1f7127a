"""The actors that are measured, and the roots that listen to them."""

import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from actors.market_stream.actor import MarketStream
from actors.price_broadcaster.actor import PriceBroadcaster
from benchmarks.market_data.source import age_us
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision import ChildSpec, Supervisor
from messages.connections import ConnectPermitGranted, RequestConnectPermit
from messages.lifecycle import Peers, PeersChanged, StartMarketStream, StartPrices
from messages.prices import PricesChanged, SubscribePrices

PRICES, LISTENER = "prices", "listener"


@dataclass(frozen=True, slots=True)
class Open:
    """Start a stream for each pair; each says when it has taken so many frames (0: never)."""

    symbols: tuple[str, ...]
    url: str
    frames: int = 0


@dataclass(frozen=True, slots=True)
class CountTo:
    """Say so when this many frames are taken."""

    frames: int


@dataclass(frozen=True, slots=True)
class Connected:
    """A stream's connection stands."""


@dataclass(frozen=True, slots=True)
class Taken:
    """All frames were taken: seconds, and seconds of a processor, from the first one on."""

    seconds: float
    processor_s: float


@dataclass(frozen=True, slots=True)
class AskProgress:
    """How many streams are connected, and has one taken all?"""


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


class MeasuredStream(MarketStream):
    """A market stream that says when it is connected, and how long a number of frames took."""

    _wanted = 0
    _begun: tuple[float, float] | None = None

    @handles(CountTo)
    def _count_to(self, message: CountTo, sender: Sender) -> None:
        self._wanted = message.frames

    def on_open(self) -> None:
        super().on_open()
        self.send(self._monitor, Connected())

    def on_burst_end(self) -> None:
        super().on_burst_end()
        if self._frames and self._begun is None:  # the first burst is not counted, which makes us slower, not faster
            self._begun = time.perf_counter(), time.process_time()
        if self._wanted and self._frames >= self._wanted and self._begun is not None:
            seconds, processor_s = time.perf_counter() - self._begun[0], time.process_time() - self._begun[1]
            self.send(self._monitor, Taken(seconds, processor_s))
            self._wanted = 0


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
        self.send(message.prices, SubscribePrices(()))

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
        self.supervise(ChildSpec(LISTENER, Listener, lambda _: Listen(self.child(PRICES))))
        self.supervise(*(ChildSpec(symbol, MeasuredStream, self._start(symbol)) for symbol in symbols))

    def _start(self, symbol: str) -> Any:
        return lambda _: StartMarketStream(symbol, self._open.url, 60.0, 82_800.0, self._peers())

    def on_child_started(self, key: str, address: Any, incarnation: int) -> None:
        if key in self._open.symbols and self._open.frames:
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
        self._connected += 1

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
