"""One pair of a market stream: its believed price, its frames, and what the broadcaster knows of it."""

from actors.streams.status import StreamStatus
from lotkeeper.exchange.shapes import BookTop, MiniTicker, TradePrint
from lotkeeper.trading.prices.best_prices import PriceRefusal
from lotkeeper.trading.prices.frame_counters import FrameCounters
from lotkeeper.trading.prices.price_filter import ValidatedPrice
from messages.health import FrameCounts, PairStreamState, StreamState
from messages.prices import FeedState, SeenPrice

_HELD_LONG_S = 1.0
_UNCONFIRMED = "its subscription is not confirmed yet"
_NEVER = float("-inf")

PriceFrame = BookTop | TradePrint | MiniTicker


class PairPrices:
    """Times are of the monotonic clock."""

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        self.belief = ValidatedPrice()
        self.tally = FrameCounters()
        self.is_delivering = False  # the exchange confirmed its subscription, or a frame has come, on this connection
        self.is_reduced = False  # of several frames that arrived together only the newest is decoded
        self._since_ms = 0  # of is_delivering (wall clock)
        self._sent: object = None  # what the broadcaster knows: best prices, last price, whether confirmed
        self._sent_heard_s = _NEVER  # when the price that it knows was heard

    def apply(self, shape: PriceFrame, now_s: float) -> PriceRefusal | None:
        """A frame of this pair, read at `now_s`; None if it is believed."""
        match shape:
            case BookTop():
                return self.belief.apply_best_prices(shape.best, shape.update_id, now_s)
            case TradePrint():
                return self.belief.apply_trade(shape.price, shape.trade_id, now_s)
            case MiniTicker():
                return self.belief.apply_close(shape.close, now_s)

    @property
    def is_settled(self) -> bool:
        """Whether the newest frame alone says all: no price waits for another frame to confirm it."""
        return self.belief.is_confirmed and self.belief.suspicious is None

    def become_delivering(self, is_delivering: bool, now_ms: int) -> bool:
        """Whether that is a change."""
        if self.is_delivering is is_delivering:
            return False
        self.is_delivering, self._since_ms = is_delivering, now_ms
        return True

    # What other actors know

    def forget_sent(self) -> None:
        """The broadcaster may know nothing of this pair any more."""
        self._sent = None

    def news(self, now_s: float, now_ms: int, *, even_unchanged: bool = False) -> SeenPrice | None:
        """The price if the broadcaster knows another; `even_unchanged`: also if it was heard again since then."""
        belief = self.belief
        if belief.best is None:
            return None
        content = (belief.best, belief.last, belief.is_confirmed)
        if content == self._sent and not (even_unchanged and belief.heard_s > self._sent_heard_s):
            return None
        self._sent, self._sent_heard_s = content, belief.heard_s
        at_ms = now_ms - int((now_s - belief.heard_s) * 1000)
        last = belief.last or belief.best.bid
        return SeenPrice(self.symbol, belief.best, last, at_ms, belief.is_confirmed, belief.heard_s)

    def feed_state(self, stream: StreamStatus, now_s: float) -> FeedState:
        is_proven = stream.is_proven and self.is_delivering
        return FeedState(self.symbol, is_proven, "" if is_proven else self._why_not(stream), self._doubt(now_s))

    def stream_state(self, stream: StreamStatus) -> PairStreamState:
        """As the status shows it."""
        if stream.is_proven and self.is_delivering:
            state, since_ms, reason = StreamState.PROVEN, max(stream.since_ms, self._since_ms), stream.reason
        elif stream.is_proven:
            state, since_ms, reason = StreamState.STARTING, self._since_ms or stream.since_ms, _UNCONFIRMED
        else:
            state, since_ms, reason = stream.state, stream.since_ms, stream.reason
        return PairStreamState(self.symbol, state, since_ms, reason, self.tally.total, self.tally.refused)

    def frame_counts(self) -> FrameCounts:
        return FrameCounts(self.symbol, self.tally.accepted, self.tally.superseded, self.tally.rows())

    def _why_not(self, stream: StreamStatus) -> str:
        return _UNCONFIRMED if stream.is_proven else stream.reason or str(stream.state)

    def _doubt(self, now_s: float) -> str:
        belief = self.belief
        is_long = now_s - belief.suspicious_since_s >= _HELD_LONG_S
        return f"its newest price is {belief.suspicion}" if is_long else ""
