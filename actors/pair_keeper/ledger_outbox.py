"""What a keeper has sent to the Ledger and not yet had confirmed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

from actors.pair_keeper.decision_notes import DecisionNotes
from actors.pair_keeper.effects import Effects, Moment, Peer, Send, warning
from actors.pair_keeper.state import KeeperState, RateSource
from actors.pair_keeper.trust import TradingPermission
from actors.pair_keeper.unresolved_sells import UnresolvedSells
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.policy import Dust, Terms
from lotkeeper.trading.reports.profit import Totals, totals_of
from messages.ledger import BacklogWritten, LoadPair, LotsKept, LotsRecorded, PairLoaded, RecordLots

_REPEAT_AFTER_S = 5.0
_MOST_LOTS = 100  # in one message while more are not confirmed: a fill must not wait for a long one to be made
_NEVER_SENT = 0  # the number of a cursor that waits for the lots before it


@dataclass(slots=True)
class UnconfirmedRecords:
    """The newest unconfirmed state of each changed lot: a lost message, or a lost Ledger, costs only a repeat.

    A confirmation counts for the record of its own number alone: an earlier one may have failed. What the Ledger keeps
    on its disk is not confirmed, but needs no repeat for now.
    """

    symbol: str
    terms: Terms | None = None  # those on which the lots are sold now
    incarnation: int = 0
    notes: DecisionNotes = field(default_factory=lambda: DecisionNotes("", 0))
    _number: int = 0
    _lots: dict[int, tuple[int, Lot]] = field(default_factory=dict)  # by BUY order id: the record's number, the lot
    _lots_of: dict[int, list[int]] = field(default_factory=dict)  # the lots of each record that is not confirmed
    _kept: set[int] = field(default_factory=set)  # BUY order ids of those that wait on the Ledger's disk
    _cursor: tuple[int, int] | None = None  # the record's number and the trade id
    _part: int = _NEVER_SENT  # the number of the newest repeat that had only some of the lots

    @property
    def is_empty(self) -> bool:
        return not self._lots and self._cursor is None and self.notes.is_empty

    @property
    def needs_repeat(self) -> bool:
        """Whether something is neither confirmed nor kept; a cursor and decisions wait for what is kept."""
        is_more_waiting = self._cursor is not None or not self.notes.is_empty
        return len(self._lots) > len(self._kept) or (is_more_waiting and not self._kept)

    def has(self, buy_order_id: int) -> bool:
        """Whether the newest state of the lot is not confirmed."""
        return buy_order_id in self._lots

    def put(self, lots: Iterable[Lot], at_ms: int, cursor: int | None = None) -> RecordLots:
        """The message that records these lots, and the cursor of trade ids when it moved.

        With a cursor all that is not confirmed goes along: a crash must not find the cursor beyond a lot that failed.
        So it waits while that is much, or is kept on the Ledger's disk.
        """
        batch = {lot.buy_order_id: lot for lot in lots}
        self.notes.note_changes(batch.values(), at_ms)
        if cursor is None:
            return self._record(batch, None, at_ms)
        unconfirmed = {number: lot for number, (_, lot) in self._lots.items()} | batch
        if self._kept or len(unconfirmed) > max(_MOST_LOTS, len(batch)):
            self._cursor = (_NEVER_SENT, cursor)
            return self._record(batch, None, at_ms)
        return self._record(unconfirmed, cursor, at_ms, is_all=True)

    def repeat(self, at_ms: int) -> RecordLots:
        """One message with what is unconfirmed and not kept: some lots if these are many, else also the cursor."""
        lots = {number: lot for number, (_, lot) in self._lots.items() if number not in self._kept}
        if len(lots) > _MOST_LOTS:
            self._part = self._number + 1
            return self._record(dict(islice(lots.items(), _MOST_LOTS)), None, at_ms)
        has_cursor = self._cursor is not None and not self._kept
        return self._record(lots, self._cursor[1] if self._cursor and has_cursor else None, at_ms, is_all=True)

    def confirm(self, number: int, at_ms: int = 0) -> bool:
        """The record of that number is in the database; whether it had the newest cursor."""
        self.notes.confirm(number, at_ms)
        for each in self._lots_of.pop(number, ()):
            del self._lots[each]
            self._kept.discard(each)
        is_cursor = self._cursor is not None and self._cursor[0] == number
        if is_cursor:
            self._cursor = None
        return is_cursor

    def keep(self, number: int) -> None:
        """The lots of the record of that number are on the Ledger's disk, and not its cursor."""
        self._kept.update(self._lots_of.get(number, ()))

    def is_part(self, number: int) -> bool:
        """Whether the record of that number was one of several, and the next one is due."""
        return number == self._part

    def keep_nothing(self) -> None:
        """The database can be written again, or the Ledger is a new one: everything has to be confirmed by it."""
        self._kept.clear()

    def _record(self, lots: dict[int, Lot], cursor: int | None, at_ms: int, *, is_all: bool = False) -> RecordLots:
        """With the decisions that were not sent yet, or (`is_all`) with all that are not confirmed."""
        self._number += 1
        decisions = (self.notes.take_all if is_all else self.notes.take_fresh)(self._number)
        for number, lot in lots.items():
            self._forget_earlier(number)
            self._lots[number] = self._number, lot
        self._kept.difference_update(lots)
        if lots:
            self._lots_of[self._number] = list(lots)
        if cursor is not None:
            self._cursor = (self._number, cursor)
        return RecordLots(
            symbol=self.symbol,
            number=self._number,
            lots=tuple(lots.values()),
            cursor=cursor,
            at_ms=at_ms,
            terms=self.terms,
            incarnation=self.incarnation,
            decisions=decisions,
        )

    def _forget_earlier(self, buy_order_id: int) -> None:
        """The record that had the lot before does not count for it any more."""
        earlier = self._lots.get(buy_order_id)
        if earlier is not None:
            lots = self._lots_of[earlier[0]]
            lots.remove(buy_order_id)
            if not lots:
                del self._lots_of[earlier[0]]


