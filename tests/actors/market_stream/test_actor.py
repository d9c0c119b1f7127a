"""The market's stream against a real websocket: of all that comes, the newest price that can be true goes on."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.prices.best_prices import BestPrices
from messages.lifecycle import ServePairs
from messages.prices import (
    PriceFeedsReported,
)
from tests.actors.market_stream.bench import OLD, SYMBOL, Bench, mini, top, trade
from tests.actors.socket_server import SocketServer, granted, opened, turn


def test_it_connects_to_what_is_wanted_of_its_pair(bench, server):
    assert server.paths[0] == "/stream?streams=btcusdt@bookTicker/btcusdt@miniTicker"


def test_the_first_price_proves_it_not_the_open_socket(bench, server):
    bench.desk.advance(2)
    assert not bench.state().is_proven
    bench.take(server, top("60000", "60001", 1))
    assert bench.state().is_proven
    price = bench.price()
    assert (price.symbol, price.best, price.last) == (SYMBOL, BestPrices(D(60000), D(60001)), D(60000))
    assert not price.is_confirmed
    assert bench.desk.actor.wall_ms() - price.at_ms == 50


WANTED = ["btcusdt@bookTicker", "btcusdt@miniTicker"]


@pytest.mark.parametrize(("names", "is_proven"), [(WANTED, True), (WANTED[:1], False), ([], False)])
def test_a_quiet_pair_is_proven_by_its_list_of_subscriptions(bench, server, names, is_proven):
    assert server.text() == {"method": "LIST_SUBSCRIPTIONS", "id": 1}
    bench.take(server, {"result": names, "id": 1})
    assert bench.desk.actor._status.is_proven is is_proven


def test_the_last_trade_is_the_last_price(bench, server):
    bench.take(server, mini("59990"), top("60000", "60001", 1))
    assert bench.price().last == D(59990)
    bench.take(server, trade("60000.5", 8))
    assert bench.price().last == D("60000.5")
    bench.take(server, trade("59000", 7))  # by another connection
    bench.desk.advance(0.1)
    assert bench.seen() == []


def test_ids_may_begin_anew_on_a_new_connection(bench, server):
    bench.take(server, top("60000", "60001", 1_000))
    bench.price()
    server.cut()
    turn(bench.desk, lambda: not bench.state().is_proven)
    bench.again()
    server.connected(2)
    bench.take(server, top("61000", "61001", 5))
    assert bench.state().is_proven
    assert bench.price().best.bid == D(61000)


def test_a_stream_that_is_lost_says_so_at_once(bench, server):
    bench.take(server, top("60000", "60001", 1))
    bench.prices.received.clear()
    server.cut()
    turn(bench.desk, lambda: not bench.state().is_proven)
    (state,) = bench.prices.pop(PriceFeedsReported).feeds
    assert not state.is_proven
    assert state.reason


def test_silence_is_death(bench, server):
    bench.take(server, top("60000", "60001", 1))
    granted(bench.desk, bench.gateway)
    bench.desk.advance(61.5)
    opened(bench.desk)
    assert not bench.state().is_proven
    server.connected(2)


def test_a_server_that_goes_is_replaced_without_a_gap(bench, server):
    granted(bench.desk, bench.gateway)
    bench.take(server, top("60000", "60001", 1))
    bench.price()
    bench.take(server, {"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": 1}})
    opened(bench.desk)
    server.connected(2)
    server.send(top("60001", "60002", 2), to=0)
    turn(bench.desk, lambda: bench.bid == D(60001))
    server.send(top("60001", "60002", 2), top("60002", "60003", 3), to=1)
    turn(bench.desk, lambda: bench.bid == D(60002))
    server.ended(0)
    assert (bench.state().is_proven, bench.state().renewals, bench.state().reconnects) == (True, 1, 0)
    assert bench.price().best.bid == D(60002)


def test_a_new_connection_that_brings_copies_only_is_verified_by_them(bench, server):
    granted(bench.desk, bench.gateway)
    bench.take(server, top("60000", "60001", 1))
    bench.take(server, {"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": 1}})
    opened(bench.desk)
    server.connected(2)
    server.send(top("60000", "60001", 1), to=1)
    turn(bench.desk, lambda: bench.refused() == {("bookTicker", OLD): 1})
    server.ended(0)
    assert (bench.state().is_proven, bench.state().renewals) == (True, 1)
    assert bench.accounted()


def test_a_server_that_is_not_there_is_said():
    with SocketServer() as gone:
        url = gone.url
    bench = Bench(url)
    assert "no websocket to 127.0.0.1" in bench.state().reason
    assert bench.desk.watched == []


def test_the_same_pairs_again_change_nothing(bench):
    bench.prices.received.clear()
    bench.desk.tell(ServePairs((SYMBOL,)))
    bench.prices.nothing(PriceFeedsReported)
