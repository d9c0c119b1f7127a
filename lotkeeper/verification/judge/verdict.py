"""The judge: what was asked of it, and what it found."""

from dataclasses import dataclass, field
from fractions import Fraction

NO_BUY_LOST, NOTHING_TWICE, NOT_BELOW_FLOOR = 1, 2, 3


@dataclass(frozen=True, slots=True)
class Expectations:
    """What the service was to do: the profit wanted, as a fraction of cost, for all pairs and for single ones.

    BUYs of the first `from_s` seconds were not the service's yet. Those of the last `grace_s`, and what its SELLs left
    then, are not asked for yet. Bids within `window_s` seconds of a fill may
    have valued its fee. Lots of `exempt` were sold by another rule, so that no floor binds them. With `strict`, SELLs
    that were canceled and not placed again count as missing.
    """

    profit: Fraction = Fraction(0)
    profit_of: dict[str, Fraction] = field(default_factory=dict)
    pairs: frozenset[str] = frozenset()
    from_s: float = 0.0
    grace_s: float = 5.0
    window_s: float = 10.0
    exempt: frozenset[str] = frozenset()
    strict: bool = False

    def wanted(self, symbol: str) -> Fraction:
        return self.profit_of.get(symbol, self.profit)


@dataclass(frozen=True, slots=True)
class JudgeFinding:
    """Something about one lot: which point of the promise, and a sentence with the numbers."""

    point: int
    account: str
    symbol: str
    lot: str
    text: str
    wall_ns: int = 0


@dataclass(frozen=True, slots=True)
class PairSums:
    """A pair's sums, in its base asset."""

    symbol: str
    lots: int
    sells: int
    received: Fraction
    sold: Fraction
    offered: Fraction
    remainder: Fraction


@dataclass(frozen=True, slots=True)
class JournalVerdict:
    """`violations` break the promise; `notes` are what looks like it and is not, with the reason.

    `eras` counts how often ids began anew: at a start without the state of an earlier one, and at a wipe.
    """

    violations: tuple[JudgeFinding, ...]
    notes: tuple[JudgeFinding, ...]
    pairs: tuple[PairSums, ...]
    lines: int
    seconds: float
    eras: int

    @property
    def is_kept(self) -> bool:
        return not self.violations


def amount(value: Fraction) -> str:
    """Plain digits, at most ten after the point, without trailing zeros."""
    text = f"{round(value * 10**10)}".rjust(12, "0") if value >= 0 else f"-{amount(-value)}"
    if value < 0:
        return text
    whole, rest = text[:-10].lstrip("0") or "0", text[-10:].rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
