"""The keeper's notes for the journal of decisions: numbered when they are made, kept until the Ledger has them."""

from collections.abc import Iterable
from dataclasses import dataclass

from actors.pair_keeper.effects import Moment, NoteDecision
from lotkeeper.trading.journal import SERVICE, Cause, DecisionKind, DecisionMade
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import HoldReason
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.money import plain
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.selling.break_even import is_armed

MOST = 5000  # while the database cannot be written; beyond that the oldest are forgotten, and their number is noted


@dataclass(frozen=True, slots=True)
class _Known:
    """What of a lot was noted last."""

    hold: HoldReason | None
    fired: frozenset[int]  # generations of the SELLs whose stops were triggered


class DecisionNotes:
    """A note waits for the next record of lots, or for the end of the event that made it."""

    def __init__(self, symbol: str, incarnation: int) -> None:
        self._symbol, self._incarnation = symbol, incarnation
        self._number = 0
        self._waiting: dict[int, DecisionMade] = {}  # not confirmed, by number
        self._fresh: list[int] = []  # those of them that were not sent yet
        self._of_record: dict[int, list[int]] = {}  # what each record had that is not confirmed
        self._lost = 0
        self._known: dict[int, _Known] = {}  # by BUY order id

    @property
    def is_empty(self) -> bool:
        """Whether the Ledger has all of them."""
        return not self._waiting

    @property
    def has_fresh(self) -> bool:
        return bool(self._fresh)

    def note(self, note: NoteDecision, now: Moment) -> None:
        lot = None if note.buy_order_id is None else lot_id(self._symbol, note.buy_order_id)
        self._add(note, lot, now.wall_ms)

    def load(self, lots: Iterable[Lot]) -> None:
        """These lots are recorded as they are."""
        self._known = {lot.buy_order_id: _known_of(lot) for lot in lots}

    def note_changes(self, lots: Iterable[Lot], at_ms: int) -> None:
        """Lots that are about to be recorded: what holds one, or freed it, came with an event of many kinds."""
        for lot in lots:
            before, found = self._known.get(lot.buy_order_id, _NEW), _known_of(lot)
            if found != before:
                self._known[lot.buy_order_id] = found
                self._note_hold(lot, before, at_ms)
                self._note_fired(lot, found.fired - before.fired, at_ms)

    def forget(self, lots: Iterable[Lot]) -> None:
        """They are finished and recorded."""
        for lot in lots:
            self._known.pop(lot.buy_order_id, None)

    # What is sent to the Ledger

    def take_fresh(self, number: int) -> tuple[DecisionMade, ...]:
        """Those that were not sent yet, for the record of that number."""
        taken, self._fresh = [each for each in self._fresh if each in self._waiting], []
        if taken:
            self._of_record[number] = taken
        return tuple(self._waiting[each] for each in taken)

    def take_all(self, number: int) -> tuple[DecisionMade, ...]:
        """All that are not confirmed, for the record of that number."""
        self._fresh = list(self._waiting)
        self._of_record.clear()
        return self.take_fresh(number)

    def confirm(self, number: int, at_ms: int) -> None:
        """The record of that number is in the database."""
        for each in self._of_record.pop(number, ()):
            self._waiting.pop(each, None)
        if self._lost:
            lost, self._lost = (("decisions", str(self._lost)),), 0
            self._add(NoteDecision(None, DecisionKind.NOTES_LOST, Cause.DATABASE_AWAY, facts=lost), None, at_ms)

    def _note_hold(self, lot: Lot, before: _Known, at_ms: int) -> None:
        if lot.hold is before.hold:
            return
        if lot.hold is None:
            was = (("held", str(before.hold)),)
            note = NoteDecision(None, DecisionKind.LOT_FREED, Cause.HOLD_ENDED, facts=was)
        else:
            note = NoteDecision(None, DecisionKind.LOT_HELD, Cause[lot.hold.name], why=lot.reason)
        self._add(note, lot.lot_id, at_ms)

    def _note_fired(self, lot: Lot, generations: frozenset[int], at_ms: int) -> None:
        cause = Cause.BREAK_EVEN if is_armed(lot) else Cause.STOP_LOSS
        for order in lot.orders:
            if order.name.generation in generations and order.stop is not None:
                prices = order.stop.prices
                facts = () if prices is None else (("trigger", plain(prices.trigger)), ("limit", plain(prices.limit)))
                note = NoteDecision(None, DecisionKind.EXIT_FIRED, cause, order=order.client_id, facts=facts)
                self._add(note, lot.lot_id, at_ms)

    def _add(self, note: NoteDecision, lot: str | None, at_ms: int) -> None:
        self._number += 1
        self._waiting[self._number] = DecisionMade(
            symbol=self._symbol,
            at_ms=at_ms,
            incarnation=self._incarnation,
            number=self._number,
            kind=note.kind,
            cause=note.cause,
            lot_id=lot,
            order=note.order,
            facts=note.facts,
            who=note.who or SERVICE,
            why=note.why,
        )
        self._fresh.append(self._number)
        if len(self._waiting) > MOST:
            del self._waiting[next(iter(self._waiting))]
            self._lost += 1


_NEW = _Known(None, frozenset())


def _known_of(lot: Lot) -> _Known:
    if lot.hold is None and not any(order.stop is not None for order in lot.orders):
        return _NEW
    return _Known(lot.hold, frozenset(order.name.generation for order in lot.orders if _has_fired(order)))


def _has_fired(order: SellOrder) -> bool:
    return order.stop is not None and (order.stop.is_triggered or bool(order.stop.executed))
