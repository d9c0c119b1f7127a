"""What trades move on the account, and whether its balance moves by trades alone.

A change without a trade is a trade that was missed, or a deposit, a withdrawal or the like.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.lots.lot import fee_in
from lotkeeper.trading.money import ZERO, less, total
from lotkeeper.trading.orders.fills import Fill, Side

_SETTLED_S = 3.0  # a trade and the balance after it come in separate events, in any order
_REMEMBERED = 10_000  # trades; a copy comes within the seconds in which two connections overlap
_BASELINES = 100  # a new one begins only when coins moved without a known trade


@dataclass(slots=True, eq=False)
class Baseline:
    """What the account held at a moment, less what all trades known then had moved.

    As long as it is sound, the account holds `value` and what trades moved since, or a trade is not known.
    """

    at_ms: int  # exchange's time
    value: Decimal  # base
    is_sound: bool = True  # False once a trade from before it becomes known: the balance had it, the trades had not


@dataclass(slots=True)
class BalanceCheck:
    """Compares a pair's trades with the account's balance of the base asset.

    It compares the difference of the two with that after the last reconciliation; how much the account holds does not
    matter. Times are seconds of any clock that only goes forward.
    """

    _moved: Decimal = ZERO  # base; the sum of what the trades moved, each counted once
    _to_count: list[tuple[Fill, str, int | None]] = field(default_factory=list)  # trades, with base asset and cursor
    _counted: set[tuple[int, Side]] = field(default_factory=set)  # trades after the cursor
    _balance: Decimal | None = None  # base; as last reported
    _normal: Decimal | None = None  # base; balance less `moved` when both were known to agree
    _balance_at: float = 0.0
    _newest_trade_ms: int = 0  # exchange's time; of the trades that were counted
    _baselines: list[Baseline] = field(default_factory=list)  # the oldest first
    _by_others: Decimal = ZERO  # base; what trades of other pairs had moved when a balance came last

    def count_trade(self, fill: Fill, base: str, cursor: int | None) -> None:
        """Counts a trade; copies, and trades accounted for before (up to `cursor`), change nothing.

        That is done when something is asked for: a SELL does not wait for it.
        """
        self._to_count.append((fill, base, cursor))

    @property
    def moved(self) -> Decimal:
        """What the trades have moved (base), each counted once."""
        self._count_all()
        return self._moved

    @property
    def newest_trade_ms(self) -> int:
        """When the newest of the trades was made (exchange's time); 0 if there is none."""
        self._count_all()
        return self._newest_trade_ms

    def _count_all(self) -> None:
        for fill, base, cursor in self._to_count:
            self._count(fill, base, cursor)
        self._to_count.clear()

    def _count(self, fill: Fill, base: str, cursor: int | None) -> None:
        key = fill.trade_id, fill.side
        if key in self._counted or (cursor is not None and 0 <= fill.trade_id <= cursor):
            return
        self._counted.add(key)
        self._newest_trade_ms = max(self._newest_trade_ms, fill.time_ms)
        self._doubt_baselines(fill.time_ms)
        fee = fee_in(fill, base)
        change = less(fill.quantity, fee) if fill.side is Side.BUY else total((fill.quantity, fee)).copy_negate()
        self._moved = total((self._moved, change))

    @property
    def knows_balance(self) -> bool:
        """Whether a balance was reported, so that a change of it can be told."""
        return self._balance is not None

    def apply_balance(self, balance: Decimal, at_s: float) -> None:
        """The account holds so much now, free and locked. The first balance proves nothing yet."""
        self._balance, self._balance_at = balance, at_s
        if self._normal is None:
            self._normal = less(balance, self.moved)

    @property
    def baseline(self) -> Baseline | None:
        """The newest one; None if no balance and the trades are known to be of one moment."""
        self._count_all()
        return self._baselines[-1] if self._baselines and self._baselines[-1].is_sound else None

    def note_moment(self, balance: Decimal, by_others: Decimal, at_ms: int) -> None:
        """The account held `balance` (base) at that moment (exchange's time), of which others had moved `by_others`.

        It is a baseline if no known trade is younger: that trade may not be in the balance.
        """
        self._by_others = by_others
        if not at_ms or at_ms < self.newest_trade_ms:
            return
        value, before = less(balance, by_others, self.moved), self.baseline
        if before is None or before.value != value:
            self._baselines.append(Baseline(at_ms, value))
        for each in self._baselines[:-_BASELINES]:
            each.is_sound = False
        del self._baselines[:-_BASELINES]

    def agrees(self, baseline: Baseline, balance: Decimal) -> bool:
        """Whether the baseline is sound, and the known trades explain all that moved from it to this balance (base)."""
        moved = self.moved
        return baseline.is_sound and less(balance, self._by_others, moved) == baseline.value

    def _doubt_baselines(self, trade_ms: int) -> None:
        for each in self._baselines:
            each.is_sound = each.is_sound and each.at_ms < trade_ms

    def unexplained_change(self, now_s: float) -> Decimal:
        """What moved the balance (base) without a known trade; zero while the trade's event may still be on its way."""
        if self._balance is None or self._normal is None or now_s - self._balance_at < _SETTLED_S:
            return ZERO
        return less(self._balance, self.moved, self._normal)

    def accept_as_normal(self, cursor: int) -> None:
        """All trades up to `cursor` are known: what is still unexplained came or went without a trade."""
        self._count_all()
        self._counted = {key for key in self._counted if key[0] > cursor or key[0] < 0}
        self._normal = None if self._balance is None else less(self._balance, self.moved)


@dataclass(slots=True)
class AssetMovesByPair:
    """What the trades of the kept pairs moved, by asset: the coin of one pair is the fee or the quote asset of another.

    Sums since the start, each trade counted once.
    """

    _pairs: dict[str, tuple[str, str]] = field(default_factory=dict)  # base and quote, by symbol
    _moved: dict[tuple[str, str], Decimal] = field(default_factory=dict)  # by symbol and asset
    _counted: OrderedDict[tuple[str, int, Side], None] = field(default_factory=OrderedDict)

    def add_pair(self, symbol: str, base: str, quote: str) -> None:
        """From now on the trades of this pair count."""
        self._pairs[symbol] = base, quote

    def count_trade(self, fill: Fill) -> None:
        """Counts a trade of one of the pairs; trades of other pairs, and copies, change nothing."""
        key = fill.symbol, fill.trade_id, fill.side
        if fill.symbol not in self._pairs or key in self._counted:
            return
        self._counted[key] = None
        if len(self._counted) > _REMEMBERED:
            self._counted.popitem(last=False)
        base, quote = self._pairs[fill.symbol]
        came, went = (base, fill.quantity), (quote, fill.quote_quantity)
        if fill.side is Side.SELL:
            came, went = went, came
        self._add(fill.symbol, *came)
        self._add(fill.symbol, went[0], went[1].copy_negate())
        self._add(fill.symbol, fill.commission_asset, fill.commission.copy_negate())

    def moved_by_other_pairs(self, symbol: str, asset: str) -> Decimal:
        """How much of the asset the trades of all pairs but this one have moved."""
        return total(moved for (of, what), moved in self._moved.items() if what == asset and of != symbol)

    def _add(self, symbol: str, asset: str, change: Decimal) -> None:
        self._moved[symbol, asset] = total((self._moved.get((symbol, asset), ZERO), change))
