from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.fees import Commission, Rates, expected_sell_rate
from lotkeeper.trading.floors import floor_price

TICK = D("0.01")


def test_fee_in_the_coin():
    # bought 1 at 100, fee 0.001 of it: 0.999 to sell for 100; 100 / (0.999 * 0.999) = 100.2003...
    assert floor_price(D(100), D("0.999"), D("0.001"), D(0), TICK) == D("100.21")


def test_fee_in_quote():
    # bought 1 at 100, fee 0.1: cost 100.1; 100.1 / 0.999 = 100.2002...
    assert floor_price(D("100.1"), D(1), D("0.001"), D(0), TICK) == D("100.21")


def test_fee_in_bnb():
    # fee 0.000125 BNB at a bid of 600 = 0.075: cost 100.075; 100.075 * 1.005 / 0.999 = 100.676051...
    assert floor_price(D("100.075"), D(1), D("0.001"), D("0.5"), TICK) == D("100.68")


def test_the_worked_example_with_dust_kept():
    # 0.001 BTC at 50000, fee 0.000001 BTC: 0.000999 received, 0.00099 sellable; its share of 50 is 49.549...
    share = D(50) * D("0.00099") / D("0.000999")
    assert floor_price(share, D("0.00099"), D("0.001"), D(0), TICK) == D("50100.16")


def test_the_worked_example_with_dust_written_off():
    # 50 / (0.00099 * 0.999) = 50555.60...
    assert floor_price(D(50), D("0.00099"), D("0.001"), D(0), TICK) == D("50555.61")


def test_a_tick_of_a_hundred_millionth():
    # 3 for 7 coins, no fee: 0.42857142 857... rounded up
    assert floor_price(D(3), D(7), D(0), D(0), D("1E-8")) == D("0.42857143")


def test_a_step_of_one_whole_coin():
    # 1000 coins for 0.0123 with a fee of 1 left 999, the fee of the SELL 0.1 %: 0.0123 / (999 * 0.999) = 0.000012324...
    assert floor_price(D("0.0123"), D(999), D("0.001"), D(0), D("1E-8")) == D("0.00001233")


def test_exactly_on_the_tick_is_not_raised():
    assert floor_price(D(999), D(10), D("0.001"), D(0), TICK) == 100


def test_what_cost_nothing_sells_for_a_tick():
    assert floor_price(D(0), D(1), D("0.001"), D("0.5"), TICK) == TICK


def test_a_wanted_loss_lowers_the_floor():
    # 100 * 0.99 = 99
    assert floor_price(D(100), D(1), D(0), D(-1), TICK) == 99


@pytest.mark.parametrize(
    ("quantity", "rate", "tick"),
    [("0", "0", "1"), ("-1", "0", "1"), ("1", "1", "1"), ("1", "-0.1", "1"), ("1", "0", "0")],
)
def test_no_floor_without_a_quantity_a_tick_and_a_fee_below_all(quantity, rate, tick):
    with pytest.raises(ValueError, match="no floor for"):
        floor_price(D(100), D(quantity), D(rate), D(0), D(tick))


@given(
    cost=st.decimals(min_value=0, max_value=10**9, places=8),
    quantity=st.decimals(min_value=D("1E-8"), max_value=10**9, places=8),
    rate=st.decimals(min_value=0, max_value=D("0.02"), places=6),
    pct=st.decimals(min_value=0, max_value=50, places=3),
    tick=st.sampled_from([D("1E-8"), D("0.0001"), D("0.01"), D("0.05"), D(1), D(100)]),
)
def test_at_the_floor_the_wanted_sum_is_left_and_a_tick_lower_it_is_not(cost, quantity, rate, pct, tick):
    def net(price):
        return Fraction(price) * Fraction(quantity) * (1 - Fraction(rate))

    wanted = Fraction(cost) * (1 + Fraction(pct) / 100)
    price = floor_price(cost, quantity, rate, pct, tick)
    assert price % tick == 0
    assert net(price) >= wanted
    assert price == tick or Fraction(price - tick) * Fraction(quantity) * (1 - Fraction(rate)) < wanted


def test_the_rate_is_the_worse_side_of_each_part_with_the_sellers():
    # standard max(0.1, 0.2) + 0.05, special max(0.3, 0.1), tax 0 + 0.01 (percent): 0.25 + 0.3 + 0.01
    commission = Commission(
        standard=Rates(maker=D("0.001"), taker=D("0.002"), buyer=D("0.9"), seller=D("0.0005")),
        special=Rates(maker=D("0.003"), taker=D("0.001")),
        tax=Rates(seller=D("0.0001"), buyer=D("0.5")),
    )
    assert expected_sell_rate(commission) == D("0.0056")
    assert expected_sell_rate(Commission(Rates())) == 0
