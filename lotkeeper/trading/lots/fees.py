"""The fee a SELL is expected to cost, as a fraction of its proceeds."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.money import ONE, ZERO, product, total


class SellFee(StrEnum):
    """Which of the two rates a SELL is expected to cost."""

    WORSE = "worse"  # the higher of the two
    MAKER = "maker"  # the SELL waits on the book
    TAKER = "taker"  # the SELL meets a bid at once


@dataclass(frozen=True, slots=True)
class CommissionRates:
    """One part of the commission (standard, special or tax), each a fraction of the traded amount."""

    maker: Decimal = ZERO
    taker: Decimal = ZERO
    buyer: Decimal = ZERO
    seller: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Discount:
    """The discount on the standard part of the commission for paying it in another asset."""

    asset: str  # BNB
    # What the standard part is multiplied by: 0.75 means that three quarters are paid. So says Binance
    # commission_faq.md; the comment on the field in rest-api.md says otherwise.
    multiplier: Decimal
    is_enabled: bool  # by the account and by the pair


@dataclass(frozen=True, slots=True)
class Commission:
    """The commission of one pair: the parts are summed (Binance commission_faq.md)."""

    standard: CommissionRates
    special: CommissionRates = CommissionRates()
    tax: CommissionRates = CommissionRates()
    discount: Discount | None = None


def expected_sell_rate(commission: Commission, fee: SellFee = SellFee.WORSE, *, with_discount: bool = False) -> Decimal:
    """The rate a SELL is expected to cost: the maker or taker rate and the seller's, over all parts.

    `with_discount` counts on the discount if the exchange has it enabled. The exchange charges the full rate, without a
    message, as soon as the asset that pays for it runs out.
    """
    standard = product(_side(commission.standard, fee), _multiplier(commission) if with_discount else ONE)
    return total((standard, _side(commission.special, fee), _side(commission.tax, fee)))


def highest_buy_rate(commission: Commission) -> Decimal:
    """The most that a BUY can cost: the higher of maker and taker and the buyer's, over all parts, no discount."""
    parts = (commission.standard, commission.special, commission.tax)
    return total(total((max(part.maker, part.taker), part.buyer)) for part in parts)


def _side(part: CommissionRates, fee: SellFee) -> Decimal:
    sides = {SellFee.MAKER: part.maker, SellFee.TAKER: part.taker, SellFee.WORSE: max(part.maker, part.taker)}
    return total((sides[fee], part.seller))


def _multiplier(commission: Commission) -> Decimal:
    """At most one: a discount never raises the fee."""
    discount = commission.discount
    return min(discount.multiplier, ONE) if discount and discount.is_enabled else ONE
