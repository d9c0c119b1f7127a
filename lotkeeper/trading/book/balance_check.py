"""Whether the account's balance moves by trades alone: what moved it without one was missed, or came so."""

from collections import OrderedDict
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
    _balance_at: float = 0.0

    def count_trade(self, fill: Fill, base: str, cursor: int | None) -> None:
        """A trade; copies, and those accounted for before (up to `cursor`), move nothing."""
        key = fill.trade_id, fill.side
        if key in self._counted or (cursor is not None and fill.trade_id <= cursor):
            return
        self._counted.add(key)
        fee = fee_in(fill, base)
        change = less(fill.quantity, fee) if fill.side is Side.BUY else total((fill.quantity, fee)).copy_negate()
        self.moved = total((self.moved, change))

    def apply_balance(self, balance: Decimal, at_s: float) -> None:
        """The account holds so much now, free and locked. The first word of it says nothing yet."""
        self._balance, self._balance_at = balance, at_s
        if self._normal is None:
            self._normal = less(balance, self.moved)

    def unexplained_change(self, now_s: float) -> Decimal:
        """What moved the balance and is no trade known here; zero while news of it may still be on its way."""
        if self._balance is None or self._normal is None or now_s - self._balance_at < _SETTLED_S:
            return ZERO
        return less(self._balance, self.moved, self._normal)

    def accept_as_normal(self, cursor: int) -> None:
        """All trades up to there are known: what is still unexplained came, or went, without one."""
        self._counted = {key for key in self._counted if key[0] > cursor}
        self._normal = None if self._balance is None else less(self._balance, self.moved)


_REMEMBERED = 10_000  # trades; a copy comes within the seconds in which two connections overlap


@dataclass(slots=True)
class AssetMovesByPair:
    """Sums since its beginning, each trade once."""

    _pairs: dict[str, tuple[str, str]] = field(default_factory=dict)  # base and quote, by symbol
    _moved: dict[tuple[str, str], Decimal] = field(default_factory=dict)  # by symbol and asset
    _taken: OrderedDict[tuple[str, int, Side], None] = field(default_factory=OrderedDict)

    def add_pair(self, symbol: str, base: str, quote: str) -> None:
        """A pair is kept; what it trades counts from now on."""
        self._pairs[symbol] = base, quote

    def count_trade(self, fill: Fill) -> None:
        """A trade of one of the pairs; those of others, and copies, move nothing here."""
        key = fill.symbol, fill.trade_id, fill.side
        if fill.symbol not in self._pairs or key in self._taken:
            return
        self._taken[key] = None
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)
        base, quote = self._pairs[fill.symbol]
        came, went = (base, fill.quantity), (quote, fill.quote_quantity)
        if fill.side is Side.SELL:
            came, went = went, came
        self._add(fill.symbol, *came)
        self._add(fill.symbol, went[0], went[1].copy_negate())
        self._add(fill.symbol, fill.commission_asset, fill.commission.copy_negate())

    def moved_by_other_pairs(self, symbol: str, asset: str) -> Decimal:
        """What the trades of all pairs but this one have moved of the asset."""
        return total(moved for (of, what), moved in self._moved.items() if what == asset and of != symbol)

    def _add(self, symbol: str, asset: str, change: Decimal) -> None:
        self._moved[symbol, asset] = total((self._moved.get((symbol, asset), ZERO), change))
