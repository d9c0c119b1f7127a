from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.fees import (
    Commission,
    CommissionRates,
    Discount,
    SellFee,
    expected_sell_rate,
    highest_buy_rate,
)

# percent: standard 0.1 maker, 0.2 taker, 0.05 seller; special 0.3 maker, 0.1 taker; tax 0.01 seller
PARTS = Commission(
    standard=CommissionRates(maker=D("0.001"), taker=D("0.002"), buyer=D("0.9"), seller=D("0.0005")),
    special=CommissionRates(maker=D("0.003"), taker=D("0.001")),
    tax=CommissionRates(seller=D("0.0001"), buyer=D("0.5")),
)


def discounted(multiplier="0.75", is_enabled=True):
    return Commission(PARTS.standard, PARTS.special, PARTS.tax, Discount("BNB", D(multiplier), is_enabled))


@pytest.mark.parametrize(
    ("fee", "rate"),
    [
        (SellFee.WORSE, "0.0056"),  # 0.2 + 0.05, 0.3, 0.01
        (SellFee.MAKER, "0.0046"),  # 0.1 + 0.05, 0.3, 0.01
        (SellFee.TAKER, "0.0036"),  # 0.2 + 0.05, 0.1, 0.01
    ],
)
def test_the_parts_are_summed_with_the_sellers_rate_and_never_the_buyers(fee, rate):
    assert expected_sell_rate(PARTS, fee) == D(rate)


def test_the_worse_of_maker_and_taker_is_expected_unless_told_otherwise():
    assert expected_sell_rate(PARTS) == expected_sell_rate(PARTS, SellFee.WORSE)
    assert expected_sell_rate(Commission(CommissionRates())) == 0


def test_the_discount_is_for_the_standard_part_alone():
    # 0.75 * 0.25 = 0.1875, and 0.3 and 0.01 in full
    assert expected_sell_rate(discounted(), with_discount=True) == D("0.004975")


def test_a_discount_is_not_counted_on_unless_asked_for():
    assert expected_sell_rate(discounted()) == D("0.0056")


@pytest.mark.parametrize("commission", [PARTS, discounted(is_enabled=False), discounted("1.5")])
def test_a_discount_that_is_not_there_is_not_counted_on(commission):
    assert expected_sell_rate(commission, with_discount=True) == D("0.0056")


def test_the_most_that_a_buy_costs_has_the_buyers_part_of_each_and_no_discount():
    assert highest_buy_rate(PARTS) == highest_buy_rate(discounted()) == D("1.405")  # 0.002 + 0.9, 0.003, 0.5
