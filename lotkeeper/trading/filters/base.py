"""What every filter looks at, and what it says."""

from abc import abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from lotkeeper.trading.money import STRICT, floor_to, less, plain, product, total
from lotkeeper.trading.orders.fills import Side


class OrderType(StrEnum):
    """Order types (Binance enums.md)."""

    LIMIT = "LIMIT"
    LIMIT_MAKER = "LIMIT_MAKER"
    MARKET = "MARKET"
    STOP_LOSS = "STOP_LOSS"
    STOP_LOSS_LIMIT = "STOP_LOSS_LIMIT"
    TAKE_PROFIT = "TAKE_PROFIT"
    TAKE_PROFIT_LIMIT = "TAKE_PROFIT_LIMIT"

    @property
    def is_algo(self) -> bool:
        """Whether it waits for a trigger price."""
        return self.value.startswith(("STOP_LOSS", "TAKE_PROFIT"))


@dataclass(frozen=True, slots=True)
class Draft:
    """An order that is not sent yet. Prices in quote asset, quantities in base asset, `trailing_delta` in bips.

    `price` is None where the market sets it. `opens_list`: it is the first leg of an order list; `amends`: it only
    shrinks an order that stands, and has been amended so many times before.
    """

    side: Side
    order_type: OrderType
    quantity: Decimal
    price: Decimal | None = None
    stop_price: Decimal | None = None
    iceberg_quantity: Decimal | None = None
    trailing_delta: int | None = None
    quote_quantity: Decimal | None = None
    opens_list: bool = False
    amends: int | None = None


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """Orders that stand now, without the draft; None where nobody knows, and then the exchange has to say."""

    orders: int | None = None
    algo: int | None = None
    iceberg: int | None = None
    lists: int | None = None


@dataclass(frozen=True, slots=True)
class MarketContext:
    """What a filter needs to know beside the order; None where nobody knows: the filter then lets it pass.

    `reference` (quote) is the reference price, or the average price where the exchange sets none. `position` is the
    base asset held, free and locked, with what open BUYs would add.
    """

    reference_price: Decimal | None = None
    position: Decimal | None = None
    pair: OrderCounts = OrderCounts()
    account: OrderCounts = OrderCounts()
    now_ms: int = 0


NOTHING_KNOWN = MarketContext()


@dataclass(frozen=True, slots=True)
class FilterRefusal:
    """Why an order may not be sent: the filter, the value it looks at, and the nearest value that it allows.

    `nearest` is None where no value would do.
    """

    filter: str
    of: str
    value: Decimal
    nearest: Decimal | None

    def __str__(self) -> str:
        allowed = "no value is allowed" if self.nearest is None else f"the nearest allowed is {plain(self.nearest)}"
        return f"{self.filter}: {self.of} {plain(self.value)}; {allowed}"


class Filter:
    """One rule. `name` is the exchange's."""

    __slots__ = ()
    name: ClassVar[str]

    @abstractmethod
    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        """Why it refuses the order; None when it lets it pass."""


@dataclass(frozen=True, slots=True)
class SteppedRange:
    """The values from `least` to `most` that are multiples of `step`; zero switches each of the three off."""

    least: Decimal
    most: Decimal
    step: Decimal

    def contains(self, value: Decimal) -> bool:
        return not self._is_outside(value) and not (self.step and STRICT.remainder(value, self.step))

    def nearest(self, value: Decimal) -> Decimal | None:
        """The value on the grid that is nearest to `value`, the higher of two; None when the grid is empty."""
        below = floor_to(value, self.step)
        around = (below, total((below, self.step)), self._lowest(), floor_to(self.most, self.step))
        allowed = [each for each in around if self.contains(each) and each > 0]
        return min(allowed, key=lambda each: (less(each, value).copy_abs(), each.copy_negate()), default=None)

    def _lowest(self) -> Decimal:
        """The lowest multiple that is not under `least`; the first step where there is no least value."""
        if not self.step:
            return self.least
        below = floor_to(self.least, self.step)
        return below if below and below >= self.least else total((below, self.step))

    def _is_outside(self, value: Decimal) -> bool:
        return bool(value < self.least or (self.most and value > self.most))


def clamp(least: Decimal, most: Decimal, value: Decimal) -> Decimal:
    """The bound that `value` lies beyond, or itself."""
    return max(least, min(value, most) if most else value)


def notional_of(draft: Draft, around: MarketContext) -> Decimal | None:
    """What the order is worth, in quote: at the reference price where the market sets its price; None: not known."""
    if draft.quote_quantity is not None:
        return draft.quote_quantity
    price = around.reference_price if draft.price is None else draft.price
    return None if price is None else product(price, draft.quantity)
