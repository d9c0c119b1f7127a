"""Balances: whatever orders do, nothing appears and nothing goes below zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from binance_sim.account.funds import Funds
from binance_sim.account.reserves import Reserve
from binance_sim.errors import ApiError
from tests.binance_sim.support import D

AMOUNTS = st.decimals(min_value=0, max_value=100, places=8)
STEPS = st.lists(st.tuples(st.sampled_from(["raise_to", "spend", "add", "shrink_to"]), AMOUNTS), max_size=30)


@given(steps=STEPS)
def test_a_reserve_holds_what_is_locked(steps):
    """The reserve holds exactly what is locked; only spending and receiving change the sum."""
    funds, expected = Funds({"USDT": D(100)}), D(100)
    reserve = Reserve(funds, "USDT")
    for what, amount in steps:
        spent = min(amount, reserve.amount)
        expected += {"spend": -spent, "add": amount}.get(what, D(0))
        if what == "raise_to" and amount - reserve.amount > funds.free["USDT"]:
            with pytest.raises(ApiError, match="insufficient balance"):
                reserve.raise_to(amount)
        else:
            getattr(reserve, what)(spent if what == "spend" else amount)
        assert funds.locked["USDT"] == reserve.amount >= 0
        assert funds.free["USDT"] >= 0
        assert funds.total("USDT") == expected
    reserve.release_holder()
    assert (funds.locked["USDT"], funds.free["USDT"]) == (0, expected)


def test_two_legs_share_a_reserve_until_the_last_has_left():
    funds = Funds({"BTC": D(1)})
    reserve = Reserve(funds, "BTC", holders=2)
    reserve.raise_to(D("0.4"))
    reserve.release_holder()
    assert funds.locked["BTC"] == D("0.4")
    reserve.release_holder()
    assert funds.free["BTC"] == D(1)


def test_what_is_locked_cannot_be_withdrawn():
    funds = Funds({"BTC": D(1)})
    funds.lock("BTC", D("0.7"))
    with pytest.raises(ApiError):
        funds.move("BTC", D("-0.4"))
    funds.move("BTC", D("-0.3"))
    funds.move("DOGE", D(5))
    assert (funds.total("BTC"), funds.total("DOGE")) == (D("0.7"), D(5))
    assert funds.flows == {"BTC": D("-0.3"), "DOGE": D(5)}


def test_a_commission_is_paid_whole_or_not_at_all():
    funds = Funds({"BNB": D("0.001")})
    assert not funds.pay("BNB", D("0.0011"))
    assert funds.free["BNB"] == D("0.001")
    assert funds.pay("BNB", D("0.001"))
    assert not funds.pay("XRP", D(1))


def test_restored_funds_are_those_of_the_beginning_and_know_every_asset():
    funds = Funds({"BTC": D(1)})
    funds.lock("BTC", D(1))
    funds.move("DOGE", D(5))
    fresh = funds.copy_of_start()
    assert fresh.free == {"BTC": D(1), "DOGE": D(0)}
    assert fresh.locked == {"BTC": D(0), "DOGE": D(0)}