class LedgerOutbox:
    """Records lots until the Ledger confirms them, and keeps the sums of those that are finished and recorded."""

    def __init__(self, state: KeeperState, permission: TradingPermission, unresolved: UnresolvedSells) -> None:
        self._state, self._permission, self._unresolved = state, permission, unresolved
        self.notes = DecisionNotes(state.symbol, state.start.incarnation)
        self._records = UnconfirmedRecords(state.symbol, incarnation=state.start.incarnation, notes=self.notes)
        self._sent_s = 0.0  # monotonic: when a record was sent last
        self._has_cursor = False  # whether the database has had a cursor of the pair
        self.closed = Totals()  # the sums of lots that are in the database alone

    @property
    def is_empty(self) -> bool:
        """Whether the Ledger has confirmed every record."""
        return self._records.is_empty

    def has_unconfirmed(self, buy_order_id: int) -> bool:
        """Whether the Ledger has not confirmed the newest state of the lot."""
        return self._records.has(buy_order_id)

    def load(self, message: PairLoaded) -> None:
        self.closed, self._has_cursor = message.closed, message.cursor is not None
        self.notes.load(message.lots)

    def update_terms(self) -> None:
        """What nobody has said is not recorded."""
        if self._state.rate_source is not RateSource.USUAL:
            self._records.terms = self._state.terms()

    def record(self, buy_order_ids: Iterable[int], now: Moment, cursor: int | None = None) -> Effects[None]:
        """Writes down these lots of the book, and the cursor when it moved."""
        lots = [self._state.book.lots[each] for each in buy_order_ids]
        if lots or cursor is not None:
            self._sent_s = now.monotonic_s
            yield Send(Peer.LEDGER, self._records.put(lots, now.wall_ms, cursor))

    def send_notes(self, now: Moment) -> Effects[None]:
        """Decisions that no record of lots has taken along."""
        if self.notes.has_fresh and self._state.has_book and self._state.peers.ledger is not None:
            self._sent_s = now.monotonic_s
            yield Send(Peer.LEDGER, self._records.put((), now.wall_ms))

    def send_again(self, now: Moment) -> Effects[None]:
        """Asks again for the lots, or sends again what is not confirmed; nothing while there is no Ledger."""
        if self._state.peers.ledger is None:
            return
        self._sent_s = now.monotonic_s
        self._records.keep_nothing()
        if self._state.loaded is None:
            start = self._state.start
            keeps_dust = start.pair.policy.dust is Dust.KEEP
            yield Send(Peer.LEDGER, LoadPair(self._state.symbol, keeps_dust, start.incarnation))
        elif self._state.has_book and not self._records.is_empty:
            yield Send(Peer.LEDGER, self._records.repeat(now.wall_ms))

    def send_again_when_due(self, now: Moment) -> Effects[None]:
        if now.monotonic_s - self._sent_s < _REPEAT_AFTER_S:
            return
        if self._state.loaded is None or not self._state.has_book:
            yield from self.send_again(now)
        else:
            yield from self._repeat(now)

    def _repeat(self, now: Moment) -> Effects[None]:
        """What is neither confirmed nor kept."""
        if self._state.peers.ledger is not None and self._records.needs_repeat:
            self._sent_s = now.monotonic_s
            yield Send(Peer.LEDGER, self._records.repeat(now.wall_ms))

    def on_lots_kept(self, message: LotsKept, now: Moment) -> Effects[None]:
        """The next of many goes at once, until all are on the Ledger's disk."""
        self._records.keep(message.number)
        if self._records.is_part(message.number):
            yield from self._repeat(now)

    def on_backlog_written(self, message: BacklogWritten, now: Moment) -> Effects[None]:
        yield from self.send_again(now)

    def on_lots_recorded(self, message: LotsRecorded, now: Moment) -> Effects[None]:
        is_cursor = self._records.confirm(message.number, now.wall_ms)
        has_lost_database = message.is_first_cursor and self._has_cursor
        self._has_cursor |= is_cursor
        client_ids = [order.client_id for lot in self._archive_finished() for order in lot.orders]
        self._unresolved.forget(client_ids)
        self._permission.forget(client_ids)
        if has_lost_database:
            yield warning(
                f"{self._state.symbol}: the database was empty: all lots are recorded again", LogEvent.DATABASE_EMPTY
            )
            yield from self.record(self._state.book.lots.keys(), now, self._state.cursor)
        elif self._records.is_part(message.number):
            yield from self._repeat(now)

    def _archive_finished(self) -> list[Lot]:
        """Once everything is recorded, finished lots leave the memory; those that left. Their sums stay."""
        if not self._records.is_empty or self._state.cursor is None:
            return []
        finished = self._state.book.archive_finished(self._state.cursor)
        self.notes.forget(finished)
        self.closed = self.closed + totals_of(finished)
        return finished
