"""The fee a SELL is expected to cost, as a fraction of its proceeds."""

from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.money import ZERO


@dataclass(frozen=True, slots=True)
class Rates:
    """One part of the commission (standard, special or tax), each a fraction of the traded amount."""

    maker: Decimal = ZERO
    taker: Decimal = ZERO
    buyer: Decimal = ZERO
    seller: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Commission:
    """The commission of one pair: the parts are summed (Binance commission_faq.md)."""

    standard: Rates
    special: Rates = Rates()
    tax: Rates = Rates()


def expected_sell_rate(commission: Commission) -> Decimal:
    """The rate a SELL may cost at worst: the worse of maker and taker, plus the seller's part, without any discount."""
    return sum((max(part.maker, part.taker) + part.seller for part in _parts(commission)), ZERO)


def _parts(commission: Commission) -> tuple[Rates, Rates, Rates]:
    return commission.standard, commission.special, commission.tax
