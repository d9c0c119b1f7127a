"""SELLs in flight: what to do about one whose outcome is not known, and the note that is kept of each.

A note is written before a SELL is sent, because its sender may be killed before anything else is recorded. The next
keeper then knows nothing of the order: not its lot, not its client id (with the database lost, generations are counted
from the start), not whose dust it has. So a note blocks every SELL of its pair by another keeper, until that keeper was
told of the order, or has compared its book with the exchange after the last moment at which the order can have arrived.
A note of an order that was answered blocks the next keepers for a moment, too: a comparison may not show yet what it
sold at once, because the exchange reads trades from a database that may be behind.

The keeper that sent the order knows it, and makes its lot wait. Of that keeper only a SELL with the same client id has
to wait: a client id is free again once its order is filled (Binance rest-api.md, "New order"), so a late copy would be
accepted.

Notes stay for a minute after the answer: a SELL of which there is no note never left.
A BUY that a person asked for is noted as well. It sells nothing and blocks no SELL: no other of its name is sent while
it may arrive, even after the database that has its command was lost.

Their moments are by the monotonic clock of the machine, which all its processes share and nobody can set. It begins
again when the machine does.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from zlib import crc32

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.order import SellOrder

BACKEND_MS = 10_000  # Binance rest-api.md, general information: the time-out of the exchange's own backend
SENDING_MS = 7_000  # connecting, and a second try after the clock was wrong: a request may leave so long after its note
BEHIND_MS = 3_000  # trades may be so far behind the matching (Binance rest-api.md, "Data Sources", promises nothing)
ROW_BYTES = 256  # divides a page, so that no row lies on two of them
FREE_ROW = b" " * (ROW_BYTES - 1) + b"\n"
BUYS = -1  # as `incarnation`: a BUY that a person asked for, whose name is the same for every keeper
OVER = 0  # as `left_by_ms`: the order was refused, or never left after all
_ASK_FIRST_S = 0.25
_ASK_MAX_S = 5.0


def alive_until(sent_ms: int, recv_window_ms: int) -> int:
    """Until when (ms) a request that was sent may still reach the book: its own window, then the backend's time-out."""
    return sent_ms + recv_window_ms + BACKEND_MS


# What to do about a SELL whose outcome is not known: silence proves nothing, and neither does a clock alone


@dataclass(frozen=True, slots=True)
class AskAgain:
    """The exchange does not know the order, and the request may still be under way: ask again."""

    after_s: float


@dataclass(frozen=True, slots=True)
class SendAgain:
    """The exchange does not know the order, and the request cannot arrive any more: send it again, with the same id."""


@dataclass(frozen=True, slots=True)
class AbandonSell:
    """It never arrived, and it must not be sent now: other SELLs cover its coins, or its lot is held."""


def decide_not_found(
    order: SellOrder, lot: Lot, asked: int, now_ms: int, recv_window_ms: int
) -> AskAgain | SendAgain | AbandonSell:
    """After the exchange said for the `asked`-th time that it knows no such order (-2013).

    A database that is behind may have an order as unknown that was refused, and whose coins another SELL covers since.
    """
    if now_ms > alive_until(order.sent_ms, recv_window_ms):
        return AbandonSell() if lot.remainder < 0 or lot.hold is not None else SendAgain()
    return AskAgain(ask_again_after_s(asked))


def ask_again_after_s(asked: int) -> float:
    """When to ask again about an order that the exchange did not know the `asked`-th time."""
    return min(_ASK_FIRST_S * float(2 ** min(asked - 1, 10)), _ASK_MAX_S)


# The note of a SELL in flight, and what it blocks


@dataclass(frozen=True, slots=True)
class InFlight:
    """An order that was sent, or may have been. Moments are milliseconds of the machine's monotonic clock."""

    symbol: str  # empty: it may be of any pair and have any client id
    client_id: str
    incarnation: int  # of the keeper that sent it; BUYS for a BUY
    left_by_ms: int  # the latest moment at which it can have left; OVER when it cannot be on the book
    recv_window_ms: int  # its own receive window
    is_accepted: bool = False  # whether the exchange said that it took the order

    @property
    def lacks_answer(self) -> bool:
        """Whether it has a name to ask the exchange for, and no answer was noted."""
        return bool(self.client_id) and not self.is_accepted and self.left_by_ms != OVER


