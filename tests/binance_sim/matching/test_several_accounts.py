"""Accounts trade with each other and with the external market, by price and age; each gets its own events only."""

from decimal import Decimal as D

import pytest

from tests.binance_sim.support import Bench


@pytest.fixture
def bench():
    return Bench({"USDT": "100000"})


@pytest.fixture
def seller(bench):
    return bench.open_account("seller", BTC="5")


def test_an_order_inside_the_spread_is_met_before_the_market_outside(bench, seller):
    bench.quote("59990", "60010")
    inside = bench.place("SELL", qty="0.4", price="60005", account=seller)
    order = bench.place("BUY", "MARKET", qty="0.5")
    assert [(trade.price, trade.qty) for trade in order.trades] == [(D(60005), D("0.4")), (D(60010), D("0.1"))]
    assert (inside.status, inside.trades[0].maker) == ("FILLED", True)
    assert inside.trades[0].trade_id == order.trades[0].trade_id
    assert bench.surplus() == {}


def test_each_account_hears_of_its_own_orders(bench, seller):
    bench.quote("59990", "60010")
    bench.place("SELL", qty="0.4", price="60005", account=seller)
    bench.place("BUY", "MARKET", qty="0.4")
    assert [event.get("x") for name, event in bench.notes.told if name == "seller"] == ["NEW", None, "TRADE", None]
    assert [event.get("x") for name, event in bench.notes.told if name == "main"] == ["NEW", "TRADE", None]


def test_who_comes_later_to_a_price_of_the_outside_waits_behind_it(bench):
    order = bench.place("BUY", qty="0.5", price="60000")
    bench.print("60000", "0.8", buyer_is_maker=True)
    assert order.filled == 0
    bench.quote("60000", bid_qty="0.2")
    bench.print("60000", "0.5", buyer_is_maker=True)
    assert order.filled == D("0.3")


def test_what_comes_new_to_a_price_stands_behind_who_waits_there(bench):
    bench.place("BUY", "MARKET", qty="0.1")
    order = bench.place("BUY", qty="0.5", price="60000")
    bench.quote("60000", bid_qty="3")
    bench.print("60000", "1.2", buyer_is_maker=True)
    assert order.filled == D("0.2")
    bench.print("60000", "0.3", buyer_is_maker=True)
    assert order.status == "FILLED"


def test_the_public_sees_the_trades_between_accounts(bench, seller):
    bench.quote("59990", "60010")
    bench.place("SELL", qty="0.4", price="60005", account=seller)
    bench.place("BUY", "MARKET", qty="0.5")
    public_trades = bench.notes.public_trades
    assert [(trade.price, trade.qty, trade.buyer_is_maker) for trade in public_trades] == [
        (D(60005), D("0.4"), False),
        (D(60010), D("0.1"), False),
    ]
    assert [trade.trade_id for trade in public_trades] == sorted({trade.trade_id for trade in public_trades})


def test_the_best_price_is_told_when_an_order_changes_it(bench, seller):
    bench.quote("59990", "60010")
    bench.notes.tops = 0
    bench.place("SELL", qty="0.4", price="60005", account=seller)
    assert bench.notes.tops == 1
    bench.place("SELL", qty="0.4", price="60100", account=seller)
    assert bench.notes.tops == 1
    assert bench.exchange.markets["BTCUSDT"].book.top()[2:] == (D(60005), D("0.4"))
