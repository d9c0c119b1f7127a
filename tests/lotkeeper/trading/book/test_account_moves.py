"""What trades move on the account: each once, by asset, apart from a pair's own."""

from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.book.account_moves import AssetMovesByPair
from tests.lotkeeper.trading import make

BUY = replace(make.buy(quantity="2", price="10"), symbol="ETHBTC", commission=D("0.1"), commission_asset="BNB")


def effects():
    found = AssetMovesByPair()
    found.knows("ETHBTC", "ETH", "BTC")
    return found


def test_a_buy_brings_its_base_and_takes_its_quote_and_its_fee():
    found = effects()
    found.take(BUY)
    found.take(BUY)
    assert [found.by_others("BTCUSDT", asset) for asset in ("ETH", "BTC", "BNB", "USDT")] == [2, -20, D("-0.1"), 0]


def test_a_sell_the_other_way_round():
    found = effects()
    found.take(replace(make.sell(9, quantity="2", price="11"), symbol="ETHBTC", commission=D(0)))
    assert [found.by_others("BTCUSDT", asset) for asset in ("ETH", "BTC")] == [-2, 22]


def test_a_pairs_own_trades_and_those_of_pairs_that_nobody_keeps_are_left_out():
    found = effects()
    found.take(BUY)
    found.take(replace(BUY, symbol="BNBETH"))
    assert found.by_others("ETHBTC", "BNB") == found.by_others("ETHBTC", "ETH") == 0
