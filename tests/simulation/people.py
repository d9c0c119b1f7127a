"""The trader and the market: BUYs, hand SELLs, SELLs taken back by hand, prices that move, a pair that is halted."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import TYPE_CHECKING

from binance_sim.errors import ApiError
from binance_sim.matching.amend_order import amend
from binance_sim.matching.orders import Order
from lotkeeper.trading.orders.client_ids import sell_name
from messages.control import PausePair, ResumePair
from tests.simulation.venue import RULES, SYMBOL

if TYPE_CHECKING:
    from tests.simulation.world import World

STEP = RULES[SYMBOL].step


class People:
    """Each move draws its own numbers. `is_lost` says that a notebook was or will be lost: then no person touches our
    SELLs, for nobody could tell any more whose they were.
    """

    def __init__(self, world: "World") -> None:
        self.world = world
        self.is_lost = False
        self._names = 0
        self._spares = world.judge.spare

    def moves(self) -> None:
        """One move at random; what the exchange refuses was tried."""
        dice = self.world.dice
        move = dice.choices(list(MOVES), list(MOVES.values()))[0]
        self.world.tell("people", lambda: move.__name__)
        try:
            move(self)
        except ApiError as error:
            self.world.tell("people", lambda error=error: f"refused: {error}")  # type: ignore[misc]

    # Buying

    def buys(self) -> None:
        self.world.venue.order("BUY", "MARKET", self._amount(), name=self._name())

    def buys_waiting(self) -> None:
        """A BUY below the market, which fills in parts as the price comes down."""
        price = self._price(-self.world.dice.randint(1, 60))
        self.world.venue.order("BUY", "LIMIT", self._amount(), price, self._name())

    def buys_across_a_sell(self) -> None:
        """A BUY that meets one of ours: the exchange ends the SELL and lets the BUY go on."""
        sells = self._ours()
        if sells:
            price = min(each.price for each in sells)
            self.world.venue.order("BUY", "LIMIT", self._amount() * 40, price, self._name())

    def takes_a_buy_back(self) -> None:
        waiting = self.world.venue.open_orders("BUY")
        if waiting:
            self.world.venue.cancel(self.world.dice.choice(waiting), self._name())

    def takes_all_buys_back(self) -> None:
        for order in self.world.venue.open_orders("BUY"):
            self.world.venue.cancel(order, self._name())

    # Selling by hand

    def sells(self) -> None:
        """Coins that are the trader's own, or a lot's: where none is spare, what is sold is missed."""
        quantity = min(self._amount(), self.world.venue.balance() // STEP * STEP)
        self.world.venue.order("SELL", "MARKET", quantity, name=self._name())

    def takes_a_sell_back(self) -> None:
        """One that has sold nothing, or one that is written down: else its name would be gone, and nobody know it."""
        sells = [each for each in self._ours() if not each.filled or self._is_written_down(each)]
        if sells and not self.is_lost:
            order = self.world.dice.choice(sells)
            self.world.venue.cancel(order, self._name())

    def makes_a_sell_smaller(self) -> None:
        sells = [each for each in self._ours() if each.remaining > STEP * 40 and self._is_written_down(each)]
        if sells and not self.is_lost:
            order, venue = self.world.dice.choice(sells), self.world.venue
            with venue.exchange.transaction(venue.desk) as tx:
                amend(tx, order, order.filled + (order.remaining / 2) // STEP * STEP, self._name())

    def _is_written_down(self, order: Order) -> bool:
        return self.world.notebook.knows_id(order.order_id)

    # The market

    def price_moves(self) -> None:
        self._quote(self.world.dice.randint(-80, 80))

    def price_jumps(self) -> None:
        """Far enough that SELLs fill, some of them in part."""
        self._quote(self.world.dice.randint(100, 260))

    def price_falls(self) -> None:
        self._quote(-self.world.dice.randint(100, 200))

    def _quote(self, hundredths: int) -> None:
        size = D(self.world.dice.randint(1, 400)) / 100
        self.world.venue.quote(self._price(hundredths), size)

    def pair_is_halted(self) -> None:
        """With a cancel of all that stands, in half of the cases."""
        world, venue = self.world, self.world.venue
        if world.dice.random() < 0.5:
            venue.maintenance()
        venue.exchange.set_status(venue.desk, world.dice.choice(("HALT", "BREAK")))
        world.later(world.dice.uniform(0.5, 8.0), self.pair_trades)

    def pair_trades(self) -> None:
        self.world.venue.exchange.set_status(self.world.venue.desk, "TRADING")

    # The operator

    def pauses(self) -> None:
        self.world.house.says(PausePair(SYMBOL))
        self.world.later(self.world.dice.uniform(0.5, 5.0), self.resumes)

    def resumes(self) -> None:
        self.world.house.says(ResumePair(SYMBOL))

    # Amounts

    def _amount(self) -> D:
        """From dust to some hundred of quote."""
        return D(self.world.dice.choice((8, 20, 50, 140, 700, 2100)) + self.world.dice.randint(0, 99)) / 1000

    def _price(self, hundredths: int) -> D:
        """So many hundredths of a percent from where the market is, within bounds."""
        price = self.world.venue.price * (1 + D(hundredths) / 10_000)
        return min(max(price, D(120)), D(190)).quantize(D("0.01"))

    def _ours(self) -> list[Order]:
        return [each for each in self.world.venue.open_orders("SELL") if sell_name(each.ticket.client_id)]

    def _name(self) -> str:
        self._names += 1
        return f"web-{self._names}"


MOVES: dict[Callable[[People], None], int] = {
    People.buys: 14,
    People.buys_waiting: 5,
    People.buys_across_a_sell: 3,
    People.takes_a_buy_back: 2,
    People.sells: 3,
    People.takes_a_sell_back: 1,
    People.makes_a_sell_smaller: 1,
    People.price_moves: 10,
    People.price_jumps: 8,
    People.price_falls: 3,
    People.pair_is_halted: 1,
    People.pauses: 1,
}
