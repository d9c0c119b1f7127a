"""MarketStream: the pair's websocket. It sends the newest price that is believed to the PriceBroadcaster."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actors.streams.base import StreamActor
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.shapes import (
    BookTop,
    Ignored,
    MarketFrame,
    MiniTicker,
    ServerShutdown,
    SubscriptionsListed,
    TradePrint,
)
from lotkeeper.exchange.websocket.decode import decode_market_frame
from lotkeeper.trading.prices.best_prices import BestPrices, PriceRefusal
from lotkeeper.trading.prices.frame_counters import FrameCounters, FrameRate
from lotkeeper.trading.prices.price_filter import ValidatedPrice
from messages.health import FramesCounted
from messages.lifecycle import PeersChanged, StartMarketStream
from messages.prices import Price, PriceChecked, PriceFeedReported, PriceSeen, RulesLearned

_LIST = '{"method":"LIST_SUBSCRIPTIONS","id":1}'
_STREAMS = ("trade", "bookTicker", "miniTicker")
_FLUSH_AFTER_S = 0.05
_TOO_SHORT_S = 0.001  # to wait for
_HEARTBEAT_S = 1.0
_COUNT_EVERY_S = 5.0
_HELD_LONG_S = 1.0
_SHOWN_CHARACTERS = 200
_IMPOSSIBLE = (
    PriceRefusal.EMPTY,
    PriceRefusal.CROSSED,
    PriceRefusal.NOT_POSITIVE,
)  # all else shows that the stream delivers


@dataclass(frozen=True, slots=True)
class _Flush:
    """Wake-up: send what has changed since the last price."""


@dataclass(frozen=True, slots=True)
class _ReadAgain:
    """Wake-up: the pause after a burst is over."""


@dataclass(frozen=True, slots=True)
class _Heartbeat:
    """Wake-up: report to the broadcaster each second, so that silence means that the actor is dead."""


class MarketStream(StreamActor):
    """The cost does not follow the tick rate: the actor sends at most twenty prices a second."""

    _start: StartMarketStream
    # Moments ending in _s are of the monotonic clock.
    _prices: Any = None  # the PriceBroadcaster
    _sent: object = None  # what it knows: quote, last price, whether confirmed
    _sent_heard_s = float("-inf")  # when the price that it knows was heard
    _flushed_s = float("-inf")  # when the newest price was sent
    _counted_s = float("-inf")  # when the counts were reported
    _now_s = 0.0  # of the burst that is being handled; 0 outside
    _is_flush_due = False
    _is_resting = False  # not reading for a moment after a burst
    _delivers = False

    def __init__(self) -> None:
        super().__init__()
        self._belief = ValidatedPrice()
        self._tally = FrameCounters()
        self._pace = FrameRate()

    @handles(StartMarketStream)
    def _begin(self, message: StartMarketStream, sender: Sender) -> None:
        self._start = message
        self.configure(message.symbol, message.silent_after_s, message.renew_after_s)
        self._permits.meet_gateway(message.peers.gateway)
        self._meet(message.peers.prices, message.peers.monitor)
        self._send_heartbeat()
        self.begin_stream()

    @handles(PeersChanged)
    def _peers_changed(self, message: PeersChanged, sender: Sender) -> None:
        self._meet(message.peers.prices, message.peers.monitor)
        self._permits.meet_gateway(message.peers.gateway)

    def _meet(self, prices: Any, monitor: Any) -> None:
        self._monitor = monitor
        if prices != self._prices:
            self._prices, self._sent = prices, None  # a new broadcaster knows nothing
            self._report_feed()
            self._send_if_changed()

    # The stream

    def url(self) -> str:
        return f"{self._start.stream_url}/stream?streams={'/'.join(self._names())}"

    def _names(self) -> list[str]:
        return [f"{self._symbol.lower()}@{stream}" for stream in _STREAMS]

    def on_open(self) -> None:
        """Asks for the subscriptions: an open socket proves nothing, and a quiet pair may have no frame for minutes.

        Update ids go on: another connection may still deliver them too.
        """
        self.send_text(_LIST)

    def on_frame(self, frame: bytes) -> None:
        self._now_s = self._now_s or self.monotonic()
        shape = decode_market_frame(frame)
        if type(shape) is BookTop and shape.symbol == self._symbol:
            refusal = self._belief.apply_best_prices(shape.best, shape.update_id, self._now_s)
            if refusal is None:
                self._tally.accepted += 1
                self.confirm()
            else:
                self._handle_refused("bookTicker", refusal, frame)
        else:
            self._handle_other(shape, frame)

    def _handle_other(self, shape: MarketFrame, frame: bytes) -> None:
        match shape:
            case TradePrint(symbol, trade_id, price) if symbol == self._symbol:
                self._handle_verdict("trade", self._belief.apply_trade(price, trade_id, self._now_s), frame)
            case MiniTicker(symbol, close) if symbol == self._symbol:
                self._handle_verdict("24hrMiniTicker", self._belief.apply_close(close, self._now_s), frame)
            case SubscriptionsListed(names) if names.issuperset(self._names()):
                self._tally.accepted += 1
                self.confirm()
            case ServerShutdown():
                self._tally.accepted += 1
                self.renew("the exchange's server shuts down")
            case Ignored(kind):
                name, _, reason = kind.partition(": ")
                self._count_refused(name, reason.partition(", ")[0] or "not for us", frame)
            case _:
                self._count_refused(type(shape).__name__, "another pair", frame)

    def _handle_verdict(self, kind: str, refusal: PriceRefusal | None, frame: bytes) -> None:
        if refusal is None:
            self._tally.accepted += 1
            self.confirm()
        else:
            self._handle_refused(kind, refusal, frame)

    def _handle_refused(self, kind: str, refusal: PriceRefusal, frame: bytes) -> None:
        self._count_refused(kind, refusal.value, frame)
        if refusal not in _IMPOSSIBLE:
            self.confirm()

    def _count_refused(self, kind: str, reason: str, frame: bytes) -> None:
        self._status.ignored += 1
        if self._tally.count_refused(kind, reason):
            text = frame[:_SHOWN_CHARACTERS].decode("utf-8", "replace")
            self.log.warning("%s: %s: %s; counted from now on: %s", self._symbol, kind[:60], reason, text)

    def on_frame_failed(self) -> None:
        self._tally.count_refused("any", "a fault of ours")

    def on_burst_end(self) -> None:
        self._now_s = 0.0
        self._send_if_changed()
        is_thick = self._pace.is_dense(self._tally.total, self.monotonic())
        if is_thick and not self._is_resting:
            self._is_resting = True
            self.wake_in(_FLUSH_AFTER_S, _ReadAgain())

    def watched(self) -> Sequence[int]:
        """Nothing for a moment after each burst of a busy pair: its price is sent no later, and at less cost."""
        return () if self._is_resting else super().watched()

    def on_proven(self) -> None:
        self._delivers, self._sent = True, None
        self._report_feed()
        self._send_if_changed()

    def on_lost(self, reason: str) -> None:
        """No connection is left whose frames could still arrive: the next connection may count from any number."""
        self._delivers = False
        self._belief.start_over()
        self._report_feed()

    # What other actors know

    @handles(PriceChecked)
    def _price_checked(self, message: PriceChecked, sender: Sender) -> None:
        self._belief.apply_rest_answer(message.best, message.asked_s, self.monotonic())
        self._send_if_changed()

    @handles(RulesLearned)
    def _rules_learned(self, message: RulesLearned, sender: Sender) -> None:
        self._belief.learn(message.tick, not message.is_trading, self.monotonic())
        self._send_if_changed()

    # Sending

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case _Flush():
                self._is_flush_due = False
                self._send_if_changed()
            case _ReadAgain():
                self._is_resting = False
            case _Heartbeat():
                self._send_heartbeat()
            case _:
                super().on_wakeup(payload)

    def _send_if_changed(self) -> None:
        """Sends a changed price: at once if the last one was sent long enough ago, else as soon as that is so."""
        belief = self._belief
        if belief.best is None or self._prices is None:
            return
        is_known = (belief.best, belief.last, belief.is_confirmed) == self._sent
        if is_known or self._is_flush_due:
            return
        wait_s = self._flushed_s + _FLUSH_AFTER_S - self.monotonic()
        if wait_s <= _TOO_SHORT_S:
            self._flush(belief.best)
        else:
            self._is_flush_due = True
            self.wake_in(wait_s, _Flush())

    def _flush(self, best: BestPrices) -> None:
        belief, now_s = self._belief, self.monotonic()
        self._flushed_s, self._sent_heard_s = now_s, belief.heard_s
        self._sent = (best, belief.last, belief.is_confirmed)
        at_ms = self.wall_ms() - int((now_s - belief.heard_s) * 1000)
        last = belief.last or best.bid
        price = Price(self._symbol, best, last, at_ms, is_confirmed=belief.is_confirmed)
        self.send(self._prices, PriceSeen(price, belief.heard_s))

    def _send_heartbeat(self) -> None:
        self.wake_in(_HEARTBEAT_S, _Heartbeat())
        self._report_feed()
        belief = self._belief
        if belief.best is not None and self._prices is not None and belief.heard_s > self._sent_heard_s:
            self._flush(belief.best)
        if self._monitor is not None and self.monotonic() - self._counted_s >= _COUNT_EVERY_S:
            self._counted_s = self.monotonic()
            self.send(self._monitor, FramesCounted(self._symbol, self._tally.accepted, self._tally.rows()))

    def _report_feed(self) -> None:
        if self._prices is not None:
            reason = "" if self._delivers else self._status.reason or str(self._status.state)
            self.send(self._prices, PriceFeedReported(self._symbol, self._delivers, reason, self._suspicion()))

    def _suspicion(self) -> str:
        belief = self._belief
        is_long = self.monotonic() - belief.suspicious_since_s >= _HELD_LONG_S
        return f"its newest price is {belief.suspicion}" if is_long else ""
