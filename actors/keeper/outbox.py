"""What a keeper has told the Ledger and not yet had confirmed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.selling.situation import Terms
from messages.ledger import RecordLots


@dataclass(slots=True)
class Outbox:
    """The newest unconfirmed state of each changed lot: a lost message, or a lost Ledger, costs but a repeat.

    A confirmation counts for the record of its own number alone: an earlier one may have failed.
    """

    symbol: str
    terms: Terms | None = None
    incarnation: int = 0
    _number: int = 0
    _lots: dict[int, tuple[int, Lot]] = field(default_factory=dict)
    _cursor: tuple[int, int] | None = None  # the record's number and the trade id

    @property
    def is_empty(self) -> bool:
        return not self._lots and self._cursor is None

    @property
    def has_cursor(self) -> bool:
        """Whether a cursor waits for its confirmation."""
        return self._cursor is not None

    def put(self, lots: Iterable[Lot], at_ms: int, cursor: int | None = None) -> RecordLots:
        """The message that writes down these lots, and the cursor of trade ids when it moved.

        With a cursor all that is not confirmed goes along: a crash must not find the cursor beyond a lot that failed.
        """
        batch = {lot.buy_order_id: lot for lot in lots}
        if cursor is None:
            return self._sent(batch, None, at_ms)
        unconfirmed = {lot_id: lot for lot_id, (_, lot) in self._lots.items()}
        return self._sent(unconfirmed | batch, cursor, at_ms)

    def again(self, at_ms: int) -> RecordLots:
        """One message with everything unconfirmed."""
        lots = {lot_id: lot for lot_id, (_, lot) in self._lots.items()}
        return self._sent(lots, self._cursor[1] if self._cursor else None, at_ms)

    def confirmed(self, number: int) -> None:
        """The record of that number is written down."""
        self._lots = {lot_id: (sent, lot) for lot_id, (sent, lot) in self._lots.items() if sent != number}
        if self._cursor is not None and self._cursor[0] == number:
            self._cursor = None

    def _sent(self, lots: dict[int, Lot], cursor: int | None, at_ms: int) -> RecordLots:
        self._number += 1
        self._lots |= {lot_id: (self._number, lot) for lot_id, lot in lots.items()}
        if cursor is not None:
            self._cursor = (self._number, cursor)
        return RecordLots(self.symbol, self._number, tuple(lots.values()), cursor, at_ms, self.terms, self.incarnation)
