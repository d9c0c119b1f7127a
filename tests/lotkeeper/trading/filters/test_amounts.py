from decimal import Decimal as D

import pytest

from lotkeeper.trading.filters.amounts import (
    IcebergParts,
    LotSize,
    MarketLotSize,
    MaxAsset,
    MaxPosition,
    MinNotional,
    Notional,
    PercentPrice,
    PercentPriceBySide,
    Precision,
    PriceFilter,
    TPlusSell,
    TrailingDelta,
)
from lotkeeper.trading.filters.base import MarketContext, OrderType
from lotkeeper.trading.orders.fills import Side
from tests.lotkeeper.trading.filters.drafts import at, buy, market, said, sell

BOTH = Precision(base=3, quote=2)


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (sell("1.001", "1.01"), None),
        (sell("1.0010000", "1.0100"), None),  # zeros behind the last digit are no precision
        (sell("1.0001", "1.01"), ("quantity", "1.0001", "1")),
        (sell("1.001", "1.011"), ("price", "1.011", "1.01")),
        (sell("1", "1", kind=OrderType.STOP_LOSS_LIMIT, stop_price="0.999"), ("stop price", "0.999", "1")),
        (sell("1", "1", iceberg_quantity="0.0009"), ("iceberg quantity", "0.0009", "0.001")),
        (market("1", quote_quantity="5.001"), ("quote quantity", "5.001", "5")),
    ],
)
def test_no_amount_has_more_decimals_than_its_asset(order, wanted):
    assert said(BOTH, order) == wanted


def test_the_finest_amounts():
    assert (BOTH.base_step, BOTH.quote_step) == (D("0.001"), D("0.01"))
    assert Precision().quote_step == D("1E-8")
    assert Precision(0, 0).base_step == 1


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


SIZE = LotSize(step=D("0.001"), least=D("0.01"), most=D(100))


@pytest.mark.parametrize(
    ("quantity", "wanted"),
    [
        ("0.01", None),
        ("100", None),
        ("0.0115", ("quantity", "0.0115", "0.012")),
        ("0.009", ("quantity", "0.009", "0.01")),
        ("100.001", ("quantity", "100.001", "100")),
        ("0", ("quantity", "0", "0.01")),
    ],
)
def test_quantities_within_the_bounds_and_on_the_step(quantity, wanted):
    assert said(SIZE, sell(quantity)) == wanted
    assert said(SIZE, market(quantity)) == wanted


def test_a_step_of_a_whole_coin():
    assert said(LotSize(D(1), D(1), D(90000000)), sell("7.5")) == ("quantity", "7.5", "8")


def test_a_step_of_zero_is_none_and_nothing_is_still_no_quantity():
    free = LotSize(D(0))
    assert said(free, sell("0.123456789")) is None
    assert said(free, sell("0")) == ("quantity", "0", None)


def test_the_shown_part_of_an_iceberg_is_a_quantity():
    assert said(SIZE, sell("1", iceberg_quantity="0.0005")) == ("iceberg quantity", "0.0005", "0.01")


def test_what_is_bought_for_a_sum_has_no_quantity_to_look_at():
    assert said(SIZE, market("0", Side.BUY, quote_quantity="50")) is None


def test_market_orders_have_a_size_of_their_own():
    """As live: no step and no least, but a most that changes by the day."""
    theirs = MarketLotSize(D(0), D(0), D("97.09521512"))
    assert said(theirs, market("97.09521512")) is None
    assert said(theirs, market("98")) == ("quantity", "98", "97.09521512")
    assert said(theirs, sell("98")) is None
    assert said(theirs, market("0", Side.BUY, quote_quantity="50")) is None
    assert said(MarketLotSize(D("0.1"), D("0.2"), D(0)), market("0.25")) == ("quantity", "0.25", "0.3")


def test_an_iceberg_shows_itself_in_so_many_parts():
    # 1 / 0.3 is four parts
    assert said(IcebergParts(4), sell("1", iceberg_quantity="0.3")) is None
    assert said(IcebergParts(3), sell("1", iceberg_quantity="0.3")) == ("parts", "4", "3")
    assert said(IcebergParts(3), sell("1")) is None


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


def test_a_buy_may_not_bring_the_position_above_the_most():
    rule, held = MaxPosition(D(10)), MarketContext(position=D(8))
    assert said(rule, buy("2"), held) is None
    assert said(rule, buy("3"), held) == ("quantity", "3", "2")
    assert said(rule, buy("1"), MarketContext(position=D(11))) == ("quantity", "1", "0")


def test_a_sell_never_can_and_an_unknown_position_is_the_exchanges_to_judge():
    rule = MaxPosition(D(10))
    assert said(rule, sell("99"), MarketContext(position=D(99))) is None
    assert said(rule, buy("99")) is None


def test_one_order_moves_at_most_so_much_of_an_asset():
    base, quote = MaxAsset("BTC", D(2), is_base=True), MaxAsset("USDT", D(150), is_base=False)
    assert said(base, sell("2")) is None
    assert said(base, sell("2.5")) == ("quantity of BTC", "2.5", "2")
    assert said(quote, sell("1.5", "100")) is None
    assert said(quote, sell("2", "100")) == ("notional of USDT", "200", "150")
    assert said(quote, market("2"), at("100")) == ("notional of USDT", "200", "150")
    assert said(quote, market("2")) is None


TRAILING = TrailingDelta(least_above=10, most_above=2000, least_below=20, most_below=1000)


@pytest.mark.parametrize(
    ("order", "kind", "bounds"),
    [
        (buy, OrderType.STOP_LOSS, (10, 2000)),
        (buy, OrderType.STOP_LOSS_LIMIT, (10, 2000)),
        (sell, OrderType.TAKE_PROFIT, (10, 2000)),
        (sell, OrderType.STOP_LOSS_LIMIT, (20, 1000)),
        (buy, OrderType.TAKE_PROFIT_LIMIT, (20, 1000)),
    ],
)
def test_a_trailing_stop_trails_within_the_bounds_of_its_side(order, kind, bounds):
    least, most = bounds
    for delta, wanted in ((least, None), (most, None), (least - 1, least), (most + 1, most)):
        told = None if wanted is None else ("trailing delta", str(delta), str(wanted))
        assert said(TRAILING, order(kind=kind, trailing_delta=delta)) == told


def test_an_order_that_does_not_trail():
    assert said(TRAILING, sell()) is None


def test_what_was_bought_may_not_be_sold_before_the_end_of_the_restriction():
    rule = TPlusSell(1000)
    assert said(rule, sell(), MarketContext(now_ms=999)) == ("time", "999", "1000")
    assert said(rule, sell(), MarketContext(now_ms=1000)) is None
    assert said(rule, buy(), MarketContext(now_ms=1)) is None
