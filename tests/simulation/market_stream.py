"""The market stream as the PriceBroadcaster sees it: the best prices of the pair, some of them wrong or late.

It runs only where lots are sold at break-even, and has dice of its own: all other schedules stay as they were.
"""

from decimal import Decimal as D
from typing import TYPE_CHECKING

from thespian.actors import ActorAddress

from lotkeeper.trading.prices.best_prices import BestPrices
from messages.prices import FeedState, PriceFeedsReported, PricesSeen, SeenPrice
from tests.simulation.dice import dice_of
from tests.simulation.venue import SYMBOL

if TYPE_CHECKING:
    from tests.simulation.world import World

EVERY_S = 1.0
LATE_S = 1.0  # the latest that a price arrives
_SPREAD = D("0.02")


class SimulatedMarketStream:
    """One process for the whole schedule, which hears nothing: all prices are sent, wanted or not."""

    role = name = "market"

    def __init__(self, world: "World") -> None:
        self.world = world
        self.address = ActorAddress(self.name)
        self.is_alive = True
        self._dice = dice_of(f"market stream {world.seed}")  # the text is part of what a seed means
        self._wrong, self._late = self._dice.choice((0.0, 0.0, 0.1, 0.3)), self._dice.choice((0.0, 0.0, 0.3))
        self._sent_s = 0.0  # when the newest price is sent: none overtakes another

    def begin(self) -> None:
        self.world.later(EVERY_S, self._beat)

    def on_quote(self, bid: D) -> None:
        """The best bid has changed. Before it comes, now and then, a wrong one that nothing confirms."""
        late_s = self._dice.uniform(0.0, LATE_S) if self._dice.random() < self._late else 0.0
        self._sent_s = max(self._sent_s, self.world.now + late_s)
        if self._dice.random() < self._wrong:
            wrong = (bid * D(self._dice.choice(("1.01", "1.05", "1.5")))).quantize(D("0.01"))
            self.world.at(self._sent_s, lambda: self._send(wrong, is_confirmed=False))
        self.world.at(self._sent_s, lambda: self._send(bid, is_confirmed=True))

    def _beat(self) -> None:
        """The market goes on: the same bid is said again, and others trade at it."""
        self.world.later(EVERY_S, self._beat)
        prices = self.world.system.prices
        if prices is not None:
            self.world.post(self, prices.address, PriceFeedsReported((FeedState(SYMBOL, True, "", ""),)))
        self.on_quote(self.world.venue.price)
        self.world.venue.trade_among_others()

    def _send(self, bid: D, *, is_confirmed: bool) -> None:
        prices = self.world.system.prices
        if prices is None:
            return
        best, heard_s = BestPrices(bid, bid + _SPREAD), prices.monotonic_s()
        seen = SeenPrice(SYMBOL, best, bid, self.world.wall_ms, is_confirmed, heard_s)
        self.world.post(self, prices.address, PricesSeen((seen,)))
