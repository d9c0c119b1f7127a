"""Which pairs start first: a guess by the coins that lie free."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.exchange.shapes import Account, Balance
from lotkeeper.service.first_pairs import ask_prices, pairs_with_free_coins
from lotkeeper.trading.prices.best_prices import BestPrices
from tests.actors.stage import PAIR
from tests.lotkeeper.exchange.http_peer import CUT, HttpPeer, answer
from tests.lotkeeper.service.test_configuration import write_config

PAIRS = {f"{base}USDT": replace(PAIR, symbol=f"{base}USDT", base=base) for base in ("A", "B", "C")}
PRICES = {symbol: BestPrices(D(100), D(101)) for symbol in PAIRS}


def account(**free: str) -> Account:
    return Account(tuple(Balance(asset, D(amount), D(1)) for asset, amount in free.items()), True, 1)


def test_the_greatest_value_comes_first_and_what_cannot_be_sold_does_not_count():
    assert pairs_with_free_coins(PAIRS, account(A="1", B="2", C="0.049"), PRICES) == ("BUSDT", "AUSDT")
    assert pairs_with_free_coins(PAIRS, account(C="0.05"), PRICES) == ("CUSDT",)  # 5 USDT, the least for an order


def test_coins_in_orders_do_not_count():
    assert pairs_with_free_coins(PAIRS, account(A="0"), PRICES) == ()


def test_a_pair_without_a_price_or_a_balance_is_no_reason():
    assert pairs_with_free_coins(PAIRS, account(A="1", B="1"), {"BUSDT": PRICES["BUSDT"]}) == ("BUSDT",)


@pytest.mark.parametrize("reply", [CUT, answer({"code": -1003, "msg": "Too many requests."}, 429)])
def test_an_exchange_that_does_not_tell_prices_leaves_the_order_as_it_is(tmp_path, reply):
    with HttpPeer(reply) as peer:
        assert ask_prices(write_config(tmp_path, peer.url)[0]) == {}


def test_prices_are_asked_for_all_pairs_at_once(tmp_path):
    row = {"symbol": "BTCUSDT", "bidPrice": "100", "bidQty": "1", "askPrice": "101", "askQty": "1"}
    with HttpPeer(answer([row])) as peer:
        assert ask_prices(write_config(tmp_path, peer.url)[0]) == {"BTCUSDT": PRICES["AUSDT"]}
