"""SELLs in flight: what is noted of one before it leaves, and what must not leave while nobody knows what it sold.

Who sent it may be killed before anything else is written down, and its successor knows nothing of it: not which lot it
sells, nor under which name (with the database lost, generations are counted anew), nor whose dust it has. So a note
holds back every SELL of its pair by another keeper, until that one has compared its book with the exchange after the
last moment at which the order can have arrived. One that was answered holds back the next keepers for a moment, too:
what it sold at once may be missing in a comparison, for trades come from a database that may be behind.

The keeper that sent it knows it, and has its lot wait by itself; only one of the same name waits, too: a client order
id is free again once its order is filled (Binance rest-api.md, "New order"), so that a copy that comes late would be
taken.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from zlib import crc32

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.order import SellOrder

_FIRST_S = 0.25


_MOST_S = 5.0


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The exchange does not know the order, and the request may still be under way: ask again after so many seconds."""

    after_s: float


@dataclass(frozen=True, slots=True)
class SendAgain:
    """The request cannot be alive any more and the exchange does not know the order: send it again, same id."""


@dataclass(frozen=True, slots=True)
class AbandonSell:
    """It never arrived, and it must not be sent now: other SELLs cover its coins, or its lot is held."""


def decide_not_found(
    order: SellOrder, lot: Lot, asked: int, now_ms: int, recv_window_ms: int
) -> AskAgain | SendAgain | AbandonSell:
    """After the exchange said for the `asked`-th time that it knows no such order (-2013).

    A notebook that is behind may have it in doubt after it was refused and another one placed.
    """
    if now_ms > alive_until(order.sent_ms, recv_window_ms):
        return AbandonSell() if lot.remainder < 0 or lot.hold is not None else SendAgain()
    return AskAgain(min(_FIRST_S * 2 ** min(asked - 1, 10), _MOST_S))


ROW_BYTES = 256  # divides a page, so that no row lies on two of them


FREE_ROW = b" " * (ROW_BYTES - 1) + b"\n"


SENDING_MS = 7_000  # connecting, and a second try after the clock was wrong: so long after the note it may leave


BEHIND_MS = 3_000  # by so much trades may be behind the matching (Binance rest-api.md, "Data Sources": no promise)


_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class InFlight:
    """A SELL that was sent, or may have been, and has no answer.

    `incarnation` is that of the keeper that sent it, `left_by_ms` the latest moment at which it can have left (ms, by
    the exchange's clock), `recv_window_ms` its own receive window. Without a symbol it may be of any pair and name.
    """

    symbol: str
    client_id: str
    incarnation: int
    left_by_ms: int
    recv_window_ms: int


class Conflict(StrEnum):
    """Why a SELL must not leave."""

    SAME_NAME = "an order of this name was sent before without an answer, and may still arrive; nothing was sent"
    PLACED = "an order of this name was placed before, and what became of it has to be asked about; nothing was sent"
    ANOTHER_KEEPER = "an order of an earlier keeper has no answer; what it sold is not known before the next comparison"


@dataclass(frozen=True, slots=True)
class SellToSend:
    """A SELL that would leave: by which keeper, and how its book stands. Moments by one clock, in seconds.

    `compared_at` is when the last comparison of the book with the exchange began.
    """

    symbol: str
    client_id: str
    incarnation: int
    now: float
    compared_at: float


def find_conflict(note: InFlight, until: float, wanted: SellToSend) -> Conflict | None:
    """Why a SELL must not leave beside one that may arrive until `until`; None when it may."""
    if note.symbol not in ("", wanted.symbol):
        return None
    if note.symbol and note.incarnation == wanted.incarnation:
        is_copy = note.client_id == wanted.client_id and wanted.now <= until
        return Conflict.SAME_NAME if is_copy else None
    return Conflict.ANOTHER_KEEPER if wanted.compared_at <= until else None


def answered_note(note: InFlight, now_ms: int) -> InFlight:
    """What is noted of an order that is on the book, or was sold: as if it could arrive for BEHIND_MS more."""
    return replace(note, left_by_ms=now_ms + BEHIND_MS - alive_until(0, note.recv_window_ms))


def may_arrive_for_ms(note: InFlight, now_ms: int) -> int:
    """For how long from now on (ms) it may still reach the book; negative when it cannot any more.

    Whoever reads a note after its sender's end knows that it has left by now or never will. So a note from the future
    (a clock that was set, a file that was copied) is doubted for as long as one that has just been sent, no longer.
    """
    return alive_until(min(note.left_by_ms, now_ms), note.recv_window_ms) - now_ms


def describe_note(note: InFlight, now_ms: int) -> str:
    """What there is to say of a note that an earlier life left; empty for one that is over."""
    age_ms, left_ms = now_ms - note.left_by_ms, may_arrive_for_ms(note, now_ms)
    what = f"SELL {note.client_id} of {note.symbol}"
    if not note.symbol:
        return "a note of an order in flight cannot be read: it may be of any pair"
    if age_ms < -SENDING_MS:
        return f"{what} was noted as in flight {-age_ms / 1000:.0f} s in the future: a clock was set"
    if age_ms > _DAY_MS:
        return f"{what} was noted as in flight {age_ms // _DAY_MS} days ago, and is forgotten"
    if left_ms < 0:
        return ""
    return f"{what} was in flight when its sender ended, and may arrive for {left_ms / 1000:.1f} s"


def encode_row(note: InFlight) -> bytes:
    """A line of text of ROW_BYTES bytes, with a checksum. One that is too long names no pair, and so is of any."""
    fields = f"{note.symbol} {note.client_id} {note.incarnation} {note.left_by_ms} {note.recv_window_ms}".encode()
    row = b"%b %08x" % (fields, crc32(fields))
    return (row if len(row) < ROW_BYTES else b"?").ljust(ROW_BYTES - 1) + b"\n"


def decode_row(row: bytes, now_ms: int, recv_window_ms: int) -> InFlight | None:
    """What a row says; None for one that is free. One that cannot be read is a note of any pair, as of now."""
    if row[:1] in (b"", b" ", b"\0"):
        return None
    fields, _, checksum = row.rstrip().rpartition(b" ")
    if b"%08x" % crc32(fields) == checksum:
        try:
            symbol, client_id, *numbers = fields.decode().split(" ")
            return InFlight(symbol, client_id, *map(int, numbers))
        except (ValueError, TypeError):  # written by another version
            pass
    return InFlight("", "", 0, now_ms, recv_window_ms)


BACKEND_MS = 10_000  # Binance rest-api.md, general information: the time-out of the exchange's own backend


def alive_until(sent_ms: int, recv_window_ms: int) -> int:
    """Until when (ms) a request that was sent may still reach the book: its own window, then the backend's time-out."""
    return sent_ms + recv_window_ms + BACKEND_MS