class Conflict(StrEnum):
    """Why a SELL must not be sent."""

    SAME_NAME = "an order of this name was sent before without an answer, and may still arrive; nothing was sent"
    PLACED = "an order of this name was placed before, and what became of it has to be asked about; nothing was sent"
    ANOTHER_KEEPER = "an order of an earlier keeper has no answer; what it sold is not known before the next comparison"


@dataclass(frozen=True, slots=True)
class SellToSend:
    """A SELL that a keeper asks to send. Moments are seconds of one clock."""

    symbol: str
    client_id: str
    incarnation: int  # of the keeper that asks
    now: float
    compared_at: float  # when the last comparison of the keeper's book with the exchange began
    is_told: bool = False  # whether the keeper was told of all orders of earlier keepers, and has settled them


def find_conflict(note: InFlight, until: float, wanted: SellToSend) -> Conflict | None:
    """Why a SELL must not be sent while the noted one may arrive, until `until`; None if it may be sent."""
    if note.symbol not in ("", wanted.symbol):
        return None
    if note.symbol and note.incarnation == wanted.incarnation:
        is_copy = note.client_id == wanted.client_id and wanted.now <= until
        return Conflict.SAME_NAME if is_copy else None
    return Conflict.ANOTHER_KEEPER if wanted.compared_at <= until and not wanted.is_told else None


def answered_note(note: InFlight, now_ms: int) -> InFlight:
    """The note of an order that is on the book or was sold: as if it could arrive for BEHIND_MS more."""
    return replace(note, left_by_ms=now_ms + BEHIND_MS - alive_until(0, note.recv_window_ms), is_accepted=True)


def may_arrive_for_ms(note: InFlight, now_ms: int) -> int:
    """For how long from now on (ms) it may still reach the book; negative if it cannot any more.

    If the sender is dead, its request was either sent already or never will be. So a note from the future (the machine
    was started again, and the file was on a disk) counts for as long as one of a request that has just been sent.
    """
    return alive_until(min(note.left_by_ms, now_ms), note.recv_window_ms) - now_ms


def describe_note(note: InFlight, now_ms: int) -> str:
    """A sentence about a note that an earlier process left; empty for one that is over."""
    left_ms = may_arrive_for_ms(note, now_ms)
    what = f"{'BUY' if note.incarnation == BUYS else 'SELL'} {note.client_id} of {note.symbol}"
    if not note.symbol:
        return "a note of an order in flight cannot be read: it may be of any pair"
    if note.left_by_ms - now_ms > SENDING_MS:
        return f"{what} was noted as in flight before this machine was started, and counts as just sent"
    if left_ms < 0:
        return ""
    return f"{what} was in flight when its sender ended, and may arrive for {left_ms / 1000:.1f} s"


def from_wall_clock(note: InFlight, wall_ms: int, now_ms: int) -> InFlight:
    """A note of an earlier version, whose moments are by the exchange's clock; `wall_ms` is that clock's time now."""
    return replace(note, left_by_ms=now_ms - max(0, wall_ms - note.left_by_ms))


# How a note is written


def encode_row(note: InFlight) -> bytes:
    """ROW_BYTES bytes of text with a checksum. A note that is too long names no pair, and so may be of any."""
    fields = f"{note.symbol} {note.client_id} {note.incarnation} {note.left_by_ms} {note.recv_window_ms}".encode()
    fields += b" 1" if note.is_accepted else b""  # else as earlier versions read it
    row = b"%b %08x" % (fields, crc32(fields))
    return (row if len(row) < ROW_BYTES else b"?").ljust(ROW_BYTES - 1) + b"\n"


def decode_row(row: bytes, now_ms: int, recv_window_ms: int) -> InFlight | None:
    """The note in a row; None for a free row. A row that cannot be read is a note of any pair, written at `now_ms`."""
    if row[:1] in (b"", b" ", b"\0"):
        return None
    fields, _, checksum = row.rstrip().rpartition(b" ")
    if b"%08x" % crc32(fields) == checksum:
        try:
            symbol, client_id, *numbers = fields.decode().split(" ")
            incarnation, left_by_ms, own_window_ms, *accepted = map(int, numbers)
            return InFlight(symbol, client_id, incarnation, left_by_ms, own_window_ms, bool(accepted))
        except (ValueError, TypeError):  # written by another version
            pass
    return InFlight("", "", 0, now_ms, recv_window_ms)
