"""What the judge is to check, and what it found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

NO_BUY_LOST, NOTHING_TWICE, NOT_BELOW_FLOOR = 1, 2, 3


@dataclass(frozen=True, slots=True)
class ExpectedExit:
    """How the lots of a pair may be sold."""

    profit: Fraction  # the least that a SELL may ask for, as a fraction of cost
    kept: Fraction = Fraction(0)  # the most of a lot that its owner may keep, as a fraction of what was received
    stop: Fraction | None = None  # the least that a stop may bring, as a fraction of cost; None: no stop is asked for
    is_group: bool = False  # whether the lots are sold at their common price


@dataclass(frozen=True, slots=True)
class Expectations:
    """What the service was expected to do."""

    profit: Fraction = Fraction(0)  # as a fraction of cost
    profit_of: dict[str, Fraction] = field(default_factory=dict)  # of single pairs
    pairs: frozenset[str] = frozenset()  # that the service traded; empty: all
    from_s: float = 0.0  # BUYs of this many first seconds were made before the service started
    grace_s: float = 5.0  # BUYs and SELLs of this many last seconds need no new SELL yet
    window_s: float = 10.0  # bids within this many seconds of a fill may have valued its fee
    exempt: frozenset[str] = frozenset()  # lots that another rule sold, without a floor
    strict: bool = False  # canceled SELLs that were not placed again count as missing
    exits: Mapping[str, ExpectedExit] = field(default_factory=dict)  # of pairs with an exit of their own

    def profit_for(self, symbol: str) -> Fraction:
        exit_ = self.exits.get(symbol)
        return self.profit_of.get(symbol, self.profit) if exit_ is None else exit_.profit

    def is_group(self, symbol: str) -> bool:
        """Whether the lots of the pair are sold at their common price."""
        exit_ = self.exits.get(symbol)
        return exit_ is not None and exit_.is_group

    def stop_of(self, symbol: str) -> Fraction:
        """The least that a stop may bring, as a fraction of cost: all of it, where no stop is asked for."""
        exit_ = self.exits.get(symbol)
        return Fraction(1) if exit_ is None or exit_.stop is None else exit_.stop

    def kept_of(self, symbol: str, received: Fraction) -> Fraction:
        """How much of a lot of the pair may stay unsold because its owner keeps it (base)."""
        exit_ = self.exits.get(symbol)
        return received * exit_.kept if exit_ else Fraction(0)


@dataclass(frozen=True, slots=True)
class JudgeFinding:
    """A violation or note about one lot: the point of the promise, and a sentence with the numbers."""

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
    """The result of the judge."""

    violations: tuple[JudgeFinding, ...]
    notes: tuple[JudgeFinding, ...]  # what looks like a violation, with the reason why it is not one
    pairs: tuple[PairSums, ...]
    lines: int
    seconds: float
    eras: int  # how often ids restarted: at a start without state, and at a wipe

    @property
    def is_kept(self) -> bool:
        return not self.violations


def amount(value: Fraction) -> str:
    """An amount in plain digits, at most ten decimals, without trailing zeros."""
    text = f"{round(value * 10**10)}".rjust(12, "0") if value >= 0 else f"-{amount(-value)}"
    if value < 0:
        return text
    whole, rest = text[:-10].lstrip("0") or "0", text[-10:].rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
