"""An operator who sells lots with `lotkeeper sell`, and asks again because the answer may have been lost.

Some schedules have one, drawn by dice of its own; the others stay as they were.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal as D
from random import Random
from typing import TYPE_CHECKING

from binance_sim.matching.orders import Order
from lotkeeper.trading.lots.instructions import PriceKind
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.selling.planned_sale import MARKET_MARGIN, SaleWish
from messages.pair_commands import SellLot, WithdrawSale
from tests.simulation.dice import dice_of
from tests.simulation.venue import RULES, SYMBOL

if TYPE_CHECKING:
    from tests.simulation.world import World

EVERY, AMONG = 20, (5, 9)  # of so many schedules these
_STEP, _TICK = RULES[SYMBOL].step, RULES[SYMBOL].tick


@dataclass(slots=True)
class AskedSales:
    """What the operator asked for, for the judge: which SELLs of which lots may stand under their floor."""

    _allowed: dict[int, D | None] = field(default_factory=dict)  # by lot: so much (base) at most; None: all of it
    # By lot: the limits under the floor that were allowed; None at the market.
    _prices: dict[int, list[D | None]] = field(default_factory=dict)
    _last: dict[int, SellLot] = field(default_factory=dict)
    is_counted: bool = True  # False where a lost database forgets what was asked for

    def note(self, number: int, message: SellLot) -> None:
        """The same asked again right after counts once."""
        wish, last = message.wish, self._last.get(number)
        self._last[number] = message
        if wish.is_below_floor_allowed:
            self._prices.setdefault(number, []).append(wish.price)
        if last is None or last.wish.request != wish.request:
            self.allow_again(number)

    def allow_again(self, number: int) -> None:
        """What was asked for last has ended unsold, or was withdrawn: asked for again it is new."""
        last, before = self._last.get(number), self._allowed.get(number, D(0))
        if last is not None and before is not None:
            quantity = last.wish.quantity
            self._allowed[number] = None if quantity is None else before + quantity

    def may_be_under_floor(self, number: int, price: D, lowest_bid: D) -> bool:
        """The bid is that of the moment at which the service asks for it, which nobody else knows."""
        at_market = lowest_bid * (1 - MARKET_MARGIN) - _TICK
        return any(price >= (at_market if each is None else each) for each in self._prices.get(number, ()))

    def excess(self, number: int, sells: list[Order]) -> D:
        """How much more of a lot is sold or offered by instruction than was asked for."""
        allowed = self._allowed.get(number, D(0))
        if allowed is None or not self.is_counted:
            return D(0)
        return sum((each.filled + (each.remaining if each.is_open else 0) for each in sells), D(0)) - allowed


@dataclass(slots=True)
class OperatorSales:
    dice: Random
    count: int  # how many sales

    def schedule(self, world: "World", length_s: float) -> None:
        for _ in range(self.count):
            world.later(self.dice.uniform(1.0, length_s), lambda: self._sell(world))

    def _sell(self, world: "World") -> None:
        numbers = [number for number, lot in sorted(world.judge.lots.items()) if lot.is_unsold]
        if not numbers:
            return
        number = self.dice.choice(numbers)
        wish = self._wish(world, number)
        message = SellLot(SYMBOL, lot_id(SYMBOL, number), wish, False, False)
        again = replace(message, wish=replace(wish, at_ms=wish.at_ms + 1))
        self._send(world, number, message)
        for _ in range(self.dice.choice((0, 1, 1, 2))):
            world.later(self.dice.choice((0.001, 0.5, 4.0, 12.0)), lambda: self._send(world, number, again))
        if self.dice.random() < 0.25:
            world.later(self.dice.uniform(0.0, 8.0), lambda: self._withdraw(world, number))

    def _send(self, world: "World", number: int, message: SellLot) -> None:
        wish = message.wish
        world.tell("operator", lambda: f"sells {wish.request} of {message.lot}")
        world.judge.asked_sales.note(number, message)
        world.system.command_keeper(message)

    def _withdraw(self, world: "World", number: int) -> None:
        world.tell("operator", lambda: f"withdraws the sale of {number}")
        world.judge.asked_sales.allow_again(number)
        world.system.command_keeper(WithdrawSale(SYMBOL, lot_id(SYMBOL, number), "operator", "", False))

    def _wish(self, world: "World", number: int) -> SaleWish:
        """Mostly of a part, so that selling it twice shows; prices from far under the market to far above."""
        kind = self.dice.choice((PriceKind.AT, PriceKind.FLOOR, PriceKind.MARKET, PriceKind.MARKET))
        price = None
        if kind is PriceKind.AT:
            price = world.venue.price * (10_000 + self.dice.randint(-150, 400)) / 10_000 // _TICK * _TICK
        part = world.judge.lots[number].received * self.dice.randint(5, 60) / 100 // _STEP * _STEP
        quantity = None if self.dice.random() < 0.25 or not part else part
        return SaleWish(kind, price, quantity, self.dice.random() < 0.9, world.wall_ms, "operator", "")


def draw_sales(seed: int, *, always: bool = False) -> OperatorSales | None:
    """The operator of the schedule of this seed; None if nobody sells."""
    if not always and seed % EVERY not in AMONG:
        return None
    dice = dice_of(f"sales {seed}")  # the text is part of what a seed means
    return OperatorSales(dice, dice.randint(3, 10))
