"""The notes of orders in flight, and the rows of the journal in which they stand."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from actors.gateway.in_flight_journal import ROWS, InFlightJournal, NoJournal
from lotkeeper.trading.recovery.in_flight import (
    BUYS,
    FREE_ROW,
    OVER,
    InFlight,
    decode_row,
    encode_row,
    may_arrive_for_ms,
)
from messages.orders import SellPlaced

UNANSWERED_KEPT_S = 600.0  # after it can have arrived: a comparison that began before that has ended by then
ANSWERED_KEPT_S = 60.0  # after its answer: longer than a keeper does without a reply and asks nothing
_PROOF_S = ANSWERED_KEPT_S - 5.0  # that there is no note proves something of orders that are younger


@dataclass(slots=True, eq=False)
class Note:
    """An order that was sent, or may have been. Moments are monotonic seconds."""

    row: int
    order: InFlight
    until: float  # it cannot arrive later, and a comparison that begins later sees it
    kept_until: float
    earlier_row: int | None = None  # of an earlier order of that name: it is kept until this one is written
    placed: SellPlaced | None = None  # the reply that its keeper got, as long as this process remembers it


class InFlightNotes:
    """In the order in which the orders were sent. Each is in the journal before its order leaves."""

    def __init__(self) -> None:
        self.journal: InFlightJournal = NoJournal()
        self._all: dict[int, Note] = {}  # by row
        self._free = list(range(ROWS - 1, -1, -1))
        self._by_keeper: dict[tuple[str, int], dict[str, Note]] = {}  # by symbol and incarnation, then by client id

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[Note]:
        return iter(self._all.values())

    # Looking up

    def find(self, symbol: str, client_id: str, incarnation: int) -> Note | None:
        """The note of the keeper's newest order of that name."""
        return self._by_keeper.get((symbol, incarnation), {}).get(client_id)

    def of_others(self, symbol: str, incarnation: int) -> list[Note]:
        """The SELLs of the pair's other keepers, and the notes that may be of any pair."""
        found = (
            notes.values()
            for key, notes in self._by_keeper.items()
            if key[0] in ("", symbol) and key not in ((symbol, incarnation), (symbol, BUYS))
        )
        return [note for notes in found for note in notes]

    def lacking_answer(self, symbol: str, client_id: str) -> list[Note]:
        """The notes of orders of that name, of whichever keeper, that the exchange did not answer."""
        found = (notes.get(client_id) for (each, _), notes in self._by_keeper.items() if each == symbol)
        return [note for note in found if note is not None and note.order.lacks_answer]

    def is_off_the_book(self, symbol: str, client_id: str, sent_s: float, now_s: float) -> bool:
        """Whether it is certain of an order that its keeper sent at `sent_s`: it never left, or it was refused.

        An order never left if there is no note of it: each is noted before it leaves, and the Gateways before this one
        have ended.
        """
        if any(not each for each, _ in self._by_keeper):
            return False  # a note that cannot be read may be of it
        found = [
            notes[client_id] for (each, _), notes in self._by_keeper.items() if each == symbol and client_id in notes
        ]
        is_young = sent_s * 1000 > self.journal.since_ms and 0 <= now_s - sent_s < _PROOF_S
        return all(note.order.left_by_ms == OVER for note in found) and (bool(found) or is_young)

    # Changing

    def load(self, journal: InFlightJournal, now_s: float, recv_window_ms: int) -> None:
        """Takes what an earlier process left in the journal. Raises OSError."""
        self.journal = journal
        now_ms = int(now_s * 1000)
        rows = [(row, decode_row(text, now_ms, recv_window_ms)) for row, text in enumerate(journal.rows())]
        notes = [_loaded(row, order, now_s) for row, order in rows if order is not None]
        for note in sorted(notes, key=lambda note: note.until):  # of two with one name the later one stays
            self._free.remove(note.row)
            self._release_earlier(self._enter(note))
        self.forget_old(now_s)

    def move_to(self, journal: InFlightJournal) -> None:
        """Writes everything into another journal, because the earlier one was deleted. Raises OSError."""
        journal.begin_at(self.journal.since_ms)
        for note in self:
            journal.write(note.row, encode_row(note.order))
        self.journal.close()
        self.journal = journal

    def import_orders(self, orders: Iterable[InFlight], now_s: float) -> None:
        """Takes orders that may still arrive and that were not noted here. Raises OSError."""
        for order in orders:
            until = now_s + may_arrive_for_ms(order, int(now_s * 1000)) / 1000
            if until > now_s:
                self.add(order, until, now_s)

    def add(self, order: InFlight, until: float, now_s: float) -> Note | None:
        """The note, which is in the journal by then; None while all rows are taken. Raises OSError."""
        note = self.reserve(order, until, now_s)
        if note is not None:
            try:
                self.write(note)
            except OSError:
                self._forget(note)
                raise
        return note

    def reserve(self, order: InFlight, until: float, now_s: float) -> Note | None:
        """The note, which has a row that nothing is written into yet; None while all rows are taken."""
        if not self._free and not self._make_room(now_s):
            return None
        return self._enter(Note(self._free.pop(), order, until, until + UNANSWERED_KEPT_S))

    def write(self, note: Note) -> bool:
        """Into the journal; not where it was forgotten, or a later order has its name. Raises OSError."""
        if not self.is_current(note):
            return False
        self.journal.write(note.row, encode_row(note.order))
        self._release_earlier(note)
        return True

    def change(self, note: Note, order: InFlight, until: float, kept_until: float) -> None:
        """A row that cannot be written blocks longer, which does no harm."""
        note.order, note.until, note.kept_until = order, until, kept_until
        self._write(note.row, encode_row(order))
        self._release_earlier(note)

    def is_current(self, note: Note) -> bool:
        return self._all.get(note.row) is note

    def forget_old(self, now_s: float) -> None:
        for note in [each for each in self if each.kept_until < now_s]:
            self._forget(note)

    def close(self) -> None:
        self.journal.close()
        self.journal = NoJournal()

    def _enter(self, note: Note) -> Note:
        """A later order of the same keeper under the same name replaces the earlier one."""
        order = note.order
        notes = self._by_keeper.setdefault((order.symbol, order.incarnation), {})
        before = notes.get(order.client_id) if order.symbol else None
        self._all[note.row] = note
        notes[order.client_id or f"row {note.row}"] = note
        if before is not None:
            del self._all[before.row]
            self._release_earlier(before)
            note.earlier_row = before.row
        return note

    def _forget(self, note: Note) -> None:
        del self._all[note.row]
        key, client_id = (note.order.symbol, note.order.incarnation), note.order.client_id or f"row {note.row}"
        notes = self._by_keeper[key]
        del notes[client_id]
        if not notes:
            del self._by_keeper[key]
        self._release_earlier(note)
        self._release(note.row)

    def _make_room(self, now_s: float) -> bool:
        """Forgets the oldest order that cannot arrive any more. Then that there is no note proves less."""
        settled = next((note for note in self if note.until < now_s), None)
        if settled is None:
            return False
        self.journal.begin_at(int(now_s * 1000) + 1)
        self._forget(settled)
        return True

    def _release_earlier(self, note: Note) -> None:
        row, note.earlier_row = note.earlier_row, None
        if row is not None:
            self._release(row)

    def _release(self, row: int) -> None:
        self._write(row, FREE_ROW)
        self._free.append(row)

    def _write(self, row: int, text: bytes) -> None:
        with suppress(OSError):
            self.journal.write(row, text)


def _loaded(row: int, order: InFlight, now_s: float) -> Note:
    until = now_s + may_arrive_for_ms(order, int(now_s * 1000)) / 1000
    kept_until = max(until + UNANSWERED_KEPT_S, now_s + ANSWERED_KEPT_S)
    return Note(row, order, until, kept_until)
