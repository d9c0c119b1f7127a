"""MarketStream: the pair's websocket. Of all that comes, the newest valid price goes on."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actors.stream_actor import StreamActor
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.decode import decode_market_frame
from lotkeeper.exchange.shapes import BookTop, Ignored, MiniTicker, ServerShutdown, TradePrint
from lotkeeper.trading.money import ZERO
from lotkeeper.trading.prices import is_valid
from messages.lifecycle import NeighboursChanged, StartMarketStream
from messages.prices import Price, PriceSeen

_STREAMS = ("trade", "bookTicker", "miniTicker")
_FLUSH_AFTER_S = 0.05


@dataclass(frozen=True, slots=True)
class _Flush:
    pass


class MarketStream(StreamActor):
    """Cost follows what matters, not the tick rate: at most twenty prices a second leave this actor."""

    _start: StartMarketStream
    _prices: Any = None
    _bid = ZERO
    _ask = ZERO
    _last = ZERO
    _at_ms = 0
    _update_id = -1
    _trade_id = -1
    _sent: tuple[Decimal, Decimal, Decimal] | None = None
    _is_flush_due = False

    @handles(StartMarketStream)
    def _begin(self, message: StartMarketStream, sender: Sender) -> None:
        self._start, self._symbol = message, message.symbol
        self._silent_after_s, self._renew_after_s = message.silent_after_s, message.renew_after_s
        self.meet_gateway(message.neighbours.gateway)
        self._meet(message.neighbours.prices, message.neighbours.monitor)
        self.stream_begins()

    @handles(NeighboursChanged)
    def _neighbours_changed(self, message: NeighboursChanged, sender: Sender) -> None:
        self._meet(message.neighbours.prices, message.neighbours.monitor)
        self.meet_gateway(message.neighbours.gateway)

    def _meet(self, prices: Any, monitor: Any) -> None:
        if prices != self._prices:
            self._sent = None  # a new broadcaster knows nothing
        self._prices, self._monitor = prices, monitor
        if self._bid:
            self._flush_soon()

    # The stream

    def url(self) -> str:
        names = "/".join(f"{self._symbol.lower()}@{stream}" for stream in _STREAMS)
        return f"{self._start.stream_url}/stream?streams={names}"

    def on_open(self) -> None:
        """The first price proves the stream, not the open socket. Ids may start anew."""
        if self._spare is None:  # beside a living connection they go on
            self._update_id = self._trade_id = -1

    def on_frame(self, frame: bytes) -> None:
        match decode_market_frame(frame):
            case BookTop(symbol, bid, _, ask, _, update_id) if symbol == self._symbol:
                self._take_top(bid, ask, update_id)
            case TradePrint(symbol, trade_id, price) if symbol == self._symbol:
                self._take_trade(trade_id, price)
            case MiniTicker(symbol, close) if symbol == self._symbol:
                self._last = self._last or close
            case ServerShutdown():
                self.renew("the exchange's server shuts down")
            case Ignored():
                self._ignored += 1
            case _:
                self._ignored += 1

    def _take_top(self, bid: Decimal, ask: Decimal, update_id: int) -> None:
        if update_id <= self._update_id or not is_valid(bid, ask):
            self._ignored += 1
            return
        self._update_id, self._bid, self._ask, self._at_ms = update_id, bid, ask, self.wall_ms()
        self.proven()

    def _take_trade(self, trade_id: int, price: Decimal) -> None:
        if trade_id <= self._trade_id or price <= 0:
            self._ignored += 1
            return
        self._trade_id, self._last, self._at_ms = trade_id, price, self.wall_ms()

    def on_burst_end(self) -> None:
        self._flush_soon()

    def _flush_soon(self) -> None:
        if not self._is_flush_due and self._sent != (self._bid, self._ask, self._last):
            self._is_flush_due = True
            self.wake_in(_FLUSH_AFTER_S, _Flush())

    def on_wakeup(self, payload: Any) -> None:
        if isinstance(payload, _Flush):
            self._flush()
        else:
            super().on_wakeup(payload)

    def _flush(self) -> None:
        self._is_flush_due = False
        if self._prices is None or not self._bid:
            return
        last = self._last or self._bid
        self._sent = (self._bid, self._ask, self._last)
        self.send(self._prices, PriceSeen(Price(self._symbol, self._bid, self._ask, last, self._at_ms)))
