"""The fee a SELL is expected to cost, as a fraction of its proceeds."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.money import ONE, ZERO, product, total


class SellFee(StrEnum):
    """Which of the two rates a SELL is expected to cost."""

    WORSE = "worse"
    MAKER = "maker"  # it waits on the book
    TAKER = "taker"  # it meets a bid at once


@dataclass(frozen=True, slots=True)
class CommissionRates:
    """One part of the commission (standard, special or tax), each a fraction of the traded amount."""

    maker: Decimal = ZERO
    taker: Decimal = ZERO
    buyer: Decimal = ZERO
    seller: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Discount:
    """What paying commissions in `asset` (BNB) does: the standard part is multiplied by `multiplier`.

    0.75 means that three quarters are paid (Binance commission_faq.md multiplies by it, whatever the field's comment
    in rest-api.md says). `is_enabled`: by the account and by the pair.
    """

    asset: str
    multiplier: Decimal
    is_enabled: bool


@dataclass(frozen=True, slots=True)
class Commission:
    """The commission of one pair: the parts are summed (Binance commission_faq.md)."""

    standard: CommissionRates
    special: CommissionRates = CommissionRates()
    tax: CommissionRates = CommissionRates()
    discount: Discount | None = None


def expected_sell_rate(commission: Commission, fee: SellFee = SellFee.WORSE, *, with_discount: bool = False) -> Decimal:
    """The rate a SELL is expected to cost: the maker or taker rate and the seller's, over all parts.

    `with_discount` counts on the discount where the exchange has it enabled; it falls back silently to the full rate
    when the asset that pays for it runs out.
    """
    standard = product(_side(commission.standard, fee), _multiplier(commission) if with_discount else ONE)
    return total((standard, _side(commission.special, fee), _side(commission.tax, fee)))


def _side(part: CommissionRates, fee: SellFee) -> Decimal:
    sides = {SellFee.MAKER: part.maker, SellFee.TAKER: part.taker, SellFee.WORSE: max(part.maker, part.taker)}
    return total((sides[fee], part.seller))


def _multiplier(commission: Commission) -> Decimal:
    """A discount that would make the fee dearer is none."""
    discount = commission.discount
    return min(discount.multiplier, ONE) if discount and discount.is_enabled else ONE
