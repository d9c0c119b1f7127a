from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.lots.floors import (
    RequiredProceeds,
    affordable_cost,
    exact_floor,
    floor_price,
    required_proceeds,
    round_cost_down,
    round_profit_up,
)
from lotkeeper.trading.money import ONE, Ratio
from lotkeeper.trading.policy import ExitPolicy

TICK = D("0.01")
ALL = Ratio(ONE)
NO_PROFIT = ExitPolicy(D(0))


def floor(cost, quantity, rate="0.001", pct="0", tick=TICK, least="0"):
    """The floor of a whole lot."""
    policy = ExitPolicy(D(pct), min_net_profit=D(least))
    return floor_price(required_proceeds(Ratio(D(cost)), ALL, policy), D(quantity), D(rate), D(tick))


def test_fee_in_the_coin():
    # bought 1 at 100, fee 0.001 of it: 0.999 to sell for 100; 100 / (0.999 * 0.999) = 100.2003...
    assert floor("100", "0.999") == D("100.21")


def test_fee_in_quote():
    # bought 1 at 100, fee 0.1: cost 100.1; 100.1 / 0.999 = 100.2002...
    assert floor("100.1", "1") == D("100.21")


def test_fee_in_bnb():
    # fee 0.000125 BNB at a bid of 600 = 0.075: cost 100.075; 100.075 * 1.005 / 0.999 = 100.676051...
    assert floor("100.075", "1", pct="0.5") == D("100.68")


def test_the_worked_example_with_dust_kept():
    # 0.001 BTC at 50000, fee 0.000001 BTC: 0.000999 received, 0.00099 sellable; its share of 50 is 49.549...
    claim = RequiredProceeds(Ratio(D(50) * D("0.00099"), D("0.000999")))
    assert floor_price(claim, D("0.00099"), D("0.001"), TICK) == D("50100.16")


def test_the_worked_example_with_dust_written_off():
    # 50 / (0.00099 * 0.999) = 50555.60...
    assert floor("50", "0.00099") == D("50555.61")


def test_a_tick_of_a_hundred_millionth():
    # 3 for 7 coins, no fee: 0.42857142 857... rounded up
    assert floor("3", "7", rate="0", tick="1E-8") == D("0.42857143")


def test_a_step_of_one_whole_coin():
    # 1000 coins for 0.0123 with a fee of 1 left 999, the fee of the SELL 0.1 %: 0.0123 / (999 * 0.999) = 0.000012324...
    assert floor("0.0123", "999", tick="1E-8") == D("0.00001233")


def test_exactly_on_the_tick_is_not_raised():
    assert floor("999", "10") == 100


def test_what_cost_nothing_sells_for_a_tick():
    assert floor("0", "1", pct="0.5") == TICK


def test_a_wanted_loss_lowers_the_floor():
    # 100 * 0.99 = 99
    assert floor("100", "1", rate="0", pct="-1") == 99


# The wanted profit


def test_the_more_of_percent_and_amount_counts():
    # 0.5 % of 100 is 0.5: 0.4 in quote asks for less, 2 for more
    assert floor("100", "1", rate="0", pct="0.5", least="0.4") == D("100.5")
    assert floor("100", "1", rate="0", pct="0.5", least="2") == 102


def test_a_part_of_a_lot_brings_its_part_of_the_amount():
    # a quarter of the lot: cost 25, and a quarter of 2: 25.5 for 0.25 coins
    claim = required_proceeds(Ratio(D(25)), Ratio(D(1), D(4)), ExitPolicy(D(0), min_net_profit=D(2)))
    assert floor_price(claim, D("0.25"), D(0), TICK) == 102


@pytest.mark.parametrize(
    ("quantity", "rate", "tick"),
    [("0", "0", "1"), ("-1", "0", "1"), ("1", "1", "1"), ("1", "-0.1", "1"), ("1", "0", "0")],
)
def test_no_floor_without_a_quantity_a_tick_and_a_fee_below_all(quantity, rate, tick):
    with pytest.raises(ValueError, match="no floor for"):
        floor("100", quantity, rate=rate, tick=tick)


