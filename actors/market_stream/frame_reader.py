"""From frames to prices: which pair each frame is of, which frames are decoded, and what became of them."""

import logging
from collections.abc import Iterable, Iterator, Sequence

from actors.market_stream.pair_prices import PairPrices, PriceFrame
from actors.market_stream.wanted_streams import streams_of
from actors.streams.frame_kinds import MARKET_KINDS, FrameKinds
from lotkeeper.exchange.shapes import (
    BookTop,
    Ignored,
    MarketFrame,
    MiniTicker,
    RequestFailed,
    ServerShutdown,
    SubscriptionsChanged,
    SubscriptionsListed,
    TradePrint,
)
from lotkeeper.exchange.websocket.decode import decode_market_frame
from lotkeeper.exchange.websocket.newest_frames import NewestFrames, head_of, head_of_stream
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.trading.prices.best_prices import PriceRefusal
from lotkeeper.trading.prices.frame_counters import FrameCounters
from messages.health import FrameCounts

_SHOWN_CHARACTERS = 200
_KINDS = {BookTop: "bookTicker", TradePrint: "trade", MiniTicker: "24hrMiniTicker"}
_ABOUT_CONNECTION = (SubscriptionsListed, SubscriptionsChanged, RequestFailed, ServerShutdown)
# All other refusals show that the stream delivers.
_IMPOSSIBLE = (PriceRefusal.EMPTY, PriceRefusal.CROSSED, PriceRefusal.NOT_POSITIVE)


class FrameReader:
    """The pairs of a stream. While a price of a pair waits for confirmation, each of its frames is decoded."""

    def __init__(self, symbols: Sequence[str], log: logging.Logger, name: str) -> None:
        self.pairs = {symbol: PairPrices(symbol) for symbol in symbols}
        self._by_head = {
            head_of_stream(stream): pair for pair in self.pairs.values() for stream in streams_of(pair.symbol)
        }
        self._newest = NewestFrames()
        self.tally = FrameCounters()  # of frames that belong to none of the pairs
        self.kinds = FrameKinds(MARKET_KINDS)
        self._log, self._name = log, name

    def serve(self, symbols: Sequence[str]) -> None:
        """These are its pairs from now on. What is still read of one that has gone is counted as another pair's."""
        for symbol in self.pairs.keys() - set(symbols):
            for stream in streams_of(symbol):
                self._newest.reduce(head_of_stream(stream), False)
        self.pairs = {symbol: self.pairs.get(symbol) or PairPrices(symbol) for symbol in symbols}
        for pair in self.pairs.values():
            self._by_head |= dict.fromkeys(map(head_of_stream, streams_of(pair.symbol)), pair)

    @property
    def frames(self) -> int:
        """All frames of which it is known what became of them."""
        return self.tally.total + sum(pair.tally.total for pair in self.pairs.values())

    @property
    def refused(self) -> int:
        return self.tally.refused + sum(pair.tally.refused for pair in self.pairs.values())

    def sort(self, frames: list[bytes], now_s: float) -> Iterable[bytes]:
        """Keeps the newest frame of each pair and kind; gives those that are to be applied each."""
        return self._newest.sort(frames, now_s)

    def take_newest(self) -> Iterator[tuple[bytes, float]]:
        """The frames that were kept, which are to be applied now, and when each was read."""
        for head, count in self._newest.take_superseded().items():
            self._by_head[head].tally.superseded += count
            self.kinds.count_superseded(head, count)
        for _, frame, read_s in self._newest.take():
            yield frame, read_s

    def apply(self, frame: bytes, now_s: float) -> PairPrices | MarketFrame | None:
        """Decodes a frame, read at `now_s`. The pair that it shows to be delivered; or what it says of the connection.

        None for a frame that shows nothing.
        """
        shape = decode_market_frame(frame)
        self.kinds.count(shape)
        if isinstance(shape, BookTop | TradePrint | MiniTicker):
            return self._apply_price(shape, frame, now_s)
        if isinstance(shape, _ABOUT_CONNECTION):
            self.tally.accepted += 1
            return shape
        assert isinstance(shape, Ignored)
        name, _, reason = shape.kind.partition(": ")
        self._count_refused(self._pair_of(frame), name, reason.partition(", ")[0] or "not for us", frame)
        return None

    def frame_counts(self) -> tuple[FrameCounts, ...]:
        """Of each pair, and of the frames of none under the empty symbol."""
        others = FrameCounts("", self.tally.accepted, self.tally.superseded, self.tally.rows())
        return (others, *(pair.frame_counts() for pair in self.pairs.values()))

    def reduce(self, pair: PairPrices) -> None:
        """From now on only the newest frames of the pair are decoded if it is settled, else each frame."""
        if pair.is_reduced is pair.is_settled:
            return
        pair.is_reduced = pair.is_settled
        for stream in streams_of(pair.symbol):
            self._newest.reduce(head_of_stream(stream), pair.is_reduced)

    def count_fault(self) -> None:
        """A frame could not be handled."""
        self.tally.count_refused("any", "a fault of ours")

    def _apply_price(self, shape: PriceFrame, frame: bytes, now_s: float) -> PairPrices | None:
        pair = self.pairs.get(shape.symbol)
        if pair is None or self._by_head.get(head_of(frame), pair) is not pair:
            self._count_refused(None, type(shape).__name__, "another pair", frame)
            return None
        refusal = pair.apply(shape, now_s)
        self.reduce(pair)
        if refusal is None:
            pair.tally.accepted += 1
            return pair
        self._count_refused(pair, _KINDS[type(shape)], refusal.value, frame)
        return None if refusal in _IMPOSSIBLE else pair

    def _pair_of(self, frame: bytes) -> PairPrices | None:
        return self._by_head.get(head_of(frame))

    def _count_refused(self, pair: PairPrices | None, kind: str, reason: str, frame: bytes) -> None:
        tally = self.tally if pair is None else pair.tally
        if tally.count_refused(kind, reason):
            name = self._name if pair is None else pair.symbol
            text = frame[:_SHOWN_CHARACTERS].decode("utf-8", "replace")
            self._log.warning(
                "%s: %s: %s; counted from now on: %s",
                name,
                kind[:60],
                reason,
                text,
                extra=named(LogEvent.PRICE_REFUSED),
            )
