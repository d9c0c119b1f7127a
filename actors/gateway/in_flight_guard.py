"""Orders that were sent and not answered: nothing leaves that might sell the same coins.

Each is noted before it leaves (`notes.py`), so that a Gateway in a new life, also one of a new system with another
database, holds back what the one before would have. The rules are in `lotkeeper/trading/recovery/in_flight.py`.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from actors.gateway.in_flight_journal import ROWS, Notes, NotesFile, NotesInMemory
from actors.gateway.recent_order_ids import Placed
from actors.gateway.throttle import Held
from lotkeeper.trading.recovery.in_flight import (
    FREE_ROW,
    SENDING_MS,
    Conflict,
    InFlight,
    SellToSend,
    alive_until,
    answered_note,
    decode_row,
    describe_note,
    encode_row,
    find_conflict,
    may_arrive_for_ms,
)
from messages.orders import PlaceSellOrder, SellBlocked, SellOutcomeUnknown, SellPlaced

_AGAIN_S = 1.0
_KEPT_S = 600.0  # a comparison that began before an order arrived has come to its end by then
_FULL = Held("too many orders are in flight without an answer", _AGAIN_S)


@dataclass(frozen=True, slots=True)
class Moment:
    """Now: the exchange's time (ms), that of this machine (ms), and the monotonic clock's (s), which nobody can set."""

    exchange_ms: int
    wall_ms: int
    at: float


@dataclass(frozen=True, slots=True)
class _Doubt:
    """It may arrive until `until` (monotonic, s); one that has its answer is seen by a comparison from then on."""

    note: InFlight
    until: float
    is_answered: bool = False


class Doubts:
    """Kept a while after they can have arrived: a successor may be about to act on a comparison from before."""

    def __init__(self) -> None:
        self.trouble = ""  # why no order may leave: its note would be read by nobody
        self._notes: Notes = NotesInMemory()
        self._doubts: dict[int, _Doubt] = {}  # by row, in the order in which they were sent
        self._placed = Placed()

    def open(self, path: str, now: Moment, recv_window_ms: int) -> list[str]:
        """As `recall` with the notes of a file, none for an empty path. Where that fails `trouble` says so."""
        try:
            said = self.recall(NotesFile(Path(path)), now, recv_window_ms) if path else []
        except OSError as error:
            self._notes.close()
            self._notes = NotesInMemory()
            self.trouble = f"the file of orders in flight cannot be used: {path}: {error.strerror or error}"
            return []
        self.trouble = ""
        return said

    def recall(self, notes: Notes, now: Moment, recv_window_ms: int) -> list[str]:
        """Takes up what an earlier life left; what there is to say of it. Before the first order. Raises OSError."""
        self._notes = notes
        rows = notes.rows()
        found = {number: decode_row(row, now.exchange_ms, recv_window_ms) for number, row in enumerate(rows)}
        for number, note in found.items():
            if note is not None:
                self._doubts[number] = _doubt(note, now)
        self._forget_old(now.at)
        return [words for note in found.values() if note and (words := describe_note(note, now.exchange_ms))]

    def held(self) -> Held | None:
        """Why no order may leave at all."""
        return Held(self.trouble, _AGAIN_S) if self.trouble else None

    def about(self, message: PlaceSellOrder, now: Moment) -> SellOutcomeUnknown | SellBlocked | None:
        """What the keeper is told instead of sending; None when the order may leave."""
        if self._placed.is_doubted(message, now.at):
            return SellOutcomeUnknown(message.symbol, message.client_id, str(Conflict.PLACED))
        if not self._doubts:
            return None
        self._forget_old(now.at)
        wanted = _wanted(message, now)
        held_until = None
        for doubt in self._doubts.values():
            match find_conflict(doubt.note, doubt.until, wanted):
                case Conflict.SAME_NAME:
                    return SellOutcomeUnknown(message.symbol, message.client_id, str(Conflict.SAME_NAME))
                case Conflict.ANOTHER_KEEPER:
                    held_until = max(doubt.until, held_until or doubt.until)
        if held_until is None:
            return None
        for_s = max(0.0, held_until - now.at)
        return SellBlocked(message.symbol, message.client_id, str(Conflict.ANOTHER_KEEPER), for_s)

    def leaves(self, message: PlaceSellOrder, now: Moment, recv_window_ms: int) -> int | Held:
        """Notes an order that is about to leave: the number of its row, or why it must not leave."""
        number = self._free_row(now.at)
        if number is None:
            return _FULL
        left_by_ms = now.exchange_ms + SENDING_MS
        note = InFlight(message.symbol, message.client_id, message.incarnation, left_by_ms, recv_window_ms)
        try:
            self._notes.write(number, encode_row(note))
        except OSError as error:
            return Held(f"an order cannot be noted as in flight: {error.strerror or error}", _AGAIN_S)
        self._doubts[number] = _Doubt(note, now.at + (alive_until(left_by_ms, recv_window_ms) - now.exchange_ms) / 1000)
        return number

    def answered(self, number: int, reply: object, now: Moment) -> None:
        """What the keeper is told of it now. Where a row cannot be written it is doubted longer, which harms nobody."""
        note = self._doubts.pop(number).note
        match reply:
            case SellOutcomeUnknown():
                note, is_answered = replace(note, left_by_ms=now.exchange_ms), False
            case SellPlaced():
                self._placed.note(note)
                note, is_answered = answered_note(note, now.exchange_ms), True
            case _:
                self._write(number, FREE_ROW)
                return
        for older in [each for each, doubt in self._doubts.items() if _is_replaced(doubt, note, is_answered)]:
            self._forget(older)
        self._doubts[number] = _doubt(note, now, is_answered)
        self._write(number, encode_row(note))

    def close(self) -> None:
        self._notes.close()

    def _free_row(self, at: float) -> int | None:
        """The first free one, else that of the oldest order that cannot arrive any more."""
        free = (number for number in range(ROWS) if number not in self._doubts)
        dead = (number for number, doubt in self._doubts.items() if doubt.until < at)
        return next(free, None) if len(self._doubts) < ROWS else next(dead, None)

    def _forget_old(self, at: float) -> None:
        for number in [number for number, doubt in self._doubts.items() if doubt.until + _KEPT_S < at]:
            self._forget(number)

    def _forget(self, number: int) -> None:
        del self._doubts[number]
        self._write(number, FREE_ROW)

    def _write(self, number: int, row: bytes) -> None:
        with suppress(OSError):
            self._notes.write(number, row)


def _doubt(note: InFlight, now: Moment, is_answered: bool = False) -> _Doubt:
    return _Doubt(note, now.at + may_arrive_for_ms(note, now.exchange_ms) / 1000, is_answered)


def _is_replaced(doubt: _Doubt, by: InFlight, is_answered: bool) -> bool:
    """A copy of the same order; of those of a keeper that are answered the newest says all."""
    note = doubt.note
    is_of_same_keeper = (note.symbol, note.incarnation) == (by.symbol, by.incarnation)
    return is_of_same_keeper and (note.client_id == by.client_id or (doubt.is_answered and is_answered))


def _wanted(message: PlaceSellOrder, now: Moment) -> SellToSend:
    """How old its comparison is tells the wall clock, which both actors share."""
    compared_at = now.at - (now.wall_ms - message.complete_as_of_ms) / 1000
    return SellToSend(message.symbol, message.client_id, message.incarnation, now.at, compared_at)
