"""What the trades move on the account, and a balance that moves without a trade."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.book.balance_check import AssetMovesByPair, BalanceCheck
from tests.lotkeeper.trading import make


def flowing(*fills, held="1", cursor=None):
    flow = BalanceCheck()
    flow.apply_balance(D(held), 0.0)
    for fill in fills:
        flow.count_trade(fill, make.BASE, cursor)
    return flow


@pytest.mark.parametrize(
    ("fill", "after"),
    [
        (make.buy(1, quantity="0.5", fee="0.001"), "1.499"),
        (make.buy(1, quantity="0.5", fee="1", asset="USDT"), "1.5"),
        (make.sell(1, quantity="0.5", fee="1"), "0.5"),
        (make.sell(1, quantity="0.5", fee="0.01", asset=make.BASE), "0.49"),
    ],
)
def test_a_trade_explains_what_it_moved(fill, after):
    flow = flowing(fill, fill)
    flow.apply_balance(D(after), 1.0)
    assert flow.unexplained_change(10.0) == 0


def test_a_balance_without_its_trade_is_noticed_when_news_had_time_to_come():
    flow = flowing()
    flow.apply_balance(D("1.5"), 10.0)
    assert flow.unexplained_change(12.9) == 0
    assert flow.unexplained_change(13.0) == D("0.5")
    flow.count_trade(make.buy(1, quantity="0.5"), make.BASE, None)
    assert flow.unexplained_change(13.0) == 0


def test_what_is_unexplained_after_all_was_compared_is_normal_from_then_on():
    flow = flowing()
    flow.apply_balance(D(3), 1.0)
    assert flow.unexplained_change(10.0) == 2
    flow.accept_as_normal(100)
    assert flow.unexplained_change(10.0) == 0
    flow.apply_balance(D(2), 20.0)
    assert flow.unexplained_change(30.0) == -1


def test_what_was_accounted_for_before_moves_nothing_again():
    flow = flowing(make.buy(7, quantity="0.5"), cursor=7)
    assert flow.moved == 0
    flow = flowing(make.buy(7, quantity="0.5"))
    flow.accept_as_normal(7)
    flow.count_trade(make.buy(7, quantity="0.5"), make.BASE, 7)
    assert flow.moved == D("0.5")


def test_without_a_word_of_the_balance_nothing_is_suspected():
    flow = BalanceCheck()
    flow.count_trade(make.buy(1), make.BASE, None)
    flow.accept_as_normal(1)
    assert flow.unexplained_change(100.0) == 0


BUY = replace(make.buy(quantity="2", price="10"), symbol="ETHBTC", commission=D("0.1"), commission_asset="BNB")


def effects():
    found = AssetMovesByPair()
    found.add_pair("ETHBTC", "ETH", "BTC")
    return found


def test_a_buy_brings_its_base_and_takes_its_quote_and_its_fee():
    found = effects()
    found.count_trade(BUY)
    found.count_trade(BUY)
    assert [found.moved_by_other_pairs("BTCUSDT", asset) for asset in ("ETH", "BTC", "BNB", "USDT")] == [
        2,
        -20,
        D("-0.1"),
        0,
    ]


def test_a_sell_the_other_way_round():
    found = effects()
    found.count_trade(replace(make.sell(9, quantity="2", price="11"), symbol="ETHBTC", commission=D(0)))
    assert [found.moved_by_other_pairs("BTCUSDT", asset) for asset in ("ETH", "BTC")] == [-2, 22]


def test_a_pairs_own_trades_and_those_of_pairs_that_nobody_keeps_are_left_out():
    found = effects()
    found.count_trade(BUY)
    found.count_trade(replace(BUY, symbol="BNBETH"))
    assert found.moved_by_other_pairs("ETHBTC", "BNB") == found.moved_by_other_pairs("ETHBTC", "ETH") == 0


# The baseline of a SELL


def test_a_balance_that_is_older_than_a_known_trade_is_no_baseline():
    check = BalanceCheck()
    check.count_trade(make.buy(), make.BASE, None)
    check.note_moment(D(3), D(0), make.buy().time_ms - 1)
    assert check.baseline is None
    check.note_moment(D(3), D(0), 0)  # nobody knows when it was
    assert check.baseline is None


def test_a_baseline_stays_while_known_trades_explain_the_balance():
    check = BalanceCheck()
    check.note_moment(D(3), D(0), make.buy().time_ms - 1)
    first = check.baseline
    assert first is not None
    check.count_trade(make.buy(quantity="2"), make.BASE, None)
    check.note_moment(D(6), D(1), make.buy().time_ms)  # another pair's trade brought one
    assert check.baseline is first
    assert check.agrees(first, D(6))
    check.note_moment(D(7), D(1), make.buy().time_ms)
    assert check.baseline is not first
    assert first.is_sound


def test_a_trade_from_before_a_baseline_counts_before_the_baseline_is_asked():
    check = BalanceCheck()
    check.note_moment(D(3), D(0), make.buy().time_ms)
    first = check.baseline
    assert first is not None
    check.count_trade(make.buy(quantity="2"), make.BASE, None)
    assert not check.agrees(first, D(5))  # the balance had it already
    assert check.baseline is None


def test_many_baselines_are_not_kept():
    check = BalanceCheck()
    check.note_moment(D(1), D(0), 1)
    first = check.baseline
    for number in range(2, 200):
        check.note_moment(D(number), D(0), number)
    assert first is not None
    assert not first.is_sound
    assert len(check._baselines) == 100