@given(
    cost=st.decimals(min_value=0, max_value=10**9, places=8),
    over=st.decimals(min_value=D("1E-8"), max_value=10**4, places=8),
    quantity=st.decimals(min_value=D("1E-8"), max_value=10**9, places=8),
    rate=st.decimals(min_value=0, max_value=D("0.02"), places=6),
    pct=st.decimals(min_value=0, max_value=50, places=3),
    least=st.decimals(min_value=0, max_value=1000, places=4),
    part=st.integers(1, 10),
    tick=st.sampled_from([D("1E-8"), D("0.0001"), D("0.01"), D("0.05"), D(1), D(100)]),
)
def test_at_the_floor_the_wanted_sum_is_left_and_a_tick_lower_it_is_not(
    cost, over, quantity, rate, pct, least, part, tick
):
    """In fractions, which know no rounding; the floor itself is worked out without them."""
    policy = ExitPolicy(pct, min_net_profit=least)
    exact_cost = Fraction(cost) / Fraction(over)
    profit = max(exact_cost * Fraction(pct) / 100, Fraction(least) * part / 10)

    def net(price):
        return Fraction(price) * Fraction(quantity) * (1 - Fraction(rate))

    claim = required_proceeds(Ratio(cost, over), Ratio(D(part), D(10)), policy)
    price = floor_price(claim, quantity, rate, tick)
    assert (Fraction(price) / Fraction(tick)).denominator == 1
    assert net(price) >= exact_cost + profit
    assert price == tick or net(Fraction(price) - Fraction(tick)) < exact_cost + profit
    exact = exact_floor(claim, quantity, rate)
    assert Fraction(exact.numerator) / Fraction(exact.denominator) <= Fraction(price)


# The other way round: what a price pays for


@given(
    price=st.decimals(min_value=D("0.01"), max_value=10**6, places=2),
    quantity=st.decimals(min_value=D("1E-5"), max_value=10**4, places=5),
    rate=st.decimals(min_value=0, max_value=D("0.02"), places=6),
    pct=st.decimals(min_value=0, max_value=50, places=3),
    least=st.decimals(min_value=0, max_value=100, places=2),
    part=st.integers(1, 7),
)
def test_a_sell_pays_for_the_cost_whose_floor_is_its_price(price, quantity, rate, pct, least, part):
    policy, part = ExitPolicy(pct, min_net_profit=least), Ratio(D(part), D(7))
    cost = affordable_cost(price, quantity, rate, policy, part)
    assert cost >= 0
    if cost:
        assert floor_price(required_proceeds(Ratio(cost), part, policy), quantity, rate, TICK) <= price
        more = Ratio(cost + D("1E-11"))
        claim = exact_floor(required_proceeds(more, part, policy), quantity, rate)
        assert Fraction(claim.numerator) / Fraction(claim.denominator) > Fraction(price)


def test_an_amount_that_the_price_cannot_bring_pays_for_nothing():
    assert affordable_cost(D(100), D(1), D(0), ExitPolicy(D(0), min_net_profit=D(101)), ALL) == 0


def test_a_part_of_a_lot_pays_for_more_than_the_whole_profit_would_leave():
    # 50 for half of the lot; a half of 10 is wanted, and 45 are left for its cost
    assert affordable_cost(D(100), D("0.5"), D(0), ExitPolicy(D(0), min_net_profit=D(10)), Ratio(D(1), D(2))) == 45


def test_costs_are_cut_and_profits_raised_at_the_twelfth_decimal():
    assert round_cost_down(Ratio(D(2), D(3))) == D("0.666666666666")
    assert round_profit_up(Ratio(D(2), D(3))) == D("0.666666666667")
    assert round_cost_down(Ratio(D("0.5"))) == round_profit_up(Ratio(D("0.5"))) == D("0.5")
