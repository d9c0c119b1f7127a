from decimal import Decimal as D

import pytest

from lotkeeper.trading.filters.base import OrderType
from lotkeeper.trading.filters.prices import PercentPrice, PercentPriceBySide, PriceFilter
from tests.lotkeeper.trading.filters.drafts import at, buy, market, said, sell

PRICES = PriceFilter(tick=D("0.01"), least=D("0.5"), most=D(1000))
# TSLABUSDT in 2026: a SELL from 0.9 to 1.2 times the reference, a BUY from 0.8 to 1.1
TIGHT = PercentPriceBySide(bid_up=D("1.1"), bid_down=D("0.8"), ask_up=D("1.2"), ask_down=D("0.9"))


@pytest.mark.parametrize(
    ("price", "wanted"),
    [
        ("100", None),
        ("0.5", None),
        ("1000", None),
        ("100.001", ("price", "100.001", "100")),
        ("0.49", ("price", "0.49", "0.5")),
        ("1000.01", ("price", "1000.01", "1000")),
        ("1E-8", ("price", "1E-8", "0.5")),
    ],
)
def test_prices_within_the_bounds_and_on_the_tick(price, wanted):
    assert said(PRICES, sell(price=price)) == wanted


def test_each_of_the_three_is_switched_off_by_a_zero():
    assert said(PriceFilter(D(0), D("0.5"), D(1000)), sell(price="100.00000001")) is None
    assert said(PriceFilter(D("0.01")), sell(price="0.01")) is None
    assert said(PriceFilter(D("0.01")), sell(price="99999999")) is None


def test_the_stop_price_is_a_price_and_a_market_order_has_none():
    stop = sell(price="100", kind=OrderType.STOP_LOSS_LIMIT, stop_price="99.999")
    assert said(PRICES, stop) == ("stop price", "99.999", "100")
    assert said(PRICES, market()) is None


def test_a_tick_of_a_hundred_millionth():
    assert said(PriceFilter(D("1E-8")), sell(price="0.00000123")) is None
    assert said(PriceFilter(D("1E-8")), sell(price="0.000001234")) == ("price", "0.000001234", "0.00000123")


@pytest.mark.parametrize(
    ("price", "wanted"),
    [
        ("90", None),
        ("120", None),
        ("120.01", ("price", "120.01", "120")),  # after a crash the profitable price may be out of reach
        ("89.99", ("price", "89.99", "90")),
    ],
)
def test_a_sell_is_measured_by_the_multipliers_of_asks(price, wanted):
    assert said(TIGHT, sell(price=price), at("100")) == wanted


def test_a_buy_is_measured_by_those_of_bids():
    assert said(TIGHT, buy(price="110"), at("100")) is None
    assert said(TIGHT, buy(price="115"), at("100")) == ("price", "115", "110")
    assert said(TIGHT, buy(price="79"), at("100")) == ("price", "79", "80")


def test_the_older_form_has_the_same_for_both_sides():
    both = PercentPrice(up=D(5), down=D("0.2"))
    for order in (sell, buy):
        assert said(both, order(price="500"), at("100")) is None
        assert said(both, order(price="501"), at("100")) == ("price", "501", "500")
        assert said(both, order(price="19"), at("100")) == ("price", "19", "20")


def test_without_a_reference_price_the_exchange_has_to_say():
    assert said(TIGHT, sell(price="1")) is None
    assert said(PercentPrice(D(5), D("0.2")), sell(price="1")) is None
    assert said(TIGHT, market(), at("100")) is None
