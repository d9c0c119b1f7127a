"""A price broadcaster on an actor bench, with probes for its peers and streams."""

from decimal import Decimal as D

from actors.price_broadcaster.actor import PriceBroadcaster
from lotkeeper.engine.testkit import ActorBench, Probe
from lotkeeper.trading.prices.best_prices import BestPrices, PriceSource
from messages.lifecycle import Peers, PeersChanged, StartPrices
from messages.prices import (
    FeedState,
    Price,
    PriceFeedsReported,
    PriceModeChanged,
    PricesChanged,
    PricesSeen,
    SeenPrice,
    SubscribePrices,
)
from messages.queries import FetchPrices, PricesFetched

BTC, ETH = "BTCUSDT", "ETHUSDT"


class Bench:
    """A broadcaster, its Gateway and Monitor, and a stream for each pair that is named.

    `is_watched`: somebody wants all prices, and renews that while time passes.
    """

    def __init__(self, *symbols: str, is_watched: bool = False) -> None:
        self.desk = ActorBench(PriceBroadcaster)
        self.gateway, self.monitor = self.desk.probe("gateway"), self.desk.probe("monitor")
        self.desk.tell(StartPrices(self.monitor.address, symbols))
        self.desk.tell(PeersChanged(self.peers()))
        self.is_watched = is_watched
        self._watch()

    def _watch(self) -> None:
        if self.is_watched:
            self.subscriber(name="watcher")

    def peers(self) -> Peers:
        return Peers(gateway=self.gateway.address, monitor=self.monitor.address)

    def stream(self, symbol: str) -> Probe:
        return self.desk.probe(f"{symbol} stream")

    def tick(self, symbol: str, bid: str, is_confirmed: bool = True, ago_s: float = 0.0) -> None:
        at_ms = self.desk.actor.wall_ms() - int(ago_s * 1000)
        best = BestPrices(D(bid), D(bid) + 1)
        seen_price = SeenPrice(symbol, best, D(bid), at_ms, is_confirmed, self.desk.now - ago_s)
        self.desk.tell(PricesSeen((seen_price,)), self.stream(symbol))

    def report(self, symbol: str, reason: str = "", doubt: str = "") -> None:
        state = FeedState(symbol, not reason, reason, doubt)
        self.desk.tell(PriceFeedsReported((state,)), self.stream(symbol))

    def live(self, seconds: float, *symbols: str, down: str = "") -> None:
        """Time passes; the streams of `symbols` say each second that they deliver, or why not."""
        for _ in range(int(seconds)):
            self._watch()
            for symbol in symbols:
                self.report(symbol, down)
            self.desk.advance(1.0)

    def asked(self) -> FetchPrices:
        return self.gateway.pop(FetchPrices)

    def answer(self, question: FetchPrices, **bids: str) -> None:
        tops = {symbol: BestPrices(D(bid), D(bid) + 1) for symbol, bid in bids.items()}
        self.desk.tell(PricesFetched(question.request_id, tops, self.desk.actor.wall_ms()), self.gateway)

    def subscriber(self, *symbols: str, every_s: float = 1.0, name: str = "subscriber") -> Probe:
        probe = self.desk.probe(name)
        self.desk.tell(SubscribePrices(symbols, every_s), probe)
        return probe

    def modes(self) -> list[tuple[str, PriceSource, str]]:
        changes = [each for each in self.monitor.received if isinstance(each, PriceModeChanged)]
        return [(each.symbol, each.mode, each.reason) for each in changes]


def seen(probe: Probe) -> list[list[tuple[str, str]]]:
    """What came, message by message."""
    return [[(price.symbol, str(price.best.bid)) for price in prices] for prices in all_seen(probe)]


def all_seen(probe: Probe) -> list[tuple[Price, ...]]:
    messages = [each for each in probe.received if isinstance(each, PricesChanged)]
    probe.received.clear()
    return [each.prices for each in messages]
