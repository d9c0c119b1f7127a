"""How the judge counts the lots of a group together."""

from dataclasses import dataclass
from decimal import Decimal as D
from fractions import Fraction

from binance_sim.matching.orders import Order
from tests.binance_sim.support import Bench
from tests.simulation.lots_together import Market, lack_of_all

ON = Market(rate=Fraction(0), step=Fraction(1, 1000), most_dust=Fraction(1, 20))


@dataclass
class Bought:
    """A lot: what it received, and what each of its coins cost."""

    received: D
    unit_cost: D
    sells: list[Order]

    @property
    def offered(self) -> D:
        return sum((each.qty for each in self.sells), D(0))

    @property
    def most_offered(self) -> D:
        return self.offered


def lack(lots: list[Bought], sold_manually: str = "0") -> Fraction:
    return lack_of_all(lots, lambda lot, quantity: quantity * Fraction(lot.unit_cost), ON, Fraction(sold_manually))


def sell(quantity: str, price: str) -> Order:
    return Bench({"BTC": "9"}).place("SELL", qty=quantity, price=price)


def test_a_group_has_to_bring_the_cost_of_all_its_lots():
    dear, cheap = Bought(D(2), D(61000), [sell("2", "60500")]), Bought(D(2), D(60000), [sell("2", "60500")])
    assert lack([dear, cheap]) <= 0
    cheap.sells = [sell("2", "60400")]
    assert lack([dear, cheap]) > 0


def test_a_sell_may_offer_cheap_dust_in_the_place_of_coins_that_were_sold_by_hand():
    """Seed 4712: a lot has 1.5 coins of its own left and 0.03 of another one, and asks for the cost of these."""
    dear, cheap = Bought(D(2), D(61000), [sell("1.53", "60990")]), Bought(D("0.03"), D(60000), [])
    assert lack([dear, cheap]) > 0
    assert lack([dear, cheap], sold_manually="0.5") <= 0
    dear.sells = [sell("1.53", "60900")]
    assert lack([dear, cheap], sold_manually="0.5") > 0
