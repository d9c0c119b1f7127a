"""The floor: the lowest price at which a quantity sells with the wanted net profit."""

from dataclasses import dataclass, field
from decimal import Decimal

from lotkeeper.trading.money import ONE, ZERO, Ratio, larger, less, product, ratio_ceil_to, ratio_floor_to, total
from lotkeeper.trading.policy import ExitPolicy

COST_STEP = Decimal("1E-12")  # quote asset; finer than any amount the exchange books
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class RequiredProceeds:
    """What a SELL has to bring after its fee, exactly."""

    cost: Ratio  # quote; what was paid for the coins it sells
    profit: Ratio = field(default=Ratio(ZERO))  # quote; the net profit wanted on them

    @property
    def net(self) -> Ratio:
        return self.cost.plus(self.profit)


def required_proceeds(cost: Ratio, part: Ratio, policy: ExitPolicy) -> RequiredProceeds:
    """What a SELL has to bring that covers `cost` (quote) and is `part` (at most 1) of all that its lot can sell.

    The profit is the larger of `net_profit_pct` of the cost and the part's share of `min_net_profit`.
    """
    percent = Ratio(product(cost.numerator, policy.net_profit_pct), product(cost.denominator, _HUNDRED))
    if not policy.min_net_profit:
        return RequiredProceeds(cost, percent)
    return RequiredProceeds(
        cost, larger(percent, Ratio(product(policy.min_net_profit, part.numerator), part.denominator))
    )


def exact_floor(required: RequiredProceeds, quantity: Decimal, sell_rate: Decimal) -> Ratio:
    """The price (quote) at which `quantity` (base), less the fee of `sell_rate` (a fraction), brings `required`.

    Raises ValueError for a quantity that is not positive and a rate that leaves nothing.
    """
    if quantity <= 0 or not 0 <= sell_rate < 1:
        raise ValueError(f"no floor for quantity {quantity}, sell rate {sell_rate}")
    return required.net.divided_by(Ratio(product(quantity, less(ONE, sell_rate))))


def floor_price(required: RequiredProceeds, quantity: Decimal, sell_rate: Decimal, tick: Decimal) -> Decimal:
    """The lowest multiple of `tick` (quote, above zero) that is not under the exact floor; at least one tick.

    Rounded once, upward. Raises ValueError like `exact_floor`, and for a tick that is not positive.
    """
    if tick <= 0:
        raise ValueError(f"no floor for a tick of {tick}")
    return max(ratio_ceil_to(exact_floor(required, quantity, sell_rate), tick), tick)


def affordable_cost(price: Decimal, quantity: Decimal, sell_rate: Decimal, policy: ExitPolicy, part: Ratio) -> Decimal:
    """The most cost (quote, rounded down to 1e-12) that `quantity` (base) sold at `price` pays for with its profit.

    `part` as in `required_proceeds`. Zero if the profit alone asks for more than is left after the fee.
    """
    net = Ratio(product(price, quantity, less(ONE, sell_rate)))
    by_percent = net.divided_by(Ratio(total((_HUNDRED, policy.net_profit_pct)), _HUNDRED))
    wanted = Ratio(product(policy.min_net_profit, part.numerator).copy_negate(), part.denominator)
    by_amount = net.plus(wanted) if policy.min_net_profit else by_percent
    return max(round_cost_down(by_amount if by_amount.is_less_than(by_percent) else by_percent), ZERO)


def round_cost_down(cost: Ratio) -> Decimal:
    """A cost (quote) rounded down to 1e-12; itself where it needs no more digits.

    Down, so that one SELL never takes a cost that the others would then not have to bring.
    """
    return ratio_floor_to(cost, COST_STEP)


def round_profit_up(profit: Ratio) -> Decimal:
    """A wanted profit (quote) rounded up to 1e-12."""
    return ratio_ceil_to(profit, COST_STEP)
