"""Orders that were sent and not answered: no order is sent that might sell the same coins.

Each order is noted just before it leaves (`in_flight_notes.py`), so that a Gateway in a new process, even one of a new
system with another database, holds back what its predecessor would have, and knows what never left. The rules are in
`lotkeeper/trading/recovery/in_flight.py`.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from actors.gateway.in_flight_journal import JournalFactory, NoJournal
from actors.gateway.in_flight_notes import ANSWERED_KEPT_S, UNANSWERED_KEPT_S, InFlightNotes, Note
from actors.gateway.recent_order_ids import RecentOrderIds
from actors.gateway.throttle import ClockReading, Deferred
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.recovery.absence import LONGEST_LAG_MS
from lotkeeper.trading.recovery.host_lease import order_of_another_host
from lotkeeper.trading.recovery.in_flight import (
    BUYS,
    OVER,
    ROW_BYTES,
    SENDING_MS,
    Conflict,
    InFlight,
    SellToSend,
    alive_until,
    answered_note,
    decode_row,
    describe_note,
    find_conflict,
    from_wall_clock,
    may_arrive_for_ms,
)
from messages.host_lease import HostTerm
from messages.orders import (
    EarlierSell,
    IntroduceKeeper,
    KeeperIntroduced,
    PlaceSellOrder,
    SellBlocked,
    SellOutcomeUnknown,
    SellPlaced,
)
from messages.purchases import BuyOutcomeUnknown, BuyPlaced, PlaceBuyOrder

_RETRY_S = 1.0
_LONGEST_LAG_S = LONGEST_LAG_MS / 1000
_NOT_OPEN = "the journal of orders in flight is not open yet"
_FULL = Deferred("too many orders are in flight without an answer", _RETRY_S)


@dataclass(frozen=True, slots=True)
class Admission:
    """The order may be sent, and blocks others from now on; it is noted in the journal just before it leaves."""

    note: Note


class InFlightGuard:
    """Admits orders one by one, many at a time, and keeps account of those without an answer.

    `number` names this Gateway: a keeper that was told by it what is in flight says so in its orders.
    """

    def __init__(self, number: int = 1) -> None:
        self.number = number
        self.trouble = _NOT_OPEN  # why no order may be sent; empty once the journal is loaded
        self._path: Path | None = None
        self._make: JournalFactory | None = None
        self._recv_window_ms = 0
        self._notes = InFlightNotes()
        self._recent = RecentOrderIds()

    # The journal

    def open(
        self,
        path: Path | None,
        make: JournalFactory,
        now: ClockReading,
        recv_window_ms: int,
        machine_began_ms: int = 0,
    ) -> list[InFlight]:
        """Opens the journal (none without a path) and loads it. Where that fails `trouble` says so.

        A new journal knows nothing of orders from before the machine began (monotonic clock): they may still arrive.
        Gives the orders that a predecessor left and of which `describe_note` has something to say. Call it before the
        first order.
        """
        self._path, self._make, self._recv_window_ms = path, make, recv_window_ms
        self._notes = InFlightNotes()
        try:
            journal = make(path, now.monotonic_ms) if path is not None else NoJournal(now.monotonic_ms)
            self._notes.load(journal, now.monotonic_s, recv_window_ms)
            left = [note.order for note in self._notes if describe_note(note.order, now.monotonic_ms)]
            if path is not None and journal.is_new:
                self._notes.import_orders([InFlight("", "", 0, machine_began_ms, recv_window_ms)], now.monotonic_s)
        except OSError as error:
            self._notes.close()
            self._say_unusable(error)
            return []
        self.trouble = ""
        return left

    def import_earlier(self, path: Path, now: ClockReading) -> None:
        """Takes in the orders that an earlier version noted in this file, by the wall clock.

        Once is enough, and more does no harm: what is old is left out.
        """
        with suppress(OSError):
            content = path.read_bytes()
            rows = [content[start : start + ROW_BYTES] for start in range(0, len(content), ROW_BYTES)]
            found = [order for row in rows if (order := decode_row(row, now.wall_ms, self._recv_window_ms))]
            orders = [from_wall_clock(order, now.wall_ms, now.monotonic_ms) for order in found]
            self._notes.import_orders(orders, now.monotonic_s)

    def begin_term(self, term: HostTerm, now: ClockReading) -> None:
        """Another host may have sent orders until this one got the lease: no note here says which. More does no harm.

        They count as in flight for as long as one may arrive, and that there is no note of one proves nothing.
        """
        if not term.is_from_another:
            return
        self._notes.journal.begin_at(max(self._notes.journal.since_ms, int(term.taken_s * 1000)))
        left_ms = round(((term.others_arrive_until_s or 0.0) - now.monotonic_s) * 1000)
        order = order_of_another_host(left_ms, now.monotonic_ms, term.others_recv_window_ms)
        if order is not None:
            with suppress(OSError):
                self._notes.import_orders([order], now.monotonic_s)

    def keep(self, now: ClockReading) -> None:
        """Once a second. Begins another journal if somebody has deleted the file: nothing in flight may be lost."""
        self._notes.forget_old(now.monotonic_s)
        self._notes.journal.mark_used(now.monotonic_ms)
        if self._path is None or self._make is None or self.trouble or self._notes.journal.is_in_place:
            return
        try:
            self._notes.move_to(self._make(self._path, now.monotonic_ms))
        except OSError as error:
            self._say_unusable(error)

    def close(self) -> None:
        self._notes.close()

    # Orders

    def admit(
        self, order: PlaceSellOrder, now: ClockReading
    ) -> Admission | Deferred | SellOutcomeUnknown | SellBlocked:
        """The order counts as in flight; or why it must not be sent: by us now, or by its keeper at all."""
        if self.trouble:
            return Deferred(self.trouble, _RETRY_S)
        return self._conflict_of(order, now) or self._reserve(order.symbol, order.client_id, order.incarnation, now)

    def admit_buy(self, order: PlaceBuyOrder, now: ClockReading) -> Admission | Deferred:
        """As `admit`. Another BUY of its name may be on its way, or be there and not be shown yet.

        Neither the keeper nor the database need know of it.
        """
        if self.trouble:
            return Deferred(self.trouble, _RETRY_S)
        earlier = self._notes.find(order.symbol, order.client_id, BUYS)
        left_s = earlier.until + _LONGEST_LAG_S - now.monotonic_s if earlier is not None else 0.0
        if left_s > 0:
            text = f"BUY {order.client_id} was sent before, and may still arrive or be shown for {left_s:.0f} s"
            return Deferred(text, left_s)
        return self._reserve(order.symbol, order.client_id, BUYS, now)

    def note_leaving(self, admission: Admission) -> bool:
        """The order leaves next, and is in the journal from now on; False where it must not leave."""
        try:
            return self._notes.write(admission.note)
        except OSError:
            return False

    def record_reply(self, admission: Admission, reply: object, now: ClockReading) -> bool:
        """The exchange has answered, or has not in time; a late answer is recorded like the first.

        Whether it is of the newest order of that name: a late refusal says nothing of a copy that was sent since.
        """
        note = admission.note
        if not self._notes.is_current(note):
            return False
        kept_until = now.monotonic_s + ANSWERED_KEPT_S
        match reply:
            case SellOutcomeUnknown() | BuyOutcomeUnknown():
                order = replace(note.order, left_by_ms=min(note.order.left_by_ms, now.monotonic_ms))
                self._notes.change(note, order, _until(order, now), _until(order, now) + UNANSWERED_KEPT_S)
            case SellPlaced():
                self._recent.add(note.order)
                note.placed = reply
                order = answered_note(note.order, now.monotonic_ms)
                self._notes.change(note, order, _until(order, now), kept_until)
            case BuyPlaced():
                order = answered_note(note.order, now.monotonic_ms)
                self._notes.change(note, order, _until(order, now), kept_until)
            case _:
                order = replace(note.order, left_by_ms=OVER)
                self._notes.change(note, order, _until(order, now), kept_until)
        return True

    def note_standing(self, reports: Iterable[OrderReport]) -> None:
        """The exchange, asked by a keeper, has these orders. Of one that stands there is nothing left to ask about.

        It blocks as long as before: that it stands says nothing of a copy. One that has ended may be an earlier one.
        """
        for report in reports if len(self._notes) else ():
            if not report.is_final:
                for note in self._notes.lacking_answer(report.symbol, report.client_id):
                    self._notes.change(note, replace(note.order, is_accepted=True), note.until, note.kept_until)

    def _conflict_of(self, order: PlaceSellOrder, now: ClockReading) -> SellOutcomeUnknown | SellBlocked | None:
        """Why the order might sell coins that another order sells; None when it cannot."""
        if self._recent.must_ask_first(order, now.monotonic_s):
            return _unknown(order, Conflict.PLACED)
        if not len(self._notes):
            return None
        own = self._notes.find(order.symbol, order.client_id, order.incarnation)
        others = self._notes.of_others(order.symbol, order.incarnation)
        if own is None and not others:
            return None
        wanted = self._wanted(order, now)
        if own is not None and find_conflict(own.order, own.until, wanted) is Conflict.SAME_NAME:
            return _unknown(order, Conflict.SAME_NAME)
        blocked_until = [
            note.until for note in others if find_conflict(note.order, note.until, wanted) is Conflict.ANOTHER_KEEPER
        ]
        if not blocked_until:
            return None
        for_s = max(0.0, max(blocked_until) - now.monotonic_s)
        return SellBlocked(order.symbol, order.client_id, str(Conflict.ANOTHER_KEEPER), for_s)

    def _reserve(self, symbol: str, client_id: str, incarnation: int, now: ClockReading) -> Admission | Deferred:
        left_by_ms = now.monotonic_ms + SENDING_MS
        in_flight = InFlight(symbol, client_id, incarnation, left_by_ms, self._recv_window_ms)
        until = alive_until(left_by_ms, self._recv_window_ms) / 1000
        note = self._notes.reserve(in_flight, until, now.monotonic_s)
        return _FULL if note is None else Admission(note)

    def _wanted(self, order: PlaceSellOrder, now: ClockReading) -> SellToSend:
        is_told = order.introduced_to == self.number
        compared_at = _compared_at(order.complete_as_of_ms, now)
        return SellToSend(order.symbol, order.client_id, order.incarnation, now.monotonic_s, compared_at, is_told)

    # Keepers

    def introduce(self, keeper: IntroduceKeeper, now: ClockReading) -> KeeperIntroduced:
        """What the keeper has to know before it sends its first order here."""
        symbol, incarnation = keeper.symbol, keeper.incarnation
        off_the_book = tuple(
            sell.client_id
            for sell in keeper.unanswered
            if self._notes.is_off_the_book(symbol, sell.client_id, sell.sent_s, now.monotonic_s)
        )
        # A keeper that has not compared yet will: what a comparison shows that begins now need not be told. An order
        # that was never answered is told all the same: it is asked about by its name.
        compared_at = _compared_at(keeper.complete_as_of_ms, now) if keeper.complete_as_of_ms else now.monotonic_s
        # One that was accepted is named as long as the exchange's queries may be behind: sold at once, it is in none of
        # their answers yet, and the database may have lost it with its keeper.
        is_shown_by = compared_at - _LONGEST_LAG_S if keeper.complete_as_of_ms == 0 else compared_at
        others = [
            note
            for note in self._notes.of_others(symbol, incarnation)
            if note.order.lacks_answer or note.until >= (is_shown_by if note.order.is_accepted else compared_at)
        ]
        return KeeperIntroduced(
            symbol,
            keeper.number,
            self.number,
            off_the_book,
            placed=tuple(note.placed for note in others if note.placed is not None),
            earlier=tuple(
                EarlierSell(note.order.client_id, max(0.0, note.until - now.monotonic_s))
                for note in others
                if note.placed is None
            ),
        )

    def _say_unusable(self, error: OSError) -> None:
        self.trouble = f"the journal of orders in flight cannot be used: {self._path}: {error.strerror or error}"


def _until(order: InFlight, now: ClockReading) -> float:
    return now.monotonic_s + may_arrive_for_ms(order, now.monotonic_ms) / 1000


def _compared_at(complete_as_of_ms: int, now: ClockReading) -> float:
    """By the monotonic clock; the age of a comparison is by the wall clock, which both actors share."""
    return now.monotonic_s - (now.wall_ms - complete_as_of_ms) / 1000


def _unknown(order: PlaceSellOrder, conflict: Conflict) -> SellOutcomeUnknown:
    return SellOutcomeUnknown(order.symbol, order.client_id, str(conflict))
