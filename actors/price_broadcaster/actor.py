"""PriceBroadcaster: sends the last valid price of each pair to its subscribers, as often as each has asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from actors.price_broadcaster.bid_levels import BidLevels
from actors.price_broadcaster.market_streams import MarketStreams
from actors.price_broadcaster.requests import GatewayRequests
from actors.price_broadcaster.subscribers import Subscriber, Subscribers
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.prices.best_prices import BestPrices, PriceSource
from lotkeeper.trading.prices.feed import PriceFeed, RestFinding
from messages.connections import StreamSuspected
from messages.health import PricesReported
from messages.lifecycle import PairsChanged, Peers, PeersChanged, StartPrices
from messages.prices import (
    Price,
    PriceChecked,
    PriceFeedsReported,
    PriceModeChanged,
    PricesChanged,
    PricesSeen,
    PricesWanted,
    RulesLearned,
    SeenPrice,
    SubscribePrices,
    WatchBid,
)
from messages.queries import FetchFailed, FetchMarket, FetchPrices, MarketFetched, PricesFetched

_CHECK_EVERY_S = 1.0
_UNHURRIED_CHECK_EVERY_S = 2.0  # as the heartbeat of a stream is then


@dataclass(frozen=True, slots=True)
class _Flush:
    """Wake-up: the next message may be sent to the subscriber."""

    to: Subscriber


@dataclass(frozen=True, slots=True)
class _CheckFeeds:
    """Wake-up: find silent streams and stale prices, and ask REST for prices."""


class PriceBroadcaster(EngineActor):
    """A subscriber gets one message at a time with the newest price of each pair that changed, not every change."""

    _peers = Peers()

    def __init__(self) -> None:
        super().__init__()
        self._feeds: dict[str, PriceFeed] = {}  # all by symbol
        self._prices: dict[str, Price] = {}  # as last published
        self._streams = MarketStreams()
        self._rules: dict[str, RulesLearned] = {}
        self._modes: dict[str, PriceModeChanged] = {}
        self._subscribers = Subscribers()
        self._bids = BidLevels()
        self._requests = GatewayRequests()
        self._gone: set[str] = set()  # symbols of pairs that were taken out of the configuration

    @handles(StartPrices)
    def _begin(self, message: StartPrices, sender: Sender) -> None:
        self._peers = Peers(monitor=message.monitor)
        for symbol in message.symbols:
            self._feed_of(symbol)
        self.wake_in(_CHECK_EVERY_S, _CheckFeeds())

    @handles(PairsChanged)
    def _on_pairs_changed(self, message: PairsChanged, sender: Sender) -> None:
        """A stream may still tell of a pair that has gone."""
        self._gone = (self._gone | self._feeds.keys()) - set(message.symbols)
        for of_pairs in (self._feeds, self._prices, self._rules, self._modes):
            for symbol in self._gone & of_pairs.keys():
                del of_pairs[symbol]
        for subscriber in self._subscribers:
            subscriber.changed -= self._gone
        for symbol in message.symbols:
            self._feed_of(symbol)

    @handles(PeersChanged)
    def _on_peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        newcomers, self._peers = message.peers.newcomers(self._peers), message.peers
        if newcomers.monitor is not None:
            for change in self._modes.values():
                self._send_monitor(change)

    def _feed_of(self, symbol: str) -> PriceFeed:
        feed = self._feeds.get(symbol)
        if feed is None:
            feed = self._feeds[symbol] = PriceFeed(self.monotonic())
        return feed

    # From the streams

    @handles(PricesSeen)
    def _on_prices_seen(self, message: PricesSeen, sender: Sender) -> None:
        for price in message.prices:
            if price.symbol not in self._gone:
                self._apply_seen(price)
        self._flush_changed()

    def _apply_seen(self, seen: SeenPrice) -> None:
        feed = self._feed_of(seen.symbol)
        if feed.apply_stream_price(seen.best, seen.is_confirmed, seen.heard_s):
            price = Price(
                symbol=seen.symbol,
                best=seen.best,
                last=seen.last,
                at_ms=seen.at_ms,
                is_stale=feed.is_halted,
                is_confirmed=seen.is_confirmed,
            )
            self._keep(price)

    @handles(PriceFeedsReported)
    def _on_feeds_reported(self, message: PriceFeedsReported, sender: Sender) -> None:
        feeds = [state for state in message.feeds if state.symbol not in self._gone]
        symbols = [state.symbol for state in feeds]
        for symbol in self._streams.meet(sender, symbols):
            if symbol in self._rules:
                self.send(sender, self._rules[symbol])
        for state in feeds:
            feed = self._feed_of(state.symbol)
            feed.apply_stream_report(state.is_proven, state.reason, state.doubt, self.monotonic())
        self._update_modes(symbols)
        self._send_wanted()

    def _send_wanted(self) -> None:
        """Tells the streams what is wanted of their pairs, where that has changed or was told long ago."""
        for address, message in self._streams.wanted(self._wanted_of, self.monotonic()):
            self.send(address, message)

    def _wanted_of(self, symbols: Sequence[str]) -> PricesWanted:
        wanted = self._subscribers.wanted(symbols)
        return self._bids.added_to(wanted, symbols) if self._bids else wanted

    @handles(RulesLearned)
    def _on_rules_learned(self, message: RulesLearned, sender: Sender) -> None:
        self._learn_rules(message)

    def _learn_rules(self, rules: RulesLearned) -> None:
        if self._rules.get(rules.symbol) == rules or rules.symbol in self._gone:
            return
        self._rules[rules.symbol] = rules
        feed = self._feed_of(rules.symbol)
        if feed.is_halted is rules.is_trading:
            self.log.warning(
                "%s %s",
                rules.symbol,
                "trades again" if rules.is_trading else "does not trade",
                extra=named(LogEvent.TRADING_CHANGED),
            )
        feed.is_halted = not rules.is_trading
        self._send_stream(rules.symbol, rules)
        self._publish_if_changed(rules.symbol, feed)

    # From REST

    @handles(PricesFetched)
    def _on_prices_fetched(self, message: PricesFetched, sender: Sender) -> None:
        symbols, asked_s = self._requests.open_symbols, self._requests.asked_s
        if not self._requests.close_answered(message.request_id):
            return
        for symbol in symbols:
            best = message.tops.get(symbol)
            if best is not None and symbol not in self._gone:
                self._apply_rest_answer(symbol, best, asked_s, message.at_ms)

    def _apply_rest_answer(self, symbol: str, best: BestPrices, asked_s: float, at_ms: int) -> None:
        feed = self._feed_of(symbol)
        finding = feed.apply_rest_answer(best, asked_s)
        self._send_stream(symbol, PriceChecked(symbol, best, asked_s))
        if finding is RestFinding.DEAF:
            reason = f"REST says {best.bid} / {best.ask}, the stream nothing"
            self.log.warning("%s stream suspected: %s", symbol, reason, extra=named(LogEvent.STREAM_LOST))
            self._send_stream(symbol, StreamSuspected(symbol, reason, at_ms))
        if finding in (RestFinding.SAME, RestFinding.ACCEPTED, RestFinding.DEAF):
            self._update_modes([symbol])
            self._publish_if_changed(symbol, feed, at_ms)

    @handles(MarketFetched)
    def _on_market_fetched(self, message: MarketFetched, sender: Sender) -> None:
        pair = message.pair
        self._learn_rules(RulesLearned(pair.symbol, pair.tick, pair.is_trading))

    @handles(FetchFailed)
    def _on_fetch_failed(self, message: FetchFailed, sender: Sender) -> None:
        if self._requests.close_failed(message.request_id, message.reason, message.retry_s, self.monotonic()):
            self.log.warning("no prices by REST: %s", message.reason, extra=named(LogEvent.PRICES_BY_REST))

    # Subscribers

    @handles(SubscribePrices)
    def _subscribe(self, message: SubscribePrices, sender: Sender) -> None:
        subscriber = self._subscribers.subscribe(message, sender, self.monotonic())
        if subscriber is not None:
            subscriber.changed = {symbol for symbol in self._prices if subscriber.wants(symbol)}
            self._flush(subscriber)
            self._send_wanted()

    @handles(WatchBid)
    def _on_watch_bid(self, message: WatchBid, sender: Sender) -> None:
        """The last price may have reached the level already."""
        is_other_pair = self._bids.watch(message, sender, self.monotonic())
        known = self._prices.get(message.symbol)
        if known is not None:
            self._tell_reached(known)
        if is_other_pair:
            self._send_wanted()

    def _tell_reached(self, price: Price) -> None:
        for address, message in self._bids.reached(price):
            self.send(address, message)

    # Publishing

    def _keep(self, price: Price) -> None:
        """Keeps a price as the last one. If only its time is newer, just subscribers with an interval get it."""
        known = self._prices.get(price.symbol)
        is_news = known is None or not _are_same(known, price)
        self._prices[price.symbol] = price
        for subscriber in self._subscribers.wanting(price.symbol):
            if is_news or subscriber.every_s:
                subscriber.changed.add(price.symbol)
        if self._bids:
            self._tell_reached(price)

    def _publish(self, price: Price) -> None:
        self._keep(price)
        self._flush_changed()

    def _flush_changed(self) -> None:
        """Everybody to whom a price has changed gets it, now or when the next message may be sent."""
        for subscriber in self._subscribers:
            if subscriber.changed:
                self._flush_soon(subscriber)

    def _publish_if_changed(self, symbol: str, feed: PriceFeed, at_ms: int | None = None) -> None:
        """Publishes a pair's price as its feed has it now, unless the same was published last."""
        if feed.best is None:
            return
        known, best = self._prices.get(symbol), feed.best
        is_stale = feed.is_stale(self.monotonic())
        if known is not None and at_ms is None:
            told = (known.best, known.source, known.is_stale, known.is_confirmed)
            if told == (best, feed.source, is_stale, feed.is_confirmed):
                return
        price = Price(
            symbol,
            best,
            last=known.last if known else best.bid,
            at_ms=at_ms or (known.at_ms if known else self.wall_ms()),
            source=feed.source,
            is_stale=is_stale,
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
        if not subscriber.changed or subscriber not in self._subscribers:
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
            case _CheckFeeds():
                self._check_feeds()
                self.wake_in(_UNHURRIED_CHECK_EVERY_S if self._is_unhurried() else _CHECK_EVERY_S, _CheckFeeds())

    def _is_unhurried(self) -> bool:
        """Whether prices are wanted seldom, and come from the streams."""
        are_wanted_seldom = self._subscribers.are_unhurried(_CHECK_EVERY_S)
        return are_wanted_seldom and all(feed.mode is PriceSource.STREAM for feed in self._feeds.values())

    def _check_feeds(self) -> None:
        now_s = self.monotonic()
        self._update_modes(self._feeds)
        for symbol, feed in self._feeds.items():
            self._publish_if_changed(symbol, feed)
        if dropped := self._subscribers.drop_expired(now_s):
            self.log.warning(
                "%d subscribers have not renewed their subscription and count as dead",
                dropped,
                extra=named(LogEvent.SUBSCRIBERS_LOST),
            )
        self._bids.drop_expired(now_s)
        self._send_wanted()
        if self._peers.gateway is not None:
            self._send_requests(now_s)
        self._report()

    def _send_requests(self, now_s: float) -> None:
        wanted = {symbol: feed for symbol, feed in self._feeds.items() if self._is_wanted(symbol)}
        symbols = self._requests.due_symbols(wanted, now_s)
        if symbols:
            for symbol in symbols:
                self._feeds[symbol].mark_asked(now_s)
            self.send(self._peers.gateway, FetchPrices(self._requests.open_request(symbols, now_s), symbols))
        if (rules := self._requests.next_rules_request(wanted, now_s)) is not None:
            self.send(self._peers.gateway, FetchMarket(*rules, with_commission=False))

    def _is_wanted(self, symbol: str) -> bool:
        return self._subscribers.want(symbol) or self._bids.want(symbol)

    def _update_modes(self, symbols: Iterable[str]) -> None:
        changed: dict[tuple[PriceSource, str], list[str]] = {}  # by mode and reason, which pairs of a stream share
        for symbol in symbols:
            feed = self._feeds[symbol]
            if feed.update_mode(self.monotonic()):
                changed.setdefault((feed.mode, feed.reason), []).append(symbol)
                self._modes[symbol] = PriceModeChanged(symbol, feed.mode, feed.reason, self.wall_ms())
                self._send_monitor(self._modes[symbol])
        for (mode, reason), pairs in changed.items():
            names = pairs[0] if len(pairs) == 1 else f"{pairs[0]} and {len(pairs) - 1} more pairs:"
            if mode is PriceSource.REST:
                self.log.warning("%s prices by REST: %s", names, reason, extra=named(LogEvent.PRICES_BY_REST))
            else:
                self.log.info("%s prices by stream again", names, extra=named(LogEvent.PRICES_BY_REST))

    def _send_stream(self, symbol: str, message: object) -> None:
        address = self._streams.of_pair(symbol)
        if address is not None:
            self.send(address, message)

    def _send_monitor(self, message: object) -> None:
        if self._peers.monitor is not None:
            self.send(self._peers.monitor, message)

    def _report(self) -> None:
        self._send_monitor(
            PricesReported(
                at_ms=self.wall_ms(),
                subscribers=len(self._subscribers),
                rest_requests=self._requests.sent,
                rest_failures=self._requests.failed,
                trouble=self._requests.trouble,
                levels=len(self._bids),
            )
        )


def _are_same(one: Price, other: Price) -> bool:
    """Whether the prices differ in nothing, or in their time alone."""
    return (one.best, one.last, one.source, one.is_stale, one.is_confirmed) == (
        other.best,
        other.last,
        other.source,
        other.is_stale,
        other.is_confirmed,
    )
