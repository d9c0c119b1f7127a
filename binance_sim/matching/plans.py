"""Plans: what would happen to a taker, as a list of steps, computed without changing anything.

Makers are met by price, then by age; the hidden pieces of an iceberg come after everything visible at its price. A
self-trade becomes a `PlannedPrevention` (source: "Self Trade Prevention (STP) FAQ").
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from binance_sim.account.account import TradingAccount
from binance_sim.matching.books import BookSide, RestingOrder
from binance_sim.matching.orders import Order
from binance_sim.numbers import EXACT, ZERO, floor_to, quote_amount

EXPIRES_TAKER = frozenset({"EXPIRE_TAKER", "EXPIRE_BOTH"})
EXPIRES_MAKER = frozenset({"EXPIRE_MAKER", "EXPIRE_BOTH"})


@dataclass(frozen=True, slots=True)
class PlannedFill:
    """A trade with `maker` at its price."""

    maker: RestingOrder
    price: Decimal
    qty: Decimal


@dataclass(frozen=True, slots=True)
class PlannedPrevention:
    """A self-trade of `qty` that does not happen: instead quantities of taker and maker expire."""

    maker: Order
    price: Decimal
    qty: Decimal
    taker_qty: Decimal
    maker_qty: Decimal
    mode: str
    moves: bool = False  # the quantity and its value still change hands, between two accounts of one group


PlanStep = PlannedFill | PlannedPrevention


@dataclass(frozen=True, slots=True)
class Taker:
    """A taker: its account, side, limit price and self-trade prevention mode."""

    account: TradingAccount | None
    buys: bool
    limit: Decimal | None
    stp: str = "NONE"

    def accepts(self, price: Decimal) -> bool:
        if self.limit is None:
            return True
        return price <= self.limit if self.buys else price >= self.limit

    def is_own(self, maker: RestingOrder) -> bool:
        """Whether self-trade prevention applies between the taker and this maker."""
        if self.stp == "NONE" or self.account is None or maker.account is None:
            return False
        return self.account.shares_group_with(maker.account)


def offers(side: BookSide, taker: Taker) -> Iterator[tuple[RestingOrder, Decimal, Decimal]]:
    """The makers that the taker meets, in order: (maker, price, quantity)."""
    for level in side.from_best():
        if not taker.accepts(level.price):
            return
        queue = deque((maker, maker.shown, maker.hidden) for maker in level.queue.values())
        while queue:
            maker, shown, hidden = queue.popleft()
            yield maker, level.price, shown
            if hidden:
                piece = min(maker.piece_size, hidden)
                queue.append((maker, piece, hidden - piece))


def plan_quantity(side: BookSide, taker: Taker, qty: Decimal) -> list[PlanStep]:
    """The steps of an order for `qty`, until it is filled or expired or no maker is left."""
    steps: list[PlanStep] = []
    gone: set[int] = set()
    left = qty
    for maker, price, size in offers(side, taker):
        if left <= 0:
            break
        if id(maker) in gone:
            continue
        if not taker.is_own(maker):
            steps.append(PlannedFill(maker, price, min(size, left)))
            left -= min(size, left)
            continue
        step = plan_prevention(taker, cast(Order, maker), price, left)
        steps.append(step)
        left -= step.taker_qty
        gone.add(id(maker))
    return steps


def plan_external_trade(side: BookSide, buys: bool, price: Decimal, qty: Decimal) -> list[PlanStep]:
    """The steps of an external trade at `price`; external orders at better prices were gone by then."""
    steps: list[PlanStep] = []
    left = qty
    for maker, at, size in offers(side, Taker(None, buys, price)):
        if left <= 0:
            break
        if maker.account is not None or at == price:
            steps.append(PlannedFill(maker, at, min(size, left)))
            left -= min(size, left)
    return steps


def plan_prevention(taker: Taker, maker: Order, price: Decimal, left: Decimal) -> PlannedPrevention:
    """What expires when the taker has `left` to fill. The taker's mode decides; TRANSFER must be set on both sides."""
    mode, rest = taker.stp, maker.remaining
    if mode == "TRANSFER" and maker.ticket.stp != "TRANSFER":
        mode = "DECREMENT"
    if mode in ("DECREMENT", "TRANSFER"):
        both = min(left, rest)
        moves = mode == "TRANSFER" and taker.account is not maker.account
        return PlannedPrevention(maker, price, both, both, both, mode, moves)
    taker_qty = left if mode in EXPIRES_TAKER else ZERO
    maker_qty = rest if mode in EXPIRES_MAKER else ZERO
    return PlannedPrevention(maker, price, min(left, rest), taker_qty, maker_qty, mode)


def filled_quantity(steps: list[PlanStep]) -> Decimal:
    """The quantity that the steps trade."""
    return sum((step.qty for step in steps if isinstance(step, PlannedFill)), ZERO)


def total_cost(steps: list[PlanStep]) -> Decimal:
    """The sum that the steps cost or earn, each rounded as it will be booked."""
    paid = (step for step in steps if isinstance(step, PlannedFill) or step.moves)
    return sum((quote_amount(step.price, step.qty) for step in paid), ZERO)


def quantity_for_budget(side: BookSide, taker: Taker, budget: Decimal, step: Decimal) -> Decimal:
    """The quantity of a MARKET order by quote quantity: whole steps that cost (or earn) at most `budget`."""
    total, left = ZERO, budget
    for maker, price, size in offers(side, taker):
        if taker.is_own(maker):
            continue
        qty = min(size, floor_to(EXACT.divide(left, price), step))
        total += qty
        left -= quote_amount(price, qty)
        if qty < size:
            break
    return total
