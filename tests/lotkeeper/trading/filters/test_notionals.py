from decimal import Decimal as D

import pytest

from lotkeeper.trading.filters.notionals import MinNotional, Notional
from lotkeeper.trading.orders.fills import Side
from tests.lotkeeper.trading.filters.drafts import at, market, said, sell

LIVE = Notional(D(5), D(9_000_000), least_to_market=True, most_to_market=False)


@pytest.mark.parametrize("rule", [LIVE, MinNotional(D(5))])
def test_an_order_is_worth_at_least_so_much(rule):
    assert said(rule, sell("0.05", "100")) is None
    assert said(rule, sell("0.0499", "100")) == ("notional", "4.9900", "5")


def test_an_order_is_worth_at_most_so_much():
    assert said(LIVE, sell("90000", "100")) is None
    assert said(LIVE, sell("90001", "100")) == ("notional", "9000100", "9000000")


def test_no_most_is_no_bound():
    assert said(Notional(D(5)), sell("1", "99999999999")) is None


@pytest.mark.parametrize("rule", [LIVE, MinNotional(D(5))])
def test_market_orders_are_measured_at_the_reference_price(rule):
    assert said(rule, market("0.01"), at("100")) == ("notional", "1.00", "5")
    assert said(rule, market("0.01")) is None  # nobody knows


def test_each_bound_may_be_for_limit_orders_alone():
    assert said(LIVE, market("90001"), at("100")) is None
    strict = Notional(D(5), D(100), least_to_market=False, most_to_market=True)
    assert said(strict, market("0.01"), at("100")) is None
    assert said(strict, market("2"), at("100")) == ("notional", "200", "100")
    assert said(MinNotional(D(5), to_market=False), market("0.01"), at("100")) is None


def test_what_is_bought_for_a_sum_is_worth_that_sum():
    assert said(LIVE, market("0", Side.BUY, quote_quantity="4"), at("100")) == ("notional", "4", "5")
    assert said(LIVE, market("0", Side.BUY, quote_quantity="5")) is None


def test_the_product_is_exact_to_its_last_digit():
    """31 digits; cut to 28 it would be under the least."""
    rule, fine = Notional(D("1.000000000000002000000000000001")), "1.000000000000001"
    assert said(rule, sell(fine, fine)) is None
    assert said(Notional(rule.least + D("1E-27")), sell(fine, fine)) is not None
