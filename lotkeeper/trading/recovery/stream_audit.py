"""What the account's stream should have told: one that pings and yet says nothing is found out by its omissions."""

from collections.abc import Iterable

from lotkeeper.trading.orders.fills import Fill, Side

# An event may come a while after its trade, and our clock may be off against the exchange's by as much.
MARGIN_MS = 5_000


def missed_by_stream(found: Iterable[Fill], since_ms: int, asked_ms: int) -> Fill | None:
    """The first BUY that a request found, that happened while the stream was proven and long enough before.

    `found` are fills that were new to the book; `since_ms` is when the stream was proven, `asked_ms` when the request
    was made (both milliseconds). A BUY always belongs to a lot, so that a known one cannot be new.
    """
    earliest, latest = since_ms + MARGIN_MS, asked_ms - MARGIN_MS
    return next((fill for fill in found if fill.side is Side.BUY and earliest < fill.time_ms < latest), None)
