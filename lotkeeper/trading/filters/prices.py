"""Filters of the price alone: PRICE_FILTER, PERCENT_PRICE and PERCENT_PRICE_BY_SIDE."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lotkeeper.trading.filters.base import Draft, Filter, Grid, MarketContext, Refusal, within
from lotkeeper.trading.money import ZERO, product
from lotkeeper.trading.orders.fills import Side


@dataclass(frozen=True, slots=True)
class PriceFilter(Filter):
    """Price and stop price: from `least` to `most`, a multiple of `tick` (quote); zero switches each off.

    Multiples are counted from zero (Binance filters.md, since 2022-12).
    """

    name: ClassVar[str] = "PRICE_FILTER"
    tick: Decimal
    least: Decimal = ZERO
    most: Decimal = ZERO

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        grid = Grid(self.least, self.most, self.tick)
        for of, price in _prices(draft):
            if not grid.holds(price):
                return Refusal(self.name, of, price, grid.nearest(price))
        return None


@dataclass(frozen=True, slots=True)
class PercentPrice(Filter):
    """The price may lie from `down` to `up` times the reference price."""

    name: ClassVar[str] = "PERCENT_PRICE"
    up: Decimal
    down: Decimal

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        return _far(self.name, draft, around, self.down, self.up)


@dataclass(frozen=True, slots=True)
class PercentPriceBySide(Filter):
    """As PERCENT_PRICE, with multipliers of their own for BUY (`bid`) and SELL (`ask`)."""

    name: ClassVar[str] = "PERCENT_PRICE_BY_SIDE"
    bid_up: Decimal
    bid_down: Decimal
    ask_up: Decimal
    ask_down: Decimal

    def refusal(self, draft: Draft, around: MarketContext) -> Refusal | None:
        sides = {Side.BUY: (self.bid_down, self.bid_up), Side.SELL: (self.ask_down, self.ask_up)}
        return _far(self.name, draft, around, *sides[draft.side])


def _prices(draft: Draft) -> Iterator[tuple[str, Decimal]]:
    if draft.price is not None:
        yield "price", draft.price
    if draft.stop_price is not None:
        yield "stop price", draft.stop_price


def _far(name: str, draft: Draft, around: MarketContext, down: Decimal, up: Decimal) -> Refusal | None:
    if around.reference is None or draft.price is None:
        return None
    nearest = within(product(around.reference, down), product(around.reference, up), draft.price)
    return None if nearest == draft.price else Refusal(name, "price", draft.price, nearest)
