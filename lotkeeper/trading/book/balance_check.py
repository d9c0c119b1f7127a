"""Whether the account's balance moves by trades alone: what moved it without one was missed, or came so."""

from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.lots.lot import fee_in
from lotkeeper.trading.money import ZERO, less, total
from lotkeeper.trading.orders.fills import Fill, Side

_SETTLED_S = 3.0  # a trade and the balance after it are told separately, and in any order


@dataclass(slots=True)
class BalanceCheck:
    """Of the pair's base asset: what its trades moved, each once, and the balance (base) as it was told last.

    Compared is their difference with what it was after the last pass; how much the account holds does not matter.
    Times are seconds of any clock that only goes forward.
    """

    moved: Decimal = ZERO
    _counted: set[tuple[int, Side]] = field(default_factory=set)
    _balance: Decimal | None = None
    _normal: Decimal | None = None
    _told_at: float = 0.0

    def take(self, fill: Fill, base: str, cursor: int | None) -> None:
        """A trade; copies, and those accounted for before (up to `cursor`), move nothing."""
        key = fill.trade_id, fill.side
        if key in self._counted or (cursor is not None and fill.trade_id <= cursor):
            return
        self._counted.add(key)
        fee = fee_in(fill, base)
        change = less(fill.quantity, fee) if fill.side is Side.BUY else total((fill.quantity, fee)).copy_negate()
        self.moved = total((self.moved, change))

    def told(self, balance: Decimal, at_s: float) -> None:
        """The account holds so much now, free and locked. The first word of it says nothing yet."""
        self._balance, self._told_at = balance, at_s
        if self._normal is None:
            self._normal = less(balance, self.moved)

    def unexplained(self, now_s: float) -> Decimal:
        """What moved the balance and is no trade known here; zero while news of it may still be on its way."""
        if self._balance is None or self._normal is None or now_s - self._told_at < _SETTLED_S:
            return ZERO
        return less(self._balance, self.moved, self._normal)

    def compared(self, cursor: int) -> None:
        """All trades up to there are known: what is still unexplained came, or went, without one."""
        self._counted = {key for key in self._counted if key[0] > cursor}
        self._normal = None if self._balance is None else less(self._balance, self.moved)
