"""Market streams and a price broadcaster as real actors; their root records what they send."""

from dataclasses import dataclass, field, replace

import orjson
import requests

from actors.market_stream.actor import MarketStream
from actors.price_broadcaster.actor import PriceBroadcaster
from actors.streams.connection import StreamConnection
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision import ChildSpec, Supervisor
from lotkeeper.exchange.rest.decode import book_tickers
from messages.connections import ConnectPermitGranted, RequestConnectPermit
from messages.health import FrameCounts, FramesCounted, MarketStreamReported, PricesReported
from messages.lifecycle import Peers, PeersChanged, StartMarketStream, StartPrices
from messages.prices import Price, PriceModeChanged, PricesChanged, SubscribePrices
from messages.queries import FetchFailed, FetchMarket, FetchPrices, PricesFetched

PRICES, STREAM = "prices", "market stream 1"


@dataclass(frozen=True, slots=True)
class StartMarkets:
    """Start one stream for all pairs. `rest_url` is where the exchange itself can be asked."""

    symbols: tuple[str, ...]
    stream_url: str
    rest_url: str


@dataclass(frozen=True, slots=True)
class AskHeard:
    """Asks what was received so far."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The newest message about each pair, and how often a price was stale or came from another source."""

    prices: dict[str, Price] = field(default_factory=dict)
    stream: MarketStreamReported | None = None
    frames: dict[str, FrameCounts] = field(default_factory=dict)
    is_connected: bool = False
    stale: int = 0
    messages: int = 0
    modes: tuple[PriceModeChanged, ...] = ()
    rest_requests: int = 0


@dataclass(frozen=True, slots=True)
class StreamConnected:
    """Sent to the root by the stream when it has connected."""


class ReportingStream(MarketStream):
    """A market stream that says when it is connected: the replay starts then."""

    def on_open(self, connection: StreamConnection) -> None:
        super().on_open(connection)
        self.send(self._monitor, StreamConnected())


class MarketRoot(Supervisor):
    """The root: stands in for the other actors, and asks the exchange itself in place of the Gateway."""

    _open: StartMarkets

    def __init__(self) -> None:
        super().__init__()
        self._heard = Heard()

    @handles(StartMarkets)
    def _begin(self, message: StartMarkets, sender: Sender) -> None:
        self._open = message
        self.supervise(ChildSpec(PRICES, PriceBroadcaster, lambda _: StartPrices(self.myAddress, message.symbols)))
        self.supervise(ChildSpec(STREAM, ReportingStream, self._start_stream))
        self.send(self.child(PRICES), SubscribePrices(()))

    def _start_stream(self, _: int) -> StartMarketStream:
        return StartMarketStream(STREAM, self._open.symbols, self._open.stream_url, 60.0, 82_800.0, self._peers())

    def _peers(self) -> Peers:
        return Peers(gateway=self.myAddress, prices=self.child(PRICES), monitor=self.myAddress)

    def introduction(self) -> PeersChanged:
        return PeersChanged(self._peers())

    @handles(StreamConnected)
    def _stream_connected(self, message: StreamConnected, sender: Sender) -> None:
        self._heard = replace(self._heard, is_connected=True)

    @handles(PricesChanged)
    def _prices_changed(self, message: PricesChanged, sender: Sender) -> None:
        self._heard.prices.update({price.symbol: price for price in message.prices})
        stale = sum(price.is_stale for price in message.prices)
        self._heard = replace(self._heard, messages=self._heard.messages + 1, stale=self._heard.stale + stale)

    @handles(MarketStreamReported)
    def _stream_reported(self, message: MarketStreamReported, sender: Sender) -> None:
        self._heard = replace(self._heard, stream=message)

    @handles(FramesCounted)
    def _frames_counted(self, message: FramesCounted, sender: Sender) -> None:
        self._heard.frames.update({counts.symbol: counts for counts in message.counts})

    @handles(PriceModeChanged)
    def _mode_changed(self, message: PriceModeChanged, sender: Sender) -> None:
        self._heard = replace(self._heard, modes=(*self._heard.modes, message))

    @handles(PricesReported)
    def _prices_reported(self, message: PricesReported, sender: Sender) -> None:
        self._heard = replace(self._heard, rest_requests=message.rest_requests)

    @handles(FetchPrices)
    def _fetch_prices(self, message: FetchPrices, sender: Sender) -> None:
        asked_ms = self.wall_ms()
        symbols = orjson.dumps(message.symbols).decode()
        url = f"{self._open.rest_url}/api/v3/ticker/bookTicker"
        rows = requests.get(url, params={"symbols": symbols}, timeout=5).json()
        tops = {symbol: best for symbol, best in book_tickers(rows).items() if best.bid and best.ask}
        self.reply(sender, PricesFetched(message.request_id, tops, asked_ms))

    @handles(RequestConnectPermit)
    def _connect_wanted(self, message: RequestConnectPermit, sender: Sender) -> None:
        self.reply(sender, ConnectPermitGranted(message.stream, message.number))

    @handles(FetchMarket)
    def _fetch_market(self, message: FetchMarket, sender: Sender) -> None:
        self.reply(sender, FetchFailed(message.request_id, "not answered in this test", 60.0))

    @handles(AskHeard)
    def _ask_heard(self, message: AskHeard, sender: Sender) -> None:
        self.reply(sender, self._heard)
