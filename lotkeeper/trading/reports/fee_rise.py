"""What SELLs on the book lack because the trading fee has risen since they were priced."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ONE, ZERO, less, plain, product, total
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import ON_BOOK


@dataclass(frozen=True, slots=True)
class FeeRise:
    """SELLs on the book whose price includes a lower fee than the one that is expected now. Amounts in quote asset."""

    sells: int = 0
    shortfall: Decimal = ZERO  # so much less than wanted they bring together
    at_a_loss: int = 0  # so many of them bring less than their cost
    lowest_rate: Decimal = ONE  # of those that their prices include, a fraction

    def __add__(self, other: "FeeRise") -> "FeeRise":
        return FeeRise(
            self.sells + other.sells,
            total((self.shortfall, other.shortfall)),
            self.at_a_loss + other.at_a_loss,
            min(self.lowest_rate, other.lowest_rate),
        )

    def sentence(self, rate: Decimal, symbol: str, quote: str) -> str:
        """For people; `rate` is the fee that is expected now."""
        loss = f", {self.at_a_loss} of them less than their cost" if self.at_a_loss else ""
        sells = "1 SELL on the book was" if self.sells == 1 else f"{self.sells} SELLs on the book were"
        return (
            f"the fee of a SELL is {_percent(rate)} now, and {sells} priced with less "
            f"(from {_percent(self.lowest_rate)} on): together they bring {plain(self.shortfall)} {quote} less than "
            f"wanted{loss}; to have them priced again cancel them on the exchange, then: lotkeeper resume {symbol}"
        )


def fee_rise_of(lot: Lot, rate: Decimal) -> FeeRise:
    """Of the SELLs of one lot; `rate` is the fee that is expected now, as a fraction of the proceeds."""
    return add_up(_of_sell(order, rate) for order in lot.orders if order.state in ON_BOOK)


def add_up(parts: Iterable[FeeRise]) -> FeeRise:
    """All of them together."""
    return sum(parts, FeeRise())


def _of_sell(order: SellOrder, rate: Decimal) -> FeeRise:
    """Nobody knows the terms of a SELL that was found on the exchange."""
    if order.sell_rate is None or order.sell_rate >= rate or not order.open_quantity:
        return FeeRise()
    proceeds = product(order.price, order.open_quantity)
    net, cost = less(proceeds, product(proceeds, rate)), less(order.cost, order.cost_sold)
    shortfall = product(proceeds, less(rate, order.sell_rate))
    return FeeRise(1, shortfall, int(net < cost), order.sell_rate)


def _percent(rate: Decimal) -> str:
    return f"{plain(product(rate, Decimal(100)))} %"
