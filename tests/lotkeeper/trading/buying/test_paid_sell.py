"""At which price the SELL stands that a BUY pays for, and why a BUY pays for none."""

from dataclasses import replace
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.buying.paid_sell import paid_sell_price
from lotkeeper.trading.buying.planned_purchase import BuyMarket, plan_purchase
from lotkeeper.trading.buying.purchase import PurchaseWish
from lotkeeper.trading.filters.amounts import PercentPriceBySide
from lotkeeper.trading.filters.base import Draft, MarketContext, OrderCounts, OrderType
from lotkeeper.trading.filters.counts import MaxNumOrderLists
from lotkeeper.trading.money import floor_to
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.policy import AgeStep, Dust, Rung
from tests.lotkeeper.trading import make

MARKET = make.market()
MARKET = replace(MARKET, pair=replace(MARKET.pair, takes_opo=True))
POLICY = make.policy("0.5")
RATE = D("0.001")


def buy(price="100", quantity="1") -> Draft:
    return Draft(Side.BUY, OrderType.LIMIT, D(quantity), D(price))


def price(on=MARKET, by=POLICY, of=None, rate=RATE, **around):
    return paid_sell_price(on, by, of or buy(), MarketContext(D(100), **around), rate)


def test_it_is_the_floor_of_the_worst_case():
    assert price() == D("100.71")  # 100.5 / (0.999 * 0.999) = 100.7013...
    assert price(rate=D("0.002")) == D("100.81")  # 100.5 / (0.998 * 0.999) = 100.8022...


cents = st.integers(1_000, 10_000_000).map(lambda cents: D(cents) / 100)
quantities = st.integers(1_000, 500_000).map(lambda steps: D(steps) / 100_000)
rates = st.integers(0, 400).map(lambda parts: D(parts) / 100_000)


@given(cents, quantities, rates, rates, st.sampled_from(Dust), st.integers(0, 3))
def test_whatever_is_bought_for_less_its_sell_is_not_under_the_floor(limit, quantity, buy_rate, sell_rate, dust, least):
    """The floor of a lot of the exact fee, worked out in another way than by the rule."""
    policy = replace(POLICY, dust=dust, min_net_profit=D(least))
    on = replace(MARKET, sell_rate=sell_rate)
    found = price(on, policy, buy(str(limit), str(quantity)), buy_rate)
    if isinstance(found, str):
        return
    received = quantity * (1 - buy_rate)
    sold = floor_to(received, on.pair.step)
    spent = limit * quantity
    cost = spent if dust is Dust.WRITE_OFF else spent * sold / received
    assert found * sold * (1 - sell_rate) >= cost + max(cost * D("0.005"), D(least)) - D("1e-9")
    assert (found - on.pair.tick) * sold * (1 - sell_rate) < cost + max(cost * D("0.005"), D(least))


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"ladder": (Rung(D(50), D(1)), Rung(D(50), D(2)))}, "exit.ladder"),
        ({"trailing_bips": 100}, "exit.trailing"),
        ({"stop_loss_pct": D(10)}, "exit.stop_loss"),
        ({"keep_coins_pct": D(50)}, "exit.keep_coins_pct"),
    ],
)
def test_what_one_limit_cannot_do_is_left_to_lotkeeper(changes, key):
    assert price(by=replace(POLICY, **changes)) == f"one LIMIT SELL cannot do what {key} asks for"


def test_a_profit_that_falls_with_age_begins_with_one_limit():
    assert price(by=replace(POLICY, age=(AgeStep(1000, D(0)),))) == D("100.71")


def test_why_a_buy_pays_for_none():
    assert "takes no order list of this kind (OPO) on BTCUSDT" in price(on=make.market())
    assert "has not told the fees" in price(rate=None)
    assert "too little for a SELL" in price(of=buy("1000000", "0.00001"))
    full = replace(MARKET, pair=replace(make.pair(max_orders=5), takes_opo=True))
    assert "MAX_NUM_ORDERS: " in price(full, pair=OrderCounts(orders=4))
    assert price(full, pair=OrderCounts(orders=3)) == D("100.71")
    few = replace(MARKET, pair=replace(make.pair(MaxNumOrderLists(2)), takes_opo=True))
    assert "MAX_NUM_ORDER_LISTS: " in price(few, pair=OrderCounts(lists=2))
    assert price(few, pair=OrderCounts(lists=1)) == D("100.71")
    sides = PercentPriceBySide(D(5), D("0.2"), D("1.1"), D("0.9"))
    near = replace(MARKET, pair=replace(make.pair(sides), takes_opo=True))
    assert "SELL: the price 110.78 USDT of a SELL on BTCUSDT is outside the band" in price(near, of=buy("110"))


def test_the_plan_says_who_places_the_sell():
    wish = PurchaseWish(D(90), D(1), None, make.NOW, "alice", "")
    known = BuyMarket(D(100), None, None, RATE)
    paid = plan_purchase(MARKET, POLICY, wish, known)
    assert (paid.is_paid, paid.no_list, paid.sell_price) == (True, "", D("90.64"))
    above = plan_purchase(MARKET, POLICY, replace(wish, price=D(110)), known)
    assert (above.is_paid, above.expected_price, above.sell_price) == (True, 100, D("110.78"))  # for the worst case
    alone = plan_purchase(MARKET, POLICY, replace(wish, pays_for_sell=False), known)
    assert (alone.is_paid, alone.no_list) == (False, "")
    at_market = plan_purchase(MARKET, POLICY, replace(wish, price=None), known)
    assert (at_market.is_paid, at_market.no_list) == (False, "")
    plain = plan_purchase(make.market(), POLICY, wish, known)
    assert (plain.is_paid, plain.sell_price) == (False, D("90.64"))
    assert "OPO" in plain.no_list
