"""Filters of an order's amounts and times: precision, price, quantity, notional, holdings, trailing delta."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import ClassVar

from lotkeeper.trading.filters.base import (
    Draft,
    Filter,
    FilterRefusal,
    MarketContext,
    OrderType,
    SteppedRange,
    clamp,
    notional_of,
)
from lotkeeper.trading.money import ONE, STRICT, ZERO, Ratio, less, product, ratio_ceil_to, total
from lotkeeper.trading.orders.fills import Side


@dataclass(frozen=True, slots=True)
class Precision(Filter):
    """How many decimals an amount of the base and of the quote asset has at most."""

    name: ClassVar[str] = "PRECISION"
    base: int = 8
    quote: int = 8

    @property
    def base_step(self) -> Decimal:
        """The finest quantity."""
        return _finest(self.base)

    @property
    def quote_step(self) -> Decimal:
        """The finest price."""
        return _finest(self.quote)

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        for of, value, step in self._amounts(draft):
            if value is not None and STRICT.remainder(value, step):
                return FilterRefusal(self.name, of, value, SteppedRange(ZERO, ZERO, step).nearest(value))
        return None

    def _amounts(self, draft: Draft) -> tuple[tuple[str, Decimal | None, Decimal], ...]:
        base, quote = self.base_step, self.quote_step
        return (
            ("quantity", draft.quantity, base),
            ("iceberg quantity", draft.iceberg_quantity, base),
            ("price", draft.price, quote),
            ("stop price", draft.stop_price, quote),
            ("quote quantity", draft.quote_quantity, quote),
        )


@cache
def _finest(decimals: int) -> Decimal:
    """The smallest amount above zero with so many decimals."""
    return Decimal(1).scaleb(-decimals)


@dataclass(frozen=True, slots=True)
class PriceFilter(Filter):
    """Price and stop price (quote): from `least` to `most`, a multiple of `tick`; zero switches each of the three off.

    Multiples are counted from zero (Binance filters.md, since 2022-12).
    """

    name: ClassVar[str] = "PRICE_FILTER"
    tick: Decimal
    least: Decimal = ZERO
    most: Decimal = ZERO

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        allowed = SteppedRange(self.least, self.most, self.tick)
        for of, price in _prices(draft):
            if not allowed.contains(price):
                return FilterRefusal(self.name, of, price, allowed.nearest(price))
        return None


@dataclass(frozen=True, slots=True)
class PercentPrice(Filter):
    """The price may lie from `down` to `up` times the reference price."""

    name: ClassVar[str] = "PERCENT_PRICE"
    up: Decimal
    down: Decimal

    def factors(self, side: Side) -> tuple[Decimal, Decimal]:
        """How many times the reference price is the lowest and the highest price."""
        return self.down, self.up

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        return _far(self.name, draft, around, *self.factors(draft.side))


@dataclass(frozen=True, slots=True)
class PercentPriceBySide(Filter):
    """As PERCENT_PRICE, with separate multipliers for BUY (`bid`) and SELL (`ask`)."""

    name: ClassVar[str] = "PERCENT_PRICE_BY_SIDE"
    bid_up: Decimal
    bid_down: Decimal
    ask_up: Decimal
    ask_down: Decimal

    def factors(self, side: Side) -> tuple[Decimal, Decimal]:
        """How many times the reference price is the lowest and the highest price of this side."""
        return (self.bid_down, self.bid_up) if side is Side.BUY else (self.ask_down, self.ask_up)

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        return _far(self.name, draft, around, *self.factors(draft.side))


def _prices(draft: Draft) -> Iterator[tuple[str, Decimal]]:
    if draft.price is not None:
        yield "price", draft.price
    if draft.stop_price is not None:
        yield "stop price", draft.stop_price


def _far(name: str, draft: Draft, around: MarketContext, down: Decimal, up: Decimal) -> FilterRefusal | None:
    if around.reference_price is None or draft.price is None:
        return None
    nearest = clamp(product(around.reference_price, down), product(around.reference_price, up), draft.price)
    return None if nearest == draft.price else FilterRefusal(name, "price", draft.price, nearest)


@dataclass(frozen=True, slots=True)
class LotSize(Filter):
    """Quantity and iceberg quantity (base): from `least` to `most`, a multiple of `step`; zero switches each off."""

    name: ClassVar[str] = "LOT_SIZE"
    step: Decimal
    least: Decimal = ZERO
    most: Decimal = ZERO

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        if draft.quote_quantity is not None:
            return None  # the exchange cuts what it buys for a sum to the step by itself
        allowed = SteppedRange(self.least, self.most, self.step)
        for of, quantity in (("quantity", draft.quantity), ("iceberg quantity", draft.iceberg_quantity)):
            if quantity is not None and not (allowed.contains(quantity) and quantity > 0):
                return FilterRefusal(self.name, of, quantity, allowed.nearest(quantity))
        return None


@dataclass(frozen=True, slots=True)
class MarketLotSize(Filter):
    """The quantity of MARKET orders, in addition to LOT_SIZE. The step is usually zero, which means no step."""

    name: ClassVar[str] = "MARKET_LOT_SIZE"
    step: Decimal
    least: Decimal = ZERO
    most: Decimal = ZERO

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        allowed = SteppedRange(self.least, self.most, self.step)
        is_theirs = draft.order_type is OrderType.MARKET and draft.quote_quantity is None
        if not is_theirs or allowed.contains(draft.quantity):
            return None
        return FilterRefusal(self.name, "quantity", draft.quantity, allowed.nearest(draft.quantity))


@dataclass(frozen=True, slots=True)
class IcebergParts(Filter):
    """An iceberg order shows itself in at most `limit` parts."""

    name: ClassVar[str] = "ICEBERG_PARTS"
    limit: int

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        if not draft.iceberg_quantity:
            return None
        parts = int(ratio_ceil_to(Ratio(draft.quantity, draft.iceberg_quantity), ONE))
        return FilterRefusal(self.name, "parts", Decimal(parts), Decimal(self.limit)) if parts > self.limit else None


@dataclass(frozen=True, slots=True)
class MinNotional(Filter):
    """The older form: worth at least `least` (quote), MARKET orders at the reference price if `to_market`."""

    name: ClassVar[str] = "MIN_NOTIONAL"
    least: Decimal
    to_market: bool = True

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        return _refusal(self.name, draft, around, self.least if self.to_market or draft.price else ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Notional(Filter):
    """Worth from `least` to `most` (quote; zero: no bound); `..._to_market` tell which bound MARKET orders have."""

    name: ClassVar[str] = "NOTIONAL"
    least: Decimal
    most: Decimal = ZERO
    least_to_market: bool = True
    most_to_market: bool = False

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        least = self.least if self.least_to_market or draft.price else ZERO
        most = self.most if self.most_to_market or draft.price else ZERO
        return _refusal(self.name, draft, around, least, most)


def _refusal(name: str, draft: Draft, around: MarketContext, least: Decimal, most: Decimal) -> FilterRefusal | None:
    notional = notional_of(draft, around)
    if notional is None:
        return None
    nearest = clamp(least, most, notional)
    return None if nearest == notional else FilterRefusal(name, "notional", notional, nearest)


@dataclass(frozen=True, slots=True)
class MaxPosition(Filter):
    """The most of the base asset that the account may hold, with what open BUYs would add. Only a BUY can break it."""

    name: ClassVar[str] = "MAX_POSITION"
    most: Decimal

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        if draft.side is Side.SELL or around.position is None:
            return None
        after = total((around.position, draft.quantity))
        if after <= self.most:
            return None
        return FilterRefusal(self.name, "quantity", draft.quantity, max(less(self.most, around.position), ZERO))


@dataclass(frozen=True, slots=True)
class MaxAsset(Filter):
    """The most of one asset that one order may move: its quantity if it is the base asset, its notional if the quote.

    Told by myFilters alone (Binance filters.md, "Asset Filters").
    """

    name: ClassVar[str] = "MAX_ASSET"
    asset: str
    limit: Decimal
    is_base: bool

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        of = "quantity" if self.is_base else "notional"
        moved = draft.quantity if self.is_base else notional_of(draft, around)
        if moved is None or moved <= self.limit:
            return None
        return FilterRefusal(self.name, f"{of} of {self.asset}", moved, self.limit)


@dataclass(frozen=True, slots=True)
class TrailingDelta(Filter):
    """How far a trailing stop may trail, in bips: "above" for STOP_LOSS* BUY and TAKE_PROFIT* SELL, else "below"."""

    name: ClassVar[str] = "TRAILING_DELTA"
    least_above: int
    most_above: int
    least_below: int
    most_below: int

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        delta = draft.trailing_delta
        if delta is None:
            return None
        is_above = draft.order_type.value.startswith("STOP_LOSS") == (draft.side is Side.BUY)
        least, most = (self.least_above, self.most_above) if is_above else (self.least_below, self.most_below)
        nearest = max(least, min(delta, most))
        return (
            None if nearest == delta else FilterRefusal(self.name, "trailing delta", Decimal(delta), Decimal(nearest))
        )


@dataclass(frozen=True, slots=True)
class TPlusSell(Filter):
    """No SELLs until `end_ms`. Not in the documentation, but in the exchange's own client library since 2026-07."""

    name: ClassVar[str] = "T_PLUS_SELL"
    end_ms: int

    def refusal(self, draft: Draft, around: MarketContext) -> FilterRefusal | None:
        if draft.side is Side.BUY or around.now_ms >= self.end_ms:
            return None
        return FilterRefusal(self.name, "time", Decimal(around.now_ms), Decimal(self.end_ms))
