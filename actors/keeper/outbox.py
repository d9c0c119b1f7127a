"""What a keeper has told the Ledger and not yet had confirmed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lotkeeper.trading.lots import Lot
from lotkeeper.trading.pairs import TradePair
from messages.ledger import RecordLots


@dataclass(slots=True)
class Outbox:
    """The newest unconfirmed state of each changed lot: a lost message, or a lost Ledger, costs but a repeat."""

    symbol: str
    pair: TradePair | None = None
    cursor: int | None = None
    _number: int = 0
    _lots: dict[int, tuple[int, Lot]] = field(default_factory=dict)
    _cursor_number: int = 0
    _confirmed: int = 0

    @property
    def is_empty(self) -> bool:
        return self._number == self._confirmed

    def put(self, lots: Iterable[Lot], at_ms: int, cursor: int | None = None) -> RecordLots:
        """The message that writes down these lots, and the cursor of trade ids when it moved."""
        self._number += 1
        batch = tuple(lots)
        self._lots.update({lot.buy_order_id: (self._number, lot) for lot in batch})
        if cursor is not None:
            self.cursor, self._cursor_number = cursor, self._number
        return RecordLots(self.symbol, self._number, batch, cursor, at_ms, self.pair)

    def again(self, at_ms: int) -> RecordLots:
        """One message with everything unconfirmed."""
        lots = tuple(lot for _, lot in self._lots.values())
        cursor = self.cursor if self._cursor_number > self._confirmed else None
        return RecordLots(self.symbol, self._number, lots, cursor, at_ms, self.pair)

    def confirmed(self, number: int) -> None:
        """Everything up to `number` is written down."""
        self._confirmed = max(self._confirmed, number)
        self._lots = {lot_id: (sent, lot) for lot_id, (sent, lot) in self._lots.items() if sent > number}
