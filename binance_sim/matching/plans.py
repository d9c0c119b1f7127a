"""What would happen to an order that takes: a list of steps, worked out without touching anything.

Price, then age, decides who is met first; an iceberg's hidden pieces come after all that is shown at its price. A match
with oneself becomes a `Prevention` (source: "Self Trade Prevention (STP) FAQ").
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
    """A trade of `qty` with oneself that does not happen; instead these quantities of taker and maker expire.

    With `moves` the quantity and its worth change hands all the same, between two accounts of one group.
    """

    maker: Order
    price: Decimal
    qty: Decimal
    taker_qty: Decimal
    maker_qty: Decimal
    mode: str
    moves: bool = False


PlanStep = PlannedFill | PlannedPrevention


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes: on which side, down (or up) to which price, under which self-trade prevention mode."""

    account: TradingAccount | None
    buys: bool
    limit: Decimal | None
    stp: str = "NONE"

    def accepts(self, price: Decimal) -> bool:
        if self.limit is None:
            return True
        return price <= self.limit if self.buys else price >= self.limit

    def is_own(self, maker: RestingOrder) -> bool:
        """Whether prevention stands between the two."""
        if self.stp == "NONE" or self.account is None or maker.account is None:
            return False
        return self.account.shares_group_with(maker.account)


def offers(side: BookSide, taker: Taker) -> Iterator[tuple[RestingOrder, Decimal, Decimal]]:
    """What the taker meets, one after the other: (maker, price, quantity)."""
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
    """The steps of an order for `qty`, until it is filled, expired or finds nothing more."""
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
    """The steps of a trade at `price` that came by: the outside's liquidity at better prices was gone by then."""
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
    """What expires when the taker has `left` to go; the taker's mode decides, TRANSFER needs it on both sides."""
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
    """What the steps cost or bring, each rounded as it will be."""
    paid = (step for step in steps if isinstance(step, PlannedFill) or step.moves)
    return sum((quote_amount(step.price, step.qty) for step in paid), ZERO)


def quantity_for_budget(side: BookSide, taker: Taker, budget: Decimal, step: Decimal) -> Decimal:
    """How much a MARKET order by quote quantity is for: whole steps that cost (or bring) at most `budget`."""
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
