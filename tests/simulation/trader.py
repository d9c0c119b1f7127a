"""The trader, the operator and the market: BUYs, manual SELLs and cancels, prices that move, a pair that is halted."""

from collections.abc import Callable
from decimal import Decimal as D
from typing import TYPE_CHECKING

from binance_sim.errors import ApiError
from binance_sim.matching.amend_order import amend
from binance_sim.matching.orders import Order
from lotkeeper.trading.orders.client_ids import sell_name
from messages.pair_commands import PausePair, ResumePair
from tests.simulation.venue import RULES, SYMBOL

if TYPE_CHECKING:
    from tests.simulation.world import World

STEP = RULES[SYMBOL].step


class SimulatedTrader:
    """Each move draws its own numbers."""

    def __init__(self, world: "World") -> None:
        self.world = world
        # Whether a database was or will be lost: then the trader leaves our SELLs alone, because a cancelled SELL could
        # no longer be matched to its lot.
        self.is_database_lost = False
        self._names = 0

    def make_move(self) -> None:
        """Makes one random move."""
        self._make(self.world.dice.choices(list(MOVES), list(MOVES.values()))[0])

    def buy_now(self) -> None:
        self._make(SimulatedTrader.buy)

    def _make(self, move: "Callable[[SimulatedTrader], None]") -> None:
        """The exchange may refuse it."""
        self.world.tell("trader", lambda: move.__name__)
        try:
            move(self)
        except ApiError as error:
            self.world.tell("trader", lambda error=error: f"refused: {error}")  # type: ignore[misc]

    # Buying

    def buy(self) -> None:
        self.world.venue.order("BUY", "MARKET", self._amount(), name=self._name())

    def buy_at(self, price: D, quantity: D) -> None:
        """The market comes to this price, and the trader buys; the exchange may refuse it."""
        self.world.tell("trader", lambda: f"buys {quantity} at {price}")
        self.world.venue.quote(price, D(50))
        try:
            self.world.venue.order("BUY", "MARKET", quantity, name=self._name())
        except ApiError as error:
            self.world.tell("trader", lambda error=error: f"refused: {error}")  # type: ignore[misc]

    def buy_below_market(self) -> None:
        """A BUY below the market, which fills in parts as the price comes down."""
        price = self._price(-self.world.dice.randint(1, 60))
        self.world.venue.order("BUY", "LIMIT", self._amount(), price, self._name())

    def buy_across_own_sell(self) -> None:
        """A BUY that would match one of our SELLs: the exchange ends the SELL (self-trade prevention), not the BUY."""
        sells = self._ours()
        if sells:
            price = min(each.price for each in sells)
            self.world.venue.order("BUY", "LIMIT", self._amount() * 40, price, self._name())

    def cancel_buy(self) -> None:
        waiting = self.world.venue.open_orders("BUY")
        if waiting:
            self.world.venue.cancel(self.world.dice.choice(waiting), self._name())

    def cancel_all_buys(self) -> None:
        for order in self.world.venue.open_orders("BUY"):
            self.world.venue.cancel(order, self._name())

    # Selling manually

    def sell(self) -> None:
        """Sells the trader's own coins, or a lot's coins where there are no others."""
        quantity = min(self._amount(), self.world.venue.balance() // STEP * STEP)
        self.world.venue.order("SELL", "MARKET", quantity, name=self._name())

    def cancel_sell(self) -> None:
        """Cancels one that has sold nothing or is in the database: otherwise the cancel would lose its client id."""
        sells = [each for each in self._ours() if not each.filled or self._is_in_database(each)]
        if sells and not self.is_database_lost:
            order = self.world.dice.choice(sells)
            self.world.venue.cancel(order, self._name())

    def amend_sell(self) -> None:
        sells = [each for each in self._ours() if each.remaining > STEP * 40 and self._is_in_database(each)]
        if sells and not self.is_database_lost:
            order, venue = self.world.dice.choice(sells), self.world.venue
            with venue.exchange.transaction(venue.desk) as tx:
                amend(tx, order, order.filled + (order.remaining / 2) // STEP * STEP, self._name())

    def _is_in_database(self, order: Order) -> bool:
        return self.world.database.knows_order_id(order.order_id)

    # The market

    def move_price(self) -> None:
        self._quote(self.world.dice.randint(-80, 80))

    def raise_price(self) -> None:
        """So far that SELLs fill, some of them in part."""
        self._quote(self.world.dice.randint(100, 260))

    def drop_price(self) -> None:
        self._quote(-self.world.dice.randint(100, 200))

    def _quote(self, hundredths: int) -> None:
        size = D(self.world.dice.randint(1, 400)) / 100
        self.world.venue.quote(self._price(hundredths), size)

    def halt_pair(self) -> None:
        """In half of the cases all open orders are cancelled too."""
        world, venue = self.world, self.world.venue
        if world.dice.random() < 0.5:
            venue.maintenance()
        venue.exchange.set_status(venue.desk, world.dice.choice(("HALT", "BREAK")))
        world.later(world.dice.uniform(0.5, 8.0), self.resume_trading)

    def resume_trading(self) -> None:
        self.world.venue.exchange.set_status(self.world.venue.desk, "TRADING")

    # The operator

    def pause_pair(self) -> None:
        self.world.system.command_keeper(PausePair(SYMBOL))
        self.world.later(self.world.dice.uniform(0.5, 5.0), self.resume_pair)

    def resume_pair(self) -> None:
        self.world.system.command_keeper(ResumePair(SYMBOL))

    # Amounts

    def _amount(self) -> D:
        """From dust to some hundreds in the quote asset."""
        return D(self.world.dice.choice((8, 20, 50, 140, 700, 2100)) + self.world.dice.randint(0, 99)) / 1000

    def _price(self, hundredths: int) -> D:
        """A price some hundredths of a percent from the market, within limits."""
        price = self.world.venue.price * (1 + D(hundredths) / 10_000)
        return min(max(price, D(120)), D(190)).quantize(D("0.01"))

    def _ours(self) -> list[Order]:
        return [each for each in self.world.venue.open_orders("SELL") if sell_name(each.ticket.client_id)]

    def _name(self) -> str:
        self._names += 1
        return f"web-{self._names}"


MOVES: dict[Callable[[SimulatedTrader], None], int] = {
    SimulatedTrader.buy: 14,
    SimulatedTrader.buy_below_market: 5,
    SimulatedTrader.buy_across_own_sell: 3,
    SimulatedTrader.cancel_buy: 2,
    SimulatedTrader.sell: 3,
    SimulatedTrader.cancel_sell: 1,
    SimulatedTrader.amend_sell: 1,
    SimulatedTrader.move_price: 10,
    SimulatedTrader.raise_price: 8,
    SimulatedTrader.drop_price: 3,
    SimulatedTrader.halt_pair: 1,
    SimulatedTrader.pause_pair: 1,
}
