import re
from decimal import Decimal as D

import pytest

from binance_sim.errors import ApiError
from binance_sim.journal.writer import Journal
from binance_sim.trader import Trader
from tests.binance_sim.support import Bench


def hundred(seed):
    bench = Bench({"USDT": "1000000", "BTC": "10"})
    bench.quote("600", symbol="BNBUSDT", ask_qty="1000")
    bench.quote("0.04", symbol="ETHBTC", ask_qty="1000")
    trader = Trader(bench.exchange, bench.account, Journal(None), seed, every_s=1)
    return trader, [trader.place_random_buy() for _ in range(100)]


def test_it_buys_in_many_ways():
    trader, orders = hundred("1")
    assert trader.refused == 0
    assert all(order.ticket.buys for order in orders)
    assert {order.ticket.kind for order in orders} == {"LIMIT", "MARKET"}
    assert {order.status for order in orders} == {"NEW", "FILLED"}
    assert any(order.ticket.quote_qty for order in orders)
    assert len({order.spent for order in orders if order.spent}) > 50
    assert all(re.fullmatch("web_[0-9a-f]{32}", order.client_id) for order in orders)


def test_it_buys_the_same_for_the_same_seed():
    def traits(seed):
        return [(order.client_id, order.qty, order.ticket.price) for order in hundred(seed)[1]]

    assert traits("1") == traits("1") != traits("2")


def test_it_lives_with_refusals():
    bench = Bench({"USDT": "1"})
    trader = Trader(bench.exchange, bench.account, Journal(None), "1", every_s=1)
    assert [trader.place_random_buy() for _ in range(10)] == [None] * 10
    assert bench.events == []


def test_it_buys_on_demand(bench):
    trader = Trader(bench.exchange, bench.account, Journal(None), "1", every_s=1)
    assert trader.buy("BTCUSDT", D(100)).status == "FILLED"
    with pytest.raises(ApiError):
        trader.buy("NOPE", D(100))
