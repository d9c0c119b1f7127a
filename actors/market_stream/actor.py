"""MarketStream: the websocket of many pairs. It sends the newest prices that are believed to the PriceBroadcaster."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from actors.market_stream.frame_reader import FrameReader
from actors.market_stream.pair_prices import PairPrices
from actors.market_stream.suspicions import Suspicions
from actors.market_stream.wanted_streams import WantedStreams, streams_of
from actors.streams.base import StreamActor
from actors.streams.connection import StreamConnection
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.shapes import RequestFailed, ServerShutdown, SubscriptionsListed
from lotkeeper.exchange.websocket.socket import ConnectError
from lotkeeper.exchange.websocket.subscriptions import Subscriptions, streams_for_url
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.prices.frame_counters import FrameRate
from messages.connections import StreamSuspected
from messages.health import FramesCounted, MarketStreamReported
from messages.lifecycle import Peers, PeersChanged, ServePairs, StartMarketStream
from messages.prices import PriceChecked, PriceFeedsReported, PricesSeen, PricesWanted, RulesLearned

_FLUSH_AFTER_S = 0.05
_REST_S = 0.05  # between two reads of a busy connection
_TOO_SHORT_S = 0.001  # to wait for
_HEARTBEAT_S = 1.0
# While prices are wanted once a second at most, as when nobody watches the status:
_UNHURRIED_HEARTBEAT_S = 2.0  # and so seldom the connection is read; the broadcaster misses a heartbeat after 5 s
_UNHURRIED_REST_S = 0.25  # between two reads of a connection whose frames would not wait in its buffers for so long
_MOST_WAITING_PER_S = 300.0  # frames, some 50 kB
_UNHURRIED_REPORT_S = 4.0  # where nothing but counts has changed
_COUNT_EVERY_S = 5.0
_MOST_PACE_S = 1.0


@dataclass(frozen=True, slots=True)
class _Flush:
    """Wake-up: decode what has arrived since the last prices, and send what has changed."""


@dataclass(frozen=True, slots=True)
class _ReadAgain:
    """Wake-up: the pause after a burst is over. Only the newest one counts."""

    number: int


@dataclass(frozen=True, slots=True)
class _Heartbeat:
    """Wake-up: report to the broadcaster, so that silence means that the actor is dead."""


class MarketStream(StreamActor):
    """The cost hardly follows the tick rate: of each pair the newest frame is decoded, as often as prices are wanted,
    at most twenty times a second.
    """

    most_frames = 2000

    _start: StartMarketStream
    _reader: FrameReader
    _wanted: WantedStreams
    # Moments ending in _s are of the monotonic clock.
    _monitor: Any = None
    _prices: Any = None  # the PriceBroadcaster
    _pace_s = _FLUSH_AFTER_S  # prices are sent at most so often
    _flushed_s = float("-inf")  # when prices were last decoded and sent
    _counted_s = float("-inf")  # when the counts were reported
    _read_s = 0.0  # when the frame that is being applied was read
    _newest_of: StreamConnection | None = None  # whose frames wait to be decoded
    _url_streams: Sequence[str] = ()  # the streams that the address of the newest attempt names
    _is_flush_due = False
    _is_resting = False  # not reading for a moment after a burst, or until the next heartbeat
    _rest_number = 0
    _reported: object = None  # what the Monitor knows of the states
    _reported_s = float("-inf")  # and since when
    _are_feeds_changed = False

    def __init__(self) -> None:
        super().__init__()
        self._rate = FrameRate()
        self._suspicions = Suspicions()
        self._subscriptions: dict[StreamConnection, Subscriptions] = {}

    @handles(StartMarketStream)
    def _begin(self, message: StartMarketStream, sender: Sender) -> None:
        self._start = message
        self._reader = FrameReader(message.symbols, self.log, message.name)
        self._status.kinds = self._reader.kinds
        self._wanted = WantedStreams(message.symbols)
        self.configure(message.name, message.silent_after_s, message.renew_after_s, needs_permit=message.needs_permit)
        self._meet(message.peers)
        self._send_heartbeat()
        self.begin_stream()

    @handles(ServePairs)
    def _serve_pairs(self, message: ServePairs, sender: Sender) -> None:
        if set(message.symbols) == self._reader.pairs.keys():
            return
        self._decode_newest()
        self._start = replace(self._start, symbols=message.symbols)
        self._reader.serve(message.symbols)
        self._wanted.serve(message.symbols)
        self._change_subscriptions()
        self._repeat_all()

    @handles(PeersChanged)
    def _peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        self._meet(message.peers)

    def _meet(self, peers: Peers) -> None:
        if peers.monitor != self._monitor:
            self._monitor, self._reported = peers.monitor, None
        self._permits.meet_gateway(peers.gateway)
        if peers.prices != self._prices:
            self._prices = peers.prices
            self._repeat_all()  # a new broadcaster knows nothing

    # The connection

    def url(self) -> str:
        self._url_streams = streams_for_url(self._wanted.names(self.monotonic()))
        names = "/".join(quote(name, safe="@") for name in self._url_streams)
        return f"{self._start.stream_url}/stream" + (f"?streams={names}" if names else "")

    def on_open(self, connection: StreamConnection) -> None:
        """Asks for the subscriptions: an open socket proves nothing, and a quiet pair may have no frame for minutes.

        Update ids go on: another connection may still deliver them too.
        """
        subscriptions = self._subscriptions[connection] = Subscriptions(self._url_streams)
        connection.socket.send_text(subscriptions.request_list(self.monotonic()))

    def on_proven(self) -> None:
        self._repeat_all()

    def on_lost(self, reason: str) -> None:
        """No connection is left whose frames could still arrive: the next connection may count from any number."""
        self._decode_newest()
        for pair in self._reader.pairs.values():
            pair.become_delivering(False, self.wall_ms())
            pair.belief.start_over()
        self._report_feeds()

    @handles(StreamSuspected)
    def _suspected(self, message: StreamSuspected, sender: Sender) -> None:
        """REST says another price of a pair: a new connection for all pairs, unless that has not helped before."""
        pair = self._reader.pairs.get(message.stream)
        now_s = self.monotonic()
        if pair is None or not self._connections.may_suspect(now_s):
            return
        heard_s = pair.belief.heard_s
        if self._suspicions.deserves_renewal(pair.symbol, heard_s, now_s):
            self._suspicions.note_renewal(pair.symbol, heard_s, now_s)
            self.renew(f"{pair.symbol}: {message.reason}")

    # Subscriptions

    @handles(PricesWanted)
    def _prices_wanted(self, message: PricesWanted, sender: Sender) -> None:
        self._pace_s = min(max(message.every_s, _FLUSH_AFTER_S), _MOST_PACE_S)
        if not self._is_unhurried():
            self._end_rest()
        self._wanted.learn(message, self.monotonic())
        self._change_subscriptions()

    def _change_subscriptions(self) -> None:
        """Sends each connection the next message that it needs, if it needs one."""
        now_s = self.monotonic()
        wanted = self._wanted.names(now_s)
        open_now = {each: self._subscriptions[each] for each in self._connections if each in self._subscriptions}
        self._subscriptions = open_now
        for connection, subscriptions in open_now.items():
            request = subscriptions.next_request(wanted, now_s)
            if request is not None:
                try:
                    connection.socket.send_text(request)
                except ConnectError as error:
                    self.give_up(connection, error.failure)

    def _apply_list(self, names: frozenset[str], connection: StreamConnection) -> None:
        """The exchange's list of what the connection is subscribed to."""
        if connection in self._subscriptions:
            self._subscriptions[connection].apply_list(names)
        wanted = self._wanted.names(self.monotonic())
        for pair in self._reader.pairs.values():
            streams = wanted.intersection(streams_of(pair.symbol))
            if names.issuperset(streams):
                self._note_delivery(pair)
        if names.issuperset(wanted):
            self.confirm(connection)

    # Frames

    def on_frames(self, frames: list[bytes], connection: StreamConnection) -> None:
        if connection is not self._newest_of:
            self._decode_newest()
            self._newest_of = connection
        now_s = self.monotonic()
        for frame in self._reader.sort(frames, now_s):
            self._read_s = now_s
            if not self.handle_frame(self._apply_frame, frame, connection):
                self._reader.count_fault()
        if not connection.is_verified or self._connections.spare is not None:
            self._decode_newest()
        if self._are_feeds_changed:
            self._report_feeds()
        if frames:
            self._flush_when_due()
            self._rest_when_possible()

    def _decode_newest(self) -> None:
        connection = self._newest_of
        if connection is None:
            return
        for frame, read_s in self._reader.take_newest():
            self._read_s = read_s
            if not self.handle_frame(self._apply_frame, frame, connection):
                self._reader.count_fault()

    def _apply_frame(self, frame: bytes, connection: StreamConnection) -> None:
        match self._reader.apply(frame, self._read_s):
            case PairPrices() as pair:
                if not pair.is_delivering:
                    self._note_delivery(pair)
                if not connection.is_verified:
                    self.confirm(connection)
            case SubscriptionsListed(names):
                self._apply_list(names, connection)
            case ServerShutdown():
                self.renew("the exchange's server shuts down")
            case RequestFailed(_, code, text):
                self.log.warning(
                    "%s: the exchange refuses a subscription: %s (%d)",
                    self._name,
                    text,
                    code,
                    extra=named(LogEvent.STREAM_LOST),
                )

    def _note_delivery(self, pair: PairPrices) -> None:
        if pair.become_delivering(True, self.wall_ms()):
            self._are_feeds_changed = True

    def _rest_when_possible(self) -> None:
        is_dense = self._rate.is_dense(self._status.frames, self.monotonic())
        if self._is_resting:
            return
        if self._is_unhurried() and self._is_settled() and self._rate.per_s <= _MOST_WAITING_PER_S:
            self._is_resting = True  # the heartbeat ends it
        elif is_dense:
            self._is_resting = True
            self._rest_number += 1
            rest_s = _UNHURRIED_REST_S if self._is_unhurried() else _REST_S
            self.wake_in(rest_s, _ReadAgain(self._rest_number))

    def _end_rest(self) -> None:
        if self._is_resting:
            self._is_resting = False
            self._rest_number += 1
            self._drain_all()

    def _is_unhurried(self) -> bool:
        """Whether prices are wanted so seldom that the heartbeat, which sends them too, is enough."""
        return self._pace_s >= _HEARTBEAT_S

    def _is_settled(self) -> bool:
        """Whether there is one connection, which delivers, and no other is being opened."""
        return self._status.is_proven and self._connections.spare is None and not self._connector.is_opening

    def check_every_s(self) -> float:
        """One that rests is read every two seconds, and tells no more of itself when it is looked after more often."""
        return _UNHURRIED_HEARTBEAT_S if self._is_unhurried() and self._is_settled() else super().check_every_s()

    def watched(self) -> Sequence[int]:
        """No connection for a moment after each burst of busy pairs: prices are sent no later, and at less cost."""
        return self._connector.watched() if self._is_resting else super().watched()

    # What other actors know

    @handles(PriceChecked)
    def _price_checked(self, message: PriceChecked, sender: Sender) -> None:
        pair = self._reader.pairs.get(message.symbol)
        if pair is not None:
            self._decode_newest()
            pair.belief.apply_rest_answer(message.best, message.asked_s, self.monotonic())
            self._reader.reduce(pair)
            self._flush_when_due()

    @handles(RulesLearned)
    def _rules_learned(self, message: RulesLearned, sender: Sender) -> None:
        pair = self._reader.pairs.get(message.symbol)
        if pair is not None:
            self._decode_newest()
            pair.belief.learn(message.tick, not message.is_trading, self.monotonic())
            self._reader.reduce(pair)
            self._flush_when_due()

    # Sending

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case _Flush():
                self._read_and_flush()
            case _ReadAgain(number):
                if number == self._rest_number:
                    self._end_rest()
            case _Heartbeat():
                self._send_heartbeat()
            case _:
                super().on_wakeup(payload)

    def _flush_when_due(self) -> None:
        """Sends changed prices: at once if the last ones were sent long enough ago, else as soon as that is so."""
        if self._is_flush_due or self._is_unhurried():
            return
        wait_s = self._flushed_s + self._pace_s - self.monotonic()
        if wait_s <= _TOO_SHORT_S:
            self._flush()
        else:
            self._is_flush_due = True
            self.wake_in(wait_s, _Flush())

    def _read_and_flush(self) -> None:
        """Reads first, so that the prices that are sent now are not those of the read before."""
        self._is_resting = False
        self._drain_all()
        self._is_flush_due = False
        self._flush()

    def _flush(self, *, even_unchanged: bool = False) -> None:
        self._decode_newest()
        self._flushed_s = now_s = self.monotonic()
        if self._prices is None:
            return
        now_ms = self.wall_ms()
        found = (pair.news(now_s, now_ms, even_unchanged=even_unchanged) for pair in self._reader.pairs.values())
        prices = tuple(price for price in found if price is not None)
        if prices:
            self.send(self._prices, PricesSeen(prices))

    def on_undelivered(self, message: Any, reason: str) -> None:
        super().on_undelivered(message, reason)
        self._forget_sent()  # it may have been prices: all are sent again

    def _repeat_all(self) -> None:
        """The broadcaster gets everything again."""
        self._forget_sent()
        self._report_feeds()
        self._flush()

    def _forget_sent(self) -> None:
        for pair in self._reader.pairs.values():
            pair.forget_sent()

    def _send_heartbeat(self) -> None:
        self.wake_in(_UNHURRIED_HEARTBEAT_S if self._is_unhurried() else _HEARTBEAT_S, _Heartbeat())
        self._end_rest()
        self._change_subscriptions()
        self._report_feeds()
        self._flush(even_unchanged=True)
        if self._monitor is not None and self.monotonic() - self._counted_s >= _COUNT_EVERY_S:
            self._counted_s = self.monotonic()
            self.send(self._monitor, FramesCounted(self._name, self._reader.frame_counts()))

    def _report_feeds(self) -> None:
        self._are_feeds_changed = False
        if self._prices is not None:
            now_s = self.monotonic()
            feeds = tuple(pair.feed_state(self._status, now_s) for pair in self._reader.pairs.values())
            self.send(self._prices, PriceFeedsReported(feeds))

    def report(self) -> None:
        if self._monitor is None:
            return
        self._status.ignored = self._reader.refused
        pairs = tuple(pair.stream_state(self._status) for pair in self._reader.pairs.values())
        stream = self._status.report(self._name)
        states = (stream.state, stream.reason, stream.is_loud, *((pair.state, pair.reason) for pair in pairs))
        waits_s = _UNHURRIED_REPORT_S if self._is_unhurried() else 0.0
        if states != self._reported or self.monotonic() - self._reported_s >= waits_s:
            self._reported, self._reported_s = states, self.monotonic()
            self.send(self._monitor, MarketStreamReported(stream, pairs))
