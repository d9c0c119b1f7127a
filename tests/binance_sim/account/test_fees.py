"""Commission rates, by the parts of the "Commission Rates" FAQ."""

import pytest

from binance_sim.account.fees import FeeRates, FeeSchedule, PairCommission, standard_fees
from tests.binance_sim.support import D

FAQ = PairCommission(
    standard=FeeRates(maker=D("0.0001"), taker=D("0.0002"), buyer=D("0.0003"), seller=D("0.0004")),
    special=FeeRates(maker=D("0.001"), taker=D("0.002"), buyer=D("0.003"), seller=D("0.004")),
    tax=FeeRates(maker=D("0.01"), taker=D("0.02"), buyer=D("0.03"), seller=D("0.04")),
)


@pytest.mark.parametrize(
    ("maker", "buys", "rate", "in_bnb"),
    [
        (True, True, "0.0444", "0.0443"),
        (True, False, "0.0555", "0.055375"),
        (False, True, "0.0555", "0.055375"),
        (False, False, "0.0666", "0.06645"),
    ],
)
def test_three_parts_of_which_bnb_reduces_the_first_only(maker, buys, rate, in_bnb):
    assert FAQ.rate(maker, buys) == D(rate)
    assert FAQ.rate_in_bnb(maker, buys) == D(in_bnb)


def test_bnb_pays_where_account_and_pair_have_the_discount():
    fees = FeeSchedule(FAQ, in_bnb=True, by_symbol={"ETHBTC": PairCommission(discounted=False)})
    assert fees.pays_bnb("BTCUSDT")
    assert not fees.pays_bnb("ETHBTC")
    assert not standard_fees(D("0.001"), D("0.001")).pays_bnb("BTCUSDT")
