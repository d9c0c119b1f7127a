"""Commission rates of an account (source: "Commission Rates" FAQ).

The rate of a fill is maker or taker plus buyer or seller, over three parts: standard, special and tax. Paid in BNB, the
standard part counts only `discount` times; the others are never reduced.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from binance_sim.numbers import EXACT, ZERO

BNB = "BNB"
# The documented field "discount" is the share that is still paid: the FAQ multiplies the commission by it.
DISCOUNT = Decimal("0.75")


@dataclass(frozen=True, slots=True)
class FeeRates:
    """One part of the commission, as fractions: 0.001 is 0.1 %."""

    maker: Decimal = ZERO
    taker: Decimal = ZERO
    buyer: Decimal = ZERO
    seller: Decimal = ZERO

    def of(self, maker: bool, buys: bool) -> Decimal:
        return (self.maker if maker else self.taker) + (self.buyer if buys else self.seller)


@dataclass(frozen=True)
class PairCommission:
    """All commission parts of one pair, and whether the BNB discount applies to it."""

    standard: FeeRates = field(default_factory=FeeRates)
    special: FeeRates = field(default_factory=FeeRates)
    tax: FeeRates = field(default_factory=FeeRates)
    discounted: bool = True

    @cached_property
    def _totals(self) -> dict[tuple[bool, bool], tuple[Decimal, Decimal]]:
        return {(maker, buys): self._total(maker, buys) for maker in (True, False) for buys in (True, False)}

    def _total(self, maker: bool, buys: bool) -> tuple[Decimal, Decimal]:
        standard = self.standard.of(maker, buys)
        others = self.special.of(maker, buys) + self.tax.of(maker, buys)
        return standard + others, EXACT.multiply(standard, DISCOUNT) + others

    def rate(self, maker: bool, buys: bool) -> Decimal:
        """The rate that is charged on the received asset."""
        return self._totals[maker, buys][0]

    def rate_in_bnb(self, maker: bool, buys: bool) -> Decimal:
        """The rate that is charged when the commission is paid in BNB."""
        return self._totals[maker, buys][1]


@dataclass(slots=True)
class FeeSchedule:
    """An account's commissions: the usual ones, exceptions for single pairs, and whether it pays in BNB."""

    usual: PairCommission
    in_bnb: bool = False
    by_symbol: dict[str, PairCommission] = field(default_factory=dict)

    def of(self, symbol: str) -> PairCommission:
        return self.by_symbol.get(symbol, self.usual)

    def pays_bnb(self, symbol: str) -> bool:
        return self.in_bnb and self.of(symbol).discounted


def standard_fees(maker: Decimal, taker: Decimal, in_bnb: bool = False) -> FeeSchedule:
    """A fee schedule with a standard part only."""
    return FeeSchedule(PairCommission(FeeRates(maker, taker)), in_bnb)
