"""What every filter looks at, and how it refuses an order."""

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
    """An order that is not sent yet."""

    side: Side
    order_type: OrderType
    quantity: Decimal  # base
    price: Decimal | None = None  # quote; None: the market sets it
    stop_price: Decimal | None = None  # quote
    iceberg_quantity: Decimal | None = None  # base
    trailing_delta: int | None = None  # bips
    quote_quantity: Decimal | None = None  # quote; the sum to buy or sell for
    opens_list: bool = False  # whether it is the first leg of an order list
    amends: int | None = None  # how often the open order was amended before that this one shrinks; None: a new order


@dataclass(frozen=True, slots=True)
class OrderCounts:
    """How many orders are open now, without the draft; None: not known, and the exchange decides."""

    orders: int | None = None
    algo: int | None = None  # those that wait for a trigger price
    iceberg: int | None = None
    lists: int | None = None


@dataclass(frozen=True, slots=True)
class MarketContext:
    """What a filter needs to know beside the order; None: not known, and the filter lets the order pass."""

    reference_price: Decimal | None = None  # quote; the average price if the exchange sets no reference price
    position: Decimal | None = None  # base asset held, free and locked, with what open BUYs would add
    pair: OrderCounts = OrderCounts()
    account: OrderCounts = OrderCounts()
    now_ms: int = 0


NOTHING_KNOWN = MarketContext()


@dataclass(frozen=True, slots=True)
class FilterRefusal:
    """Why an order may not be sent."""

    filter: str  # the exchange's name of the filter
    of: str  # what of the order it refuses: price, quantity, notional, ...
    value: Decimal
    nearest: Decimal | None  # the nearest value that it allows; None: no value would do

    def __str__(self) -> str:
        allowed = "no value is allowed" if self.nearest is None else f"the nearest allowed is {plain(self.nearest)}"
        return f"{self.filter}: {self.of} {plain(self.value)}; {allowed}"


class Filter:
    """One rule of the exchange for orders."""

    __slots__ = ()
    name: ClassVar[str]  # the exchange's

    @abstractmethod
    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        """Why it refuses the order; None if it lets the order pass."""


@dataclass(frozen=True, slots=True)
class SteppedRange:
    """The values from `least` to `most` that are multiples of `step`; zero switches each of the three off."""

    least: Decimal
    most: Decimal
    step: Decimal

    def contains(self, value: Decimal) -> bool:
        return not self._is_outside(value) and not (self.step and STRICT.remainder(value, self.step))

    def nearest(self, value: Decimal) -> Decimal | None:
        """The value of the range that is nearest to `value`, the higher of two; None if the range is empty."""
        below = floor_to(value, self.step)
        around = (below, total((below, self.step)), self._lowest(), floor_to(self.most, self.step))
        allowed = [each for each in around if self.contains(each) and each > 0]
        return min(allowed, key=lambda each: (less(each, value).copy_abs(), each.copy_negate()), default=None)

    def _lowest(self) -> Decimal:
        """The lowest multiple that is not under `least`; the first step if there is no least value."""
        if not self.step:
            return self.least
        below = floor_to(self.least, self.step)
        return below if below and below >= self.least else total((below, self.step))

    def _is_outside(self, value: Decimal) -> bool:
        return bool(value < self.least or (self.most and value > self.most))


def clamp(least: Decimal, most: Decimal, value: Decimal) -> Decimal:
    """`value`, or the bound that it lies beyond; a `most` of zero is no bound."""
    return max(least, min(value, most) if most else value)


def notional_of(draft: Draft, around: MarketContext) -> Decimal | None:
    """What the order is worth (quote), at the reference price if the market sets its price; None: not known."""
    if draft.quote_quantity is not None:
        return draft.quote_quantity
    price = around.reference_price if draft.price is None else draft.price
    return None if price is None else product(price, draft.quantity)
