"""An operator who buys with `lotkeeper buy`, asks again because the answer may have been lost, and cancels orders.

Most BUYs at a price pay for their SELLs (OPO), where the exchange and the policy allow that. It has dice of its own.
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal as D
from random import Random
from typing import TYPE_CHECKING

from binance_sim.matching.orders import Order, OrderList
from lotkeeper.trading.buying.purchase import PurchaseWish
from lotkeeper.trading.orders.client_ids import is_purchase, purchase_of, sell_name
from messages.pair_commands import BuyCoins, CancelOrder
from tests.simulation.dice import dice_of
from tests.simulation.venue import RULES, SYMBOL

if TYPE_CHECKING:
    from tests.simulation.world import World

_STEP, _TICK = RULES[SYMBOL].step, RULES[SYMBOL].tick


@dataclass(slots=True)
class OperatorPurchases:
    dice: Random
    count: int  # how many BUYs
    cancels: int  # how many cancels
    asked: set[str] = field(default_factory=set)  # what was asked for, with the number of the purchase
    _numbers: dict[str, int] = field(default_factory=dict)
    _until_s: float = 0.0

    def schedule(self, world: "World", length_s: float) -> None:
        self._until_s = length_s
        for _ in range(self.count):
            world.later(self.dice.uniform(0.5, length_s), lambda: self._buy(world))
        for _ in range(self.cancels):
            world.later(self.dice.uniform(2.0, length_s), lambda: self._cancel(world))

    def _buy(self, world: "World") -> None:
        wish = self._wish(world)
        message = BuyCoins(SYMBOL, wish, self.dice.random() < 0.15, False)
        self._send(world, message)
        again = replace(message, wish=replace(wish, at_ms=wish.at_ms + 1), is_again=False)
        for _ in range(self.dice.choice((0, 1, 1, 2))):
            world.later(self.dice.choice((0.001, 0.5, 4.0, 30.0)), lambda: self._send(world, again))

    def _send(self, world: "World", message: BuyCoins) -> None:
        request = message.wish.request
        if world.now > self._until_s:
            return
        world.tell("operator", lambda: f"buys {request}{' again' if message.is_again else ''}")
        number = self._numbers.get(request, 0)
        if message.is_again or not number:
            self._numbers[request] = number = number + 1
        self.asked.add(f"{request} {number}")
        world.system.command_keeper(message)

    def _wish(self, world: "World") -> PurchaseWish:
        """Mostly below the market, so that it is filled in parts as the price comes down."""
        at = self.dice.choice((None, *(self.dice.randint(-60, 0) for _ in range(4)), self.dice.randint(1, 20)))
        price = None if at is None else world.venue.price * (10_000 + at) / 10_000 // _TICK * _TICK
        quantity = D(self.dice.choice((50, 140, 700)) + self.dice.randint(0, 99)) / 1000 // _STEP * _STEP
        pays = self.dice.random() < 0.75
        return PurchaseWish(price, quantity, None, world.wall_ms, "operator", "", pays)

    def _cancel(self, world: "World") -> None:
        """One of the BUYs asked for, or a SELL of ours that nobody asked for by instruction."""
        orders = [each for side in ("BUY", "SELL") for each in world.venue.open_orders(side) if _may_cancel(each)]
        if orders:
            name = self.dice.choice(orders).ticket.client_id
            world.tell("operator", lambda: f"cancels {name}")
            world.system.command_keeper(CancelOrder(SYMBOL, name, "operator", "", False))


def _may_cancel(order: Order) -> bool:
    name = sell_name(order.ticket.client_id)
    is_sell = name is not None and not name.is_instructed
    return is_sell or is_purchase(order.ticket.client_id) or bool(purchase_of(order.ticket.client_id))


def draw_purchases(seed: int, *, always: bool) -> OperatorPurchases | None:
    """The operator of the schedule of this seed; None if nobody buys by command."""
    if not always:
        return None
    dice = dice_of(f"purchases {seed}")  # the text is part of what a seed means
    return OperatorPurchases(dice, dice.randint(2, 6), dice.choice((0, 0, 1, 2)))


# How the judge counts a BUY that pays for its SELL


def paying_buy(sell: Order) -> Order | None:
    """The BUY of the SELL's list, if it is one of ours; None for a SELL that was placed alone."""
    whole: OrderList | None = sell.order_list
    is_paid = whole is not None and whole.working is not None and bool(purchase_of(sell.ticket.client_id))
    return whole.working if whole is not None and is_paid else None


def from_free_coins(sells: list[Order], received: D) -> D:
    """So much of a BUY's fee the exchange took from free coins: its SELL sells what was bought, not what is left."""
    paid = sum((each.qty for each in sells if purchase_of(each.ticket.client_id)), D(0))
    return max(D(0), paid - received)
