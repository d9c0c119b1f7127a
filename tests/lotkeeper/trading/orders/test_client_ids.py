import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.orders.client_ids import (
    SellName,
    cancel_id,
    cancelled_sell_name,
    client_order_id,
    is_cancel,
    is_ours,
    is_purchase,
    names_stop,
    paid_list_id,
    paid_sell_id,
    paid_sell_name,
    purchase_client_id,
    purchase_of,
    sell_name,
)

names = st.builds(SellName, st.integers(0, 2**63 - 1), st.integers(1, 10**9))


@given(names)
def test_the_id_says_which_sell_it_is_and_binance_takes_it(name):
    text = client_order_id(name)
    assert sell_name(text) == name
    assert re.fullmatch(r"[a-zA-Z0-9-_]{1,36}", text)


def test_the_longest_name_fits_36_characters():
    # 2**63-1 takes 13 digits in base 36; "lk1-" + 13 + "-" leaves 18 for the generation
    assert len(client_order_id(SellName(2**63 - 1, 10**18 - 1))) == 36
    with pytest.raises(ValueError, match="longer than 36"):
        client_order_id(SellName(2**63 - 1, 10**18))


def test_examples():
    assert client_order_id(SellName(0, 1)) == "lk1-0-1"
    assert client_order_id(SellName(35, 2)) == "lk1-z-2"
    assert client_order_id(SellName(36, 10)) == "lk1-10-10"


@pytest.mark.parametrize("name", [SellName(-1, 1), SellName(7, 0), SellName(7, -1)])
def test_no_id_for_an_impossible_name(name):
    with pytest.raises(ValueError, match="no client order id"):
        client_order_id(name)


FOREIGN = [
    "",
    "web_7",
    "lk1-",
    "lk1-7",
    "lk1-7-0",
    "lk1-7-01",
    "lk1-7-1-1",
    "lk1--1",
    "lk2-7-1",
    "LK1-7-1",
    "lk1-7A-1",
    "xlk1-7-1",
    "lk1-7-1\n",
    "lk1-7-\u0661",
    "lk1-\u0667-1",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_a_foreign_id_names_no_sell(text):
    assert sell_name(text) is None


@given(st.text(max_size=40))
def test_any_text_is_a_name_only_if_it_is_that_names_id(text):
    name = sell_name(text)
    assert name is None or client_order_id(name) == text


def test_leading_zeros_are_not_ours():
    """One SELL has one name: "07" would be read as BUY 7, and written back as "7"."""
    assert sell_name("lk1-07-1") is None


# Cancels


@given(names)
def test_a_cancel_tells_its_sell_and_is_no_name_of_one(name):
    assert cancel_id(name) == client_order_id(name) + "-x"
    assert cancelled_sell_name(cancel_id(name)) == name
    assert sell_name(cancel_id(name)) is None
    assert re.fullmatch(r"[a-zA-Z0-9-_]{1,36}", cancel_id(name))


@pytest.mark.parametrize("text", ["", "-x", "web_1-x", "lk1-7-1", "lk1-7-1-x-x", "lk1-07-1-x", "lk1-7-1-X"])
def test_a_foreign_cancel_names_no_sell(text):
    assert cancelled_sell_name(text) is None


def test_the_cancel_of_the_longest_name_does_not_fit():
    with pytest.raises(ValueError, match="longer than 36"):
        cancel_id(SellName(2**63 - 1, 10**17))


# The SELL that a BUY pays for

purchases = st.builds(purchase_client_id, st.integers(0, 100_000), st.integers(0, 2**48 - 1), st.integers(1, 9999))


@given(purchases, st.integers(0, 2**63 - 1))
def test_the_sell_that_a_buy_pays_for_names_its_buy_and_binance_takes_all_its_names(purchase, number):
    name = paid_sell_name(number, purchase)
    text = client_order_id(name)
    assert (text, name.is_paid, name.is_instructed) == (paid_sell_id(purchase), True, False)
    assert purchase_of(text) == purchase_of(cancel_id(name)) == purchase
    assert is_ours(text)
    assert is_ours(cancel_id(name))
    assert (is_cancel(text), is_cancel(cancel_id(name))) == (False, True)
    assert sell_name(text) is None  # no other rule takes it for a SELL that we placed
    assert not names_stop(text)
    for each in (text, cancel_id(name), paid_list_id(purchase), purchase):
        assert re.fullmatch(r"[a-zA-Z0-9-_]{1,36}", each)
    assert is_purchase(purchase)
    assert not any(map(is_purchase, (text, cancel_id(name), paid_list_id(purchase))))
    assert len({text, cancel_id(name), paid_list_id(purchase), purchase}) == 4


@given(purchases, purchases)
def test_two_purchases_have_two_sells(one, other):
    assert (paid_sell_id(one) == paid_sell_id(other)) is (one == other)


@pytest.mark.parametrize(
    "text", [*FOREIGN, "lkb-1-1-1", "lkb-1-1-s", "lkb-1-1-1-l", "xlkb-1-1-1-s", "lkb-1-1-1-s-s", "-s"]
)
def test_a_foreign_id_names_no_buy_that_pays(text):
    assert purchase_of(text) == ""
