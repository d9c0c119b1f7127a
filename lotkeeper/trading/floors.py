"""The floor: the lowest price at which a quantity sells with the wanted net profit."""

from decimal import Decimal
from fractions import Fraction

from lotkeeper.trading.money import ceil_to

COST_STEP = Decimal("1E-12")  # quote asset; finer than any amount the exchange books


def floor_price(
    cost: Decimal | Fraction, quantity: Decimal, sell_rate: Decimal, profit_pct: Decimal, tick: Decimal
) -> Decimal:
    """The lowest price (quote, a multiple of `tick`) at which `quantity` (base) pays for `cost` (quote) and the profit.

    After the sell fee (`sell_rate`, a fraction below 1) at least `cost * (1 + profit_pct / 100)` is left. Computed in
    exact fractions and rounded up once, at the end. Raises ValueError for a quantity or tick that is not positive.
    """
    if quantity <= 0 or tick <= 0 or not 0 <= sell_rate < 1:
        raise ValueError(f"no floor for quantity {quantity}, tick {tick}, sell rate {sell_rate}")
    wanted = Fraction(cost) * (1 + Fraction(profit_pct) / 100)
    price = wanted / (Fraction(quantity) * (1 - Fraction(sell_rate)))
    return max(ceil_to(price, tick), tick)


def cost_paid(price: Decimal, quantity: Decimal, sell_rate: Decimal, profit_pct: Decimal) -> Decimal:
    """The most cost (quote, rounded down to 1e-12) that `quantity` (base) sold at `price` pays for with the profit."""
    net = Fraction(price) * Fraction(quantity) * (1 - Fraction(sell_rate))
    return rounded_down(net / (1 + Fraction(profit_pct) / 100))


def rounded_down(cost: Fraction) -> Decimal:
    """A cost (quote) rounded down to 1e-12; itself where it needs no more digits.

    Down, so that what one SELL covers never claims a cost that the others would then not have to bring.
    """
    return -ceil_to(-cost, COST_STEP)
