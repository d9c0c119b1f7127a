"""The band of prices that the exchange allows around its reference price, and the sentence about a price outside."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.filters.amounts import PercentPrice, PercentPriceBySide, PriceFilter
from lotkeeper.trading.filters.base import MarketContext
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.price_band import why_price_refused, why_refused
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.filters.drafts import at, buy, draft, market, sell

SIDES = PercentPriceBySide(bid_up=D("1.1"), bid_down=D("0.8"), ask_up=D("1.2"), ask_down=D("0.9"))
BOTH = PercentPrice(up=D(5), down=D("0.2"))
PAIR = make.pair(SIDES)


@pytest.mark.parametrize("order", [buy(price="80"), buy(price="110"), sell(price="90"), sell(price="120")])
def test_both_ends_of_the_band_are_allowed(order):
    assert why_refused(PAIR, order, at("100")) == ""


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (buy(price="79.99"), "the price 79.99 USDT of a BUY on BTCUSDT is outside the band from 80 to 110 USDT"),
        (buy(price="110.01"), "the price 110.01 USDT of a BUY on BTCUSDT is outside the band from 80 to 110 USDT"),
        (sell(price="89.99"), "the price 89.99 USDT of a SELL on BTCUSDT is outside the band from 90 to 120 USDT"),
        (sell(price="120.01"), "the price 120.01 USDT of a SELL on BTCUSDT is outside the band from 90 to 120 USDT"),
    ],
)
def test_each_side_has_its_own_band(order, wanted):
    assert why_refused(PAIR, order, at("100")) == f"{wanted} that the exchange allows now (PERCENT_PRICE_BY_SIDE)"


def test_the_older_filter_has_one_band_for_both_sides():
    pair = make.pair(BOTH)
    for order in (buy, sell):
        assert why_refused(pair, order(price="20"), at("100")) == ""
        assert why_refused(pair, order(price="500"), at("100")) == ""
        said = why_refused(pair, order(price="19.99"), at("100"))
        assert said.endswith("outside the band from 20 to 500 USDT that the exchange allows now (PERCENT_PRICE)")


def test_the_ends_are_rounded_into_the_band():
    said = why_refused(PAIR, buy(price="3"), at("100.0055"))
    assert "from 80.01 to 110 USDT" in said  # 80.0044 and 110.00605


def test_where_both_filters_stand_the_band_is_what_both_allow():
    pair = make.pair(BOTH, PercentPriceBySide(bid_up=D(2), bid_down=D("0.1"), ask_up=D(6), ask_down=D("0.5")))
    assert "from 20 to 200 USDT that the exchange allows now (PERCENT_PRICE)" in why_refused(
        pair, buy(price="15"), at("100")
    )
    assert "from 50 to 500 USDT" in why_refused(pair, sell(price="550"), at("100"))


def test_the_bounds_of_all_prices_cut_the_band():
    pair = make.pair(SIDES, min_price=D(85), max_price=D(105))
    assert "from 85 to 105 USDT" in why_refused(pair, buy(price="70"), at("100"))


def test_a_band_without_an_upper_end_and_one_that_no_tick_meets():
    pair = make.pair(PercentPrice(up=D(0), down=D("0.5")))
    assert "outside the band from 50 USDT on that" in why_refused(pair, buy(price="49"), at("100"))
    coarse = make.pair(PercentPrice(up=D("1.01"), down=D("0.99")), tick=D(10))
    assert "is refused: the exchange allows no price now" in why_refused(coarse, buy(price="110"), at("105"))


def test_without_a_reference_and_without_a_price_the_exchange_has_to_say():
    assert why_refused(PAIR, buy("5", "3"), MarketContext()) == ""
    assert why_refused(PAIR, market(side=Side.BUY), at("100")) == ""
    assert not make.pair().has_price_band
    assert PAIR.has_price_band
    assert make.pair(BOTH).has_price_band


def test_the_price_is_told_before_what_follows_from_it_and_other_refusals_as_they_are():
    assert "outside the band" in why_refused(PAIR, buy("0.01", "3"), at("100"))  # worth 0.03: too little, too
    assert why_refused(PAIR, buy("0.01", "100"), at("100")) == "NOTIONAL: notional 1; the nearest allowed is 5"


prices = st.decimals(min_value=D("0.01"), max_value=1000, places=2)


@given(side=st.sampled_from(Side), price=prices, reference=prices)
def test_a_price_is_refused_where_its_filter_refuses_it_and_every_end_told_is_allowed(side, price, reference):
    order, around = draft(side, "1000", str(price), buy().order_type), MarketContext(reference)
    said = why_refused(PAIR, order, around)
    refusals = [each.filter for each in PAIR.refusals(order, around)]
    assert ("outside the band" in said or "no price" in said) == (SIDES.name in refusals)
    if "outside the band" in said:
        words = said.split()
        for end in (words[words.index("from") + 1], words[words.index("to") + 1]):
            told = draft(side, "1000", end, buy().order_type)
            assert SIDES.refusal(told, around) is None
            assert PriceFilter(PAIR.tick).refusal(told, around) is None


def test_a_refused_price_is_told_with_the_band_that_it_is_outside_of():
    both = ((Side.BUY, D(100)), (Side.SELL, D(130)))
    band = "is outside the band from 90 to 120 USDT that the exchange allows now (PERCENT_PRICE_BY_SIDE)"
    assert why_price_refused(PAIR, both, D(100), -1013) == f"the price 130 USDT of a SELL on BTCUSDT {band}"


@pytest.mark.parametrize("reference", [None, D(100)], ids=["the band is not known", "it has moved"])
def test_a_refused_price_without_a_band_is_told_with_the_code_of_the_exchange(reference):
    too_far = "on BTCUSDT is too far from what the exchange measures it by now"
    for prices, what in (
        (((Side.BUY, D(100)),), "100 USDT of a BUY"),
        (((Side.SELL, D("120.0")), (Side.SELL, D(90))), "120 or 90 USDT of a SELL"),
        (((Side.BUY, D(100)), (Side.SELL, D(110))), "100 USDT of a BUY or 110 USDT of a SELL"),
    ):
        said = why_price_refused(PAIR, prices, reference, -1013)
        assert said == f"the price {what} {too_far} (PERCENT_PRICE_BY_SIDE, code -1013)"


def test_a_refused_price_on_a_pair_without_a_band_of_its_own_names_the_filter_of_all_pairs():
    said = why_price_refused(make.pair(), ((Side.BUY, D(100)),), D(100), -1013)
    assert said.endswith("(PERCENT_PRICE, code -1013)")
