"""PriceBroadcaster: the last valid price of each pair, to whoever asked, in the way they asked."""

from dataclasses import dataclass, replace
from typing import Any

from actors.price_broadcaster.requests import Questions
from actors.price_broadcaster.subscribers import Listeners, Subscriber
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.prices.feed import Feed, Finding
from lotkeeper.trading.prices.price_enums import Source
from lotkeeper.trading.prices.price_filter import Quote
from messages.connections import StreamSuspected
from messages.health import PricesReported
from messages.lifecycle import PeersChanged, StartPrices
from messages.prices import (
    Price,
    PriceChecked,
    PriceFeedReported,
    PriceModeChanged,
    PricesChanged,
    PriceSeen,
    RulesLearned,
    SubscribePrices,
)
from messages.queries import FetchFailed, FetchMarket, FetchPrices, MarketFetched, PricesFetched

_LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class _Flush:
    """Wake-up: the subscriber may be told again."""

    to: Subscriber


@dataclass(frozen=True, slots=True)
class _Look:
    """Wake-up: who is silent, what went stale, what REST has to be asked for."""


class PriceBroadcaster(EngineActor):
    """Conflates: one message a subscriber and moment, with the newest price of each pair that changed."""

    _gateway: Any = None
    _monitor: Any = None

    def __init__(self) -> None:
        super().__init__()
        self._feeds: dict[str, Feed] = {}
        self._prices: dict[str, Price] = {}
        self._streams: dict[str, Any] = {}
        self._rules: dict[str, RulesLearned] = {}
        self._modes: dict[str, PriceModeChanged] = {}
        self._listeners = Listeners()
        self._questions = Questions()

    @handles(StartPrices)
    def _begin(self, message: StartPrices, sender: Sender) -> None:
        self._monitor = message.monitor
        for symbol in message.symbols:
            self._feed(symbol)
        self.wake_in(_LOOK_EVERY_S, _Look())

    @handles(PeersChanged)
    def _neighbours_changed(self, message: PeersChanged, sender: Sender) -> None:
        self._gateway = message.peers.gateway
        if message.peers.monitor != self._monitor:
            self._monitor = message.peers.monitor
            for change in self._modes.values():
                self._tell_monitor(change)

    def _feed(self, symbol: str) -> Feed:
        feed = self._feeds.get(symbol)
        if feed is None:
            feed = self._feeds[symbol] = Feed(self.monotonic())
        return feed

    # What the streams say

    @handles(PriceSeen)
    def _price_seen(self, message: PriceSeen, sender: Sender) -> None:
        price = message.price
        feed = self._feed(price.symbol)
        if feed.hear(Quote(price.bid, price.ask), price.is_confirmed, message.heard_s):
            self._publish(replace(price, is_stale=True) if feed.is_halted else price)

    @handles(PriceFeedReported)
    def _feed_reported(self, message: PriceFeedReported, sender: Sender) -> None:
        symbol = message.symbol
        feed = self._feed(symbol)
        feed.report(message.is_proven, message.reason, message.doubt, self.monotonic())
        if self._streams.get(symbol) != sender:
            self._streams[symbol] = sender
            if symbol in self._rules:
                self.send(sender, self._rules[symbol])
        self._decide(symbol, feed)

    @handles(RulesLearned)
    def _rules_learned(self, message: RulesLearned, sender: Sender) -> None:
        if self._rules.get(message.symbol) == message:
            return
        self._rules[message.symbol] = message
        feed = self._feed(message.symbol)
        if feed.is_halted is message.is_trading:
            self.log.warning("%s %s", message.symbol, "trades again" if message.is_trading else "does not trade")
        feed.is_halted = not message.is_trading
        self._tell_stream(message.symbol, message)
        self._restate(message.symbol, feed)

    # What REST says

    @handles(PricesFetched)
    def _prices_fetched(self, message: PricesFetched, sender: Sender) -> None:
        symbols, asked_s = self._questions.open_symbols, self._questions.asked_s
        if not self._questions.answered(message.request_id):
            return
        for symbol in symbols:
            top = message.tops.get(symbol)
            if top is not None:
                self._checked(symbol, Quote(top.bid, top.ask), asked_s, message.at_ms)

    def _checked(self, symbol: str, quote: Quote, asked_s: float, at_ms: int) -> None:
        feed = self._feed(symbol)
        finding = feed.answered(quote, asked_s)
        self._tell_stream(symbol, PriceChecked(symbol, quote.bid, quote.ask, asked_s))
        if finding is Finding.DEAF:
            reason = f"REST says {quote.bid} / {quote.ask}, the stream nothing"
            self.log.warning("%s stream doubted: %s", symbol, reason)
            self._tell_stream(symbol, StreamSuspected(symbol, reason, at_ms))
        if finding in (Finding.SAME, Finding.TAKEN, Finding.DEAF):
            self._decide(symbol, feed)
            self._restate(symbol, feed, at_ms)

    @handles(MarketFetched)
    def _market_fetched(self, message: MarketFetched, sender: Sender) -> None:
        pair = message.pair
        self._rules_learned(RulesLearned(pair.symbol, pair.tick, pair.is_trading), sender)

    @handles(FetchFailed)
    def _fetch_failed(self, message: FetchFailed, sender: Sender) -> None:
        if self._questions.failed_with(message.request_id, message.reason, message.retry_s, self.monotonic()):
            self.log.warning("no prices by REST: %s", message.reason)

    # Who listens

    @handles(SubscribePrices)
    def _subscribe(self, message: SubscribePrices, sender: Sender) -> None:
        subscriber = self._listeners.subscribe(message, sender, self.monotonic())
        if subscriber is not None:
            subscriber.changed = {symbol for symbol in self._prices if subscriber.wants(symbol)}
            self._flush(subscriber)

    # What goes on

    def _publish(self, price: Price) -> None:
        """Takes a price for the last one. One that is only younger is news to those who ask at an interval alone."""
        known = self._prices.get(price.symbol)
        is_news = known is None or replace(known, at_ms=price.at_ms) != price
        self._prices[price.symbol] = price
        for subscriber in self._listeners.wanting(price.symbol):
            if is_news or subscriber.every_s:
                subscriber.changed.add(price.symbol)
                self._flush_soon(subscriber)

    def _restate(self, symbol: str, feed: Feed, at_ms: int | None = None) -> None:
        """Publishes what is known of a pair now, when that is not what was said last."""
        if feed.quote is None:
            return
        known, quote = self._prices.get(symbol), feed.quote
        price = Price(
            symbol,
            quote.bid,
            quote.ask,
            last=known.last if known else quote.bid,
            at_ms=at_ms or (known.at_ms if known else self.wall_ms()),
            source=feed.source,
            is_stale=feed.is_stale(self.monotonic()),
            is_confirmed=feed.is_confirmed,
        )
        if price != known:
            self._publish(price)

    def _flush_soon(self, subscriber: Subscriber) -> None:
        if subscriber.is_due:
            return
        subscriber.is_due = True
        wait_s = subscriber.wait_s(self.monotonic())
        if wait_s <= 0:
            self._flush(subscriber)
        else:
            self.wake_in(wait_s, _Flush(subscriber))

    def _flush(self, subscriber: Subscriber) -> None:
        subscriber.is_due = False
        if not subscriber.changed or not self._listeners.holds(subscriber):
            return
        prices = tuple(self._prices[symbol] for symbol in sorted(subscriber.changed))
        subscriber.changed.clear()
        subscriber.sent_at = self.monotonic()
        self.send(subscriber.address, PricesChanged(prices))

    # Time

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case _Flush(subscriber):
                self._flush(subscriber)
            case _Look():
                self.wake_in(_LOOK_EVERY_S, _Look())
                self._look()

    def _look(self) -> None:
        now_s = self.monotonic()
        for symbol, feed in self._feeds.items():
            self._decide(symbol, feed)
            self._restate(symbol, feed)
        if gone := self._listeners.let_go(now_s):
            self.log.warning("%d listeners have not asked again and are taken for dead", gone)
        if self._gateway is not None:
            self._ask(now_s)
        self._report()

    def _ask(self, now_s: float) -> None:
        symbols = self._questions.due(self._feeds, now_s)
        if symbols:
            for symbol in symbols:
                self._feeds[symbol].asked(now_s)
            self.send(self._gateway, FetchPrices(self._questions.opened(symbols, now_s), symbols))
        if (rules := self._questions.rules_due(self._feeds, now_s)) is not None:
            self.send(self._gateway, FetchMarket(*rules))

    def _decide(self, symbol: str, feed: Feed) -> None:
        if not feed.decide(self.monotonic()):
            return
        if feed.mode is Source.REST:
            self.log.warning("%s prices by REST: %s", symbol, feed.reason)
        else:
            self.log.info("%s prices by its stream again", symbol)
        self._modes[symbol] = PriceModeChanged(symbol, feed.mode, feed.reason, self.wall_ms())
        self._tell_monitor(self._modes[symbol])

    def _tell_stream(self, symbol: str, message: object) -> None:
        if symbol in self._streams:
            self.send(self._streams[symbol], message)

    def _tell_monitor(self, message: object) -> None:
        if self._monitor is not None:
            self.send(self._monitor, message)

    def _report(self) -> None:
        self._tell_monitor(
            PricesReported(
                at_ms=self.wall_ms(),
                subscribers=len(self._listeners.subscribers),
                rest_requests=self._questions.asked,
                rest_failures=self._questions.failed,
                trouble=self._questions.trouble,
            )
        )
