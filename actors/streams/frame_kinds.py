"""How many frames of each kind came: kinds are the exchange's event types, and each is counted from zero."""

from collections.abc import Sequence

from lotkeeper.exchange.shapes import (
    BalancesChanged,
    BookTop,
    BuyAccepted,
    Execution,
    Ignored,
    MarketFrame,
    MiniTicker,
    RequestFailed,
    ServerShutdown,
    StreamEnded,
    Subscribed,
    SubscriptionsChanged,
    SubscriptionsListed,
    TradePrint,
    UserFrame,
)

OTHER = "other"  # whatever we have no name for
_REPLY = "reply"  # to a request of ours
_OF_EVERY_STREAM = (_REPLY, "serverShutdown", OTHER)
# Binance user-data-stream.md and web-socket-streams.md
USER_KINDS = (
    "executionReport",
    "outboundAccountPosition",
    "balanceUpdate",
    "listStatus",
    "externalLockUpdate",
    "eventStreamTerminated",
    *_OF_EVERY_STREAM,
)
MARKET_KINDS = ("bookTicker", "24hrMiniTicker", "trade", *_OF_EVERY_STREAM)
_OF_SHAPES: dict[type, str] = {
    Execution: "executionReport",
    BuyAccepted: "executionReport",
    BalancesChanged: "outboundAccountPosition",
    StreamEnded: "eventStreamTerminated",
    ServerShutdown: "serverShutdown",
    BookTop: "bookTicker",
    MiniTicker: "24hrMiniTicker",
    TradePrint: "trade",
    Subscribed: _REPLY,
    RequestFailed: _REPLY,
    SubscriptionsListed: _REPLY,
    SubscriptionsChanged: _REPLY,
}
_OF_STREAMS = {b"bookTicker": "bookTicker", b"miniTicker": "24hrMiniTicker", b"trade": "trade"}


class FrameKinds:
    """The counts of one stream. A kind that is none of its own is counted as another one: kinds are labels of a metric,
    and what the exchange may send has no bound.
    """

    def __init__(self, kinds: Sequence[str] = ()) -> None:
        self._counts = dict.fromkeys((*kinds, OTHER), 0)

    def count(self, shape: UserFrame | MarketFrame) -> None:
        """A frame that was decoded. Of one that nobody here needs, or that is damaged, the kind is known too."""
        self._add(shape.kind.partition(":")[0] if isinstance(shape, Ignored) else _OF_SHAPES[type(shape)], 1)

    def count_superseded(self, head: bytes, number: int) -> None:
        """Frames that were not decoded, of the stream whose frames begin so."""
        self._add(_OF_STREAMS.get(head.rpartition(b"@")[2], OTHER), number)

    def rows(self) -> tuple[tuple[str, int], ...]:
        """Kind and count."""
        return tuple(self._counts.items())

    def _add(self, kind: str, number: int) -> None:
        self._counts[kind if kind in self._counts else OTHER] += number
