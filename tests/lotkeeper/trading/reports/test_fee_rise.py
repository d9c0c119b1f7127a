"""What SELLs lack since the fee has risen."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.reports.fee_rise import FeeRise, add_up, fee_rise_of
from tests.persistence.lots import lot, order

NEW = D("0.001")


def standing(**changes):
    """A SELL of 0.5 at 60000, priced without a fee to bring 15 more than its cost of 29985."""
    values = {"price": D(60000), "quantity": D("0.5"), "cost": D(29985), "profit": D(15), "sell_rate": D(0)}
    return order(7, **(values | changes))


def test_what_is_lacking_is_the_difference_of_the_fees():
    assert fee_rise_of(lot(7, orders=(standing(),)), NEW) == FeeRise(1, D(30), 1, D(0))
    assert fee_rise_of(lot(7, orders=(standing(cost=D(29000)),)), NEW) == FeeRise(1, D(30), 0, D(0))
    half = standing(executed=D("0.25"), state=OrderState.PARTIALLY_FILLED)
    assert fee_rise_of(lot(7, orders=(half,)), NEW).shortfall == D(15)


@pytest.mark.parametrize(
    "changes",
    [{"sell_rate": NEW}, {"sell_rate": None}, {"state": OrderState.CANCELED}, {"state": OrderState.REFUSED}],
)
def test_other_sells_lack_nothing(changes):
    assert fee_rise_of(lot(7, orders=(standing(**changes),)), NEW) == FeeRise()


def test_it_is_said_with_numbers():
    rise = add_up([FeeRise(29, D("11.5"), 0, D("0.0002")), FeeRise(1, D("0.84"), 1, D(0))])
    assert rise.sentence(NEW, "BTCUSDT", "USDT") == (
        "the fee of a SELL is 0.1 % now, and 30 SELLs on the book were priced with less (from 0 % on): together they "
        "bring 12.34 USDT less than wanted, 1 of them less than their cost; to have them priced again cancel them on "
        "the exchange, then: lotkeeper resume BTCUSDT"
    )
