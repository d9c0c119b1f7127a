"""Rows of the exchange's list of trades that cannot be read: one such row does not hold up all others.

It may be a BUY that nobody would ever sell. So it stands among the problems until it can be read, or the fill is known
by another way; the recorded cursor stays before it, so that a restart, perhaps of a newer version, reads it again. Its
order is asked about: a SELL of ours then counts as what the order says that it sold.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.orders.fills import UnreadableTrade
from lotkeeper.trading.orders.states import ImpossibleError

MOST = 50  # more are no single rows: the exchange has changed its format, and nothing is known of the pair
_ASKED = 5  # orders that one pass asks about

_Key = tuple[int | None, int | None]  # trade id and order id


@dataclass(slots=True)
class UnreadableTrades:
    """Those that are not explained yet, over all passes of a keeper."""

    _rows: dict[_Key, UnreadableTrade] = field(default_factory=dict)
    # The last trade (id) that is certainly before each of them, but for those from before the cursor.
    _after: dict[_Key, int] = field(default_factory=dict)
    _explained: set[_Key] = field(default_factory=set)
    _identified: set[int] = field(default_factory=set)  # order ids of which the exchange has told the order
    _new: list[UnreadableTrade] = field(default_factory=list)  # until they were told to a person

    def note(
        self,
        book: PairBook,
        rows: Iterable[UnreadableTrade],
        after: int,
        begins_ms: int | None = None,
        seen: Container[int | None] = (),
    ) -> None:
        """An answer has shown these rows. Raises ImpossibleError for too many.

        `after` is the cursor with which the pass began, `begins_ms` from when on (exchange's time) trades count, `seen`
        are trades (ids) that other answers have shown well.
        """
        for row in rows:
            key = row.trade_id, row.order_id
            is_early = begins_ms is not None and row.time_ms is not None and row.time_ms < begins_ms
            if key in self._rows or key in self._explained or is_early:
                continue
            if row.trade_id in seen or _is_known(book, row):
                self._explained.add(key)
            else:
                self._add(book, row, after)
        if len(self._rows) > MOST:
            raise ImpossibleError(f"{len(self._rows)} trades cannot be read, the first is {_named(self._first)}")

    def _add(self, book: PairBook, row: UnreadableTrade, after: int) -> None:
        key = row.trade_id, row.order_id
        self._rows[key] = row
        self._new.append(row)
        if row.trade_id is None:
            self._after[key] = after
        elif row.trade_id > after:
            self._after[key] = row.trade_id - 1
            book.history.note_missed(row.trade_id)

    def identify(self, order_id: int) -> None:
        """The exchange has told this order."""
        self._identified.add(order_id)

    def settle(self, book: PairBook) -> None:
        """Forgets those whose fill the book has by now.

        Of one from before the cursor only its order counts: what it says that a SELL of a rebuilt lot has sold.
        """
        for key, row in list(self._rows.items()):
            is_told = key not in self._after and row.order_id in self._identified
            if is_told or _is_known(book, row):
                del self._rows[key]
                self._after.pop(key, None)

    def take_new(self) -> list[UnreadableTrade]:
        """Those that nobody was told of."""
        new, self._new = self._new, []
        return new

    def safe_cursor(self, cursor: int) -> int:
        """How far the recorded cursor may go, at most to `cursor`."""
        return min([cursor, *self._after.values()])

    @property
    def orders(self) -> frozenset[int]:
        """The orders (ids) that such trades are of."""
        return frozenset(row.order_id for row in self._rows.values() if row.order_id is not None)

    @property
    def orders_to_ask(self) -> list[int]:
        """The orders (ids) that one pass asks about."""
        return sorted(self.orders)[:_ASKED]

    @property
    def doubt(self) -> str:
        """Why a lot whose history was read may have sold more than is known; empty for nothing."""
        unknown = (row for row in self._rows.values() if row.order_id not in self._identified)
        row = next(unknown, None)
        return "" if row is None else f"{_named(row)} cannot be read, and may have sold it; resume the pair to sell it"

    @property
    def sentence(self) -> str:
        """For people; empty for nothing."""
        if not self._rows:
            return ""
        more = f" and {len(self._rows) - 1} more" if len(self._rows) > 1 else ""
        what = f"{_named(self._first)}{more} cannot be read: {self._first.problem}"
        return f"{what}; if it is a BUY, it is in no lot: see its order on the exchange, and adopt its coins"

    @property
    def _first(self) -> UnreadableTrade:
        return next(iter(self._rows.values()))


def ids_of(rows: Iterable[UnreadableTrade]) -> Iterator[int]:
    """The trade ids that could be read."""
    return (row.trade_id for row in rows if row.trade_id is not None)


def _named(row: UnreadableTrade) -> str:
    return f"trade {row.trade_id or '?'} of order {row.order_id or '?'}"


def _is_known(book: PairBook, row: UnreadableTrade) -> bool:
    """Whether its fill came by another way, or it is of a finished lot."""
    if row.trade_id in book.manual_sales.unsettled_trades:
        return True
    number = -1 if row.order_id is None else row.order_id
    lot_number = book.lots.index.lot_of_order.get(number, number)
    lot = book.lots.get(lot_number)
    if lot is None:
        return lot_number in book.lots.archived
    return any(fill.trade_id == row.trade_id for fill in (*lot.buys, *lot.sells))
