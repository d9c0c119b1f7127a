"""Orders that were sent and not answered: no order is sent that might sell the same coins.

Each order is recorded before it is sent (`in_flight_journal.py`), so that a Gateway in a new process, even one of a new
system with another database, holds back what its predecessor would have. The rules are in
`lotkeeper/trading/recovery/in_flight.py`.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from actors.gateway.in_flight_journal import ROWS, InFlightJournal, JournalFactory, NoJournal
from actors.gateway.throttle import ClockReading, Deferred
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

_RETRY_S = 1.0
_NOT_OPEN = "the file of orders in flight is not open yet"
_KEPT_S = 600.0  # a comparison that began before an order arrived has ended by then
_FULL = Deferred("too many orders are in flight without an answer", _RETRY_S)
_MAX_RECENT = 10_000  # client order ids; the oldest are forgotten
_EARLY_S = 1.0  # a keeper counts from the moment when it was told to ask, which is a little later


@dataclass(frozen=True, slots=True)
class Admission:
    """The order may be sent; it is recorded as in flight."""

    row: int  # of the journal


@dataclass(frozen=True, slots=True)
class _Unresolved:
    """An order that may still arrive, or that a comparison may not have seen yet."""

    order: InFlight
    until: float  # monotonic, s: it cannot arrive later
    is_answered: bool = False  # a comparison that begins now sees it


class InFlightGuard:
    """Admits orders one by one and keeps account of those without an answer.

    They are kept for a while after they can have arrived: a successor of their keeper may be about to act on a
    comparison from before.
    """

    def __init__(self) -> None:
        self.trouble = _NOT_OPEN  # why no order may be sent; empty once the journal is loaded
        self._journal: InFlightJournal = NoJournal()
        self._recv_window_ms = 0
        self._unresolved: dict[int, _Unresolved] = {}  # by row, in the order in which they were sent
        self._recent = RecentOrderIds()

    def open(self, path: Path | None, make: JournalFactory, now: ClockReading, recv_window_ms: int) -> list[str]:
        """Opens the journal (none without a path) and loads it. Where that fails `trouble` says so.

        Gives what there is to say, for people, of orders that a predecessor left. Call it before the first order.
        """
        self._recv_window_ms = recv_window_ms
        try:
            texts = self._load(make(path), now) if path else []
        except OSError as error:
            self._journal.close()
            self._journal = NoJournal()
            self.trouble = f"the file of orders in flight cannot be used: {path}: {error.strerror or error}"
            return []
        self.trouble = ""
        return texts

    def admit(
        self, order: PlaceSellOrder, now: ClockReading
    ) -> Admission | Deferred | SellOutcomeUnknown | SellBlocked:
        """Records the order as in flight; or says why it must not be sent: by us now, or by its keeper at all."""
        if self.trouble:
            return Deferred(self.trouble, _RETRY_S)
        return self._conflict_of(order, now) or self._record(order, now)

    def record_reply(self, admission: Admission, reply: object, now: ClockReading) -> None:
        """The keeper gets this reply to its order. A row that cannot be written blocks longer, which does no harm."""
        order = self._unresolved.pop(admission.row).order
        match reply:
            case SellOutcomeUnknown():
                order, is_answered = replace(order, left_by_ms=now.exchange_ms), False
            case SellPlaced():
                self._recent.add(order)
                order, is_answered = answered_note(order, now.exchange_ms), True
            case _:
                self._write(admission.row, FREE_ROW)
                return
        for older in [row for row, each in self._unresolved.items() if _is_replaced(each, order, is_answered)]:
            self._forget(older)
        self._unresolved[admission.row] = _unresolved(order, now, is_answered)
        self._write(admission.row, encode_row(order))

    def close(self) -> None:
        self._journal.close()

    def _load(self, journal: InFlightJournal, now: ClockReading) -> list[str]:
        self._journal = journal
        found = {
            row: decode_row(text, now.exchange_ms, self._recv_window_ms) for row, text in enumerate(journal.rows())
        }
        for row, note in found.items():
            if note is not None:
                self._unresolved[row] = _unresolved(note, now)
        self._forget_old(now.monotonic_s)
        return [text for note in found.values() if note and (text := describe_note(note, now.exchange_ms))]

    def _conflict_of(self, order: PlaceSellOrder, now: ClockReading) -> SellOutcomeUnknown | SellBlocked | None:
        """Why the order might sell coins that another order sells; None when it cannot."""
        if self._recent.must_ask_first(order, now.monotonic_s):
            return SellOutcomeUnknown(order.symbol, order.client_id, str(Conflict.PLACED))
        if not self._unresolved:
            return None
        self._forget_old(now.monotonic_s)
        wanted = _wanted(order, now)
        blocked_until = None
        for each in self._unresolved.values():
            match find_conflict(each.order, each.until, wanted):
                case Conflict.SAME_NAME:
                    return SellOutcomeUnknown(order.symbol, order.client_id, str(Conflict.SAME_NAME))
                case Conflict.ANOTHER_KEEPER:
                    blocked_until = max(each.until, blocked_until or each.until)
        if blocked_until is None:
            return None
        for_s = max(0.0, blocked_until - now.monotonic_s)
        return SellBlocked(order.symbol, order.client_id, str(Conflict.ANOTHER_KEEPER), for_s)

    def _record(self, order: PlaceSellOrder, now: ClockReading) -> Admission | Deferred:
        row = self._free_row(now.monotonic_s)
        if row is None:
            return _FULL
        left_by_ms = now.exchange_ms + SENDING_MS
        note = InFlight(order.symbol, order.client_id, order.incarnation, left_by_ms, self._recv_window_ms)
        try:
            self._journal.write(row, encode_row(note))
        except OSError as error:
            return Deferred(f"an order cannot be noted as in flight: {error.strerror or error}", _RETRY_S)
        alive_s = (alive_until(left_by_ms, self._recv_window_ms) - now.exchange_ms) / 1000
        self._unresolved[row] = _Unresolved(note, now.monotonic_s + alive_s)
        return Admission(row)

    def _free_row(self, at: float) -> int | None:
        """The first free row, else that of the oldest order that cannot arrive any more."""
        free = (row for row in range(ROWS) if row not in self._unresolved)
        settled = (row for row, each in self._unresolved.items() if each.until < at)
        return next(free, None) if len(self._unresolved) < ROWS else next(settled, None)

    def _forget_old(self, at: float) -> None:
        for row in [row for row, each in self._unresolved.items() if each.until + _KEPT_S < at]:
            self._forget(row)

    def _forget(self, row: int) -> None:
        del self._unresolved[row]
        self._write(row, FREE_ROW)

    def _write(self, row: int, text: bytes) -> None:
        with suppress(OSError):
            self._journal.write(row, text)


@dataclass(slots=True)
class _RecentId:
    within_s: float  # for how long a keeper has to ask
    asked_by: int | None = None  # the incarnation of the keeper that was told to ask
    since: float = 0.0  # monotonic, s: when it was told so


class RecentOrderIds:
    """Client order ids that the exchange has taken, by pair: none is sent again before its keeper has asked about it.

    A keeper may die before anything of its SELL is recorded, and the SELL be filled just before its successor compares.
    Then the SELL is no longer on the book, and its trades, which come from a database that may be behind, are not there
    yet. The successor chooses the same client order id, which is free again (Binance rest-api.md, "New order").

    An order that a person cancelled loses its id: one that is asked about and not found may be sent in the end.
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], _RecentId] = {}

    def add(self, placed: InFlight) -> None:
        """The exchange has taken this order."""
        key = placed.symbol, placed.client_id
        self._ids.pop(key, None)
        self._ids[key] = _RecentId(alive_until(0, placed.recv_window_ms) / 1000 - _EARLY_S)
        if len(self._ids) > _MAX_RECENT:
            del self._ids[next(iter(self._ids))]

    def must_ask_first(self, order: PlaceSellOrder, at: float) -> bool:
        """Whether the keeper has to ask about this id before: as long as an order of unknown outcome may arrive."""
        recent = self._ids.get((order.symbol, order.client_id))
        if recent is None:
            return False
        if recent.asked_by != order.incarnation:
            recent.asked_by, recent.since = order.incarnation, at
        return at - recent.since < recent.within_s


def _unresolved(order: InFlight, now: ClockReading, is_answered: bool = False) -> _Unresolved:
    return _Unresolved(order, now.monotonic_s + may_arrive_for_ms(order, now.exchange_ms) / 1000, is_answered)


def _is_replaced(known: _Unresolved, by: InFlight, is_answered: bool) -> bool:
    """Whether `by` makes a known order superfluous: a copy of it, or the newest answered order of the same keeper."""
    order = known.order
    is_of_same_keeper = (order.symbol, order.incarnation) == (by.symbol, by.incarnation)
    return is_of_same_keeper and (order.client_id == by.client_id or (known.is_answered and is_answered))


def _wanted(order: PlaceSellOrder, now: ClockReading) -> SellToSend:
    """The age of its comparison is by the wall clock, which both actors share."""
    compared_at = now.monotonic_s - (now.wall_ms - order.complete_as_of_ms) / 1000
    return SellToSend(order.symbol, order.client_id, order.incarnation, now.monotonic_s, compared_at)
