"""One connection for many pairs: each has its own price, its own state, and only what is wanted is subscribed."""

import selectors
from collections.abc import Iterator
from decimal import Decimal as D

import pytest

from lotkeeper.trading.prices.best_prices import BestPrices
from messages.connections import StreamSuspected
from messages.health import StreamState
from messages.prices import PricesSeen, PricesWanted
from tests.actors.market_stream.bench import OTHER, SYMBOL, Bench, mini, top, trade
from tests.actors.socket_server import PATIENCE_S, SocketServer, granted, opened, turn

QUIET = "QUIETUSDT"
PAIRS = (SYMBOL, OTHER, QUIET)


@pytest.fixture
def server() -> Iterator[SocketServer]:
    with SocketServer() as running:
        yield running


@pytest.fixture
def bench(server: SocketServer) -> Iterator[Bench]:
    """A stream of three pairs that the exchange has confirmed."""
    bench = Bench(server.url, *PAIRS)
    server.connected()
    assert server.text()["method"] == "LIST_SUBSCRIPTIONS"
    bench.take(server, {"result": names(*PAIRS), "id": 1})
    granted(bench.desk, bench.gateway)
    bench.prices.received.clear()
    yield bench
    bench.desk.actor.on_exit()


def names(*symbols: str, kinds: tuple[str, ...] = ("bookTicker", "miniTicker")) -> list[str]:
    return [f"{symbol.lower()}@{kind}" for symbol in symbols for kind in kinds]


def settle(bench: Bench, server: SocketServer) -> None:
    """Two frames of each ticking pair agree: from now on the newest one is enough."""
    for symbol in (SYMBOL, OTHER):
        bench.take(server, top("10000", "10001", 1, symbol), top("10000", "10001", 2, symbol))
    bench.desk.advance(0.1)
    bench.prices.received.clear()


def bids(bench: Bench) -> list[dict[str, int]]:
    batches = [each for each in bench.prices.received if isinstance(each, PricesSeen)]
    return [{price.symbol: int(price.best.bid) for price in each.prices} for each in batches]


def test_all_pairs_share_a_connection_and_are_proven_by_its_list(bench, server):
    assert server.paths == [f"/stream?streams={'/'.join(sorted(names(*PAIRS)))}"]
    assert [pair.state for pair in bench.reported().pairs] == [StreamState.PROVEN] * 3
    assert bench.state().symbol == "market stream 1"


def test_without_the_list_a_pair_is_proven_by_its_own_frame_alone(server):
    bench = Bench(server.url, *PAIRS)
    server.connected()
    bench.take(server, top("10000", "10001", 1))
    bench.desk.advance(1.0)
    assert [bench.pair_state(symbol).state for symbol in (SYMBOL, OTHER)] == [StreamState.PROVEN, StreamState.STARTING]
    assert bench.feed(SYMBOL).is_proven
    assert bench.feed(OTHER).reason == "its subscription is not confirmed yet"
    bench.desk.actor.on_exit()


def test_what_arrived_of_all_pairs_is_one_message_with_the_newest_of_each(bench, server):
    settle(bench, server)
    burst = [
        top(str(10000 + number), "10200", 3 + number, symbol) for number in range(40) for symbol in (SYMBOL, OTHER)
    ]
    bench.take(server, *burst)
    bench.desk.advance(0.1)
    assert bids(bench)[-1] == {SYMBOL: 10039, OTHER: 10039}
    assert len(bids(bench)) <= 2
    assert bench.pair(SYMBOL).tally.superseded + bench.pair(OTHER).tally.superseded >= 70
    assert bench.accounted()


def test_a_batch_that_could_not_be_delivered_is_sent_again(bench, server):
    settle(bench, server)
    bench.take(server, top("10005", "10006", 3))
    bench.desk.advance(0.1)
    (batch,) = [each for each in bench.prices.received if isinstance(each, PricesSeen)]
    bench.prices.received.clear()
    bench.desk.actor.on_undelivered(batch, "no room")
    bench.desk.advance(1.0)
    assert bids(bench)[-1][SYMBOL] == 10005


def test_a_wrong_frame_at_the_end_of_a_burst_moves_nothing(bench, server):
    settle(bench, server)
    bench.take(server, top("10001", "10002", 3), top("5000", "5001", 4))
    bench.desk.advance(0.1)
    assert bench.pair().belief.best == BestPrices(D(10000), D(10001))
    bench.take(server, top("10002", "10003", 5))  # decoded one by one until the doubt is over
    bench.desk.advance(0.1)
    assert bids(bench)[-1][SYMBOL] == 10002


def test_during_a_renewal_the_newest_is_found_whichever_connection_brings_it(bench, server):
    settle(bench, server)
    bench.take(server, {"stream": "!serverShutdown", "data": {"e": "serverShutdown", "E": 1}})
    server.send(top("10005", "10006", 9), to=0)  # not decoded yet when the other connection brings an older one
    opened(bench.desk)
    server.connected(2)
    server.send(top("10004", "10005", 8), to=1)
    turn(bench.desk, lambda: bench.state().renewals == 1)
    bench.desk.advance(0.1)
    assert bids(bench)[-1][SYMBOL] == 10005


# What is wanted


def wanted(best: tuple[str, ...] = PAIRS, trades: tuple[str, ...] = (), every_s: float = 0.0) -> PricesWanted:
    return PricesWanted(best, trades, every_s)


def test_trades_are_subscribed_when_somebody_wants_them(bench, server):
    bench.desk.tell(wanted(trades=(SYMBOL,)))
    bench.desk.advance(0.5)
    bench.desk.tell(wanted(trades=(SYMBOL,)))
    assert server.text() == {"method": "SUBSCRIBE", "params": ["btcusdt@trade"], "id": 2}
    bench.desk.advance(1.0)
    assert server.text()["method"] == "LIST_SUBSCRIPTIONS"
    bench.take(server, {"result": None, "id": 2}, {"result": [*names(*PAIRS), "btcusdt@trade"], "id": 1})
    settle(bench, server)
    bench.take(server, trade("10000.5", 1), mini("9999"))
    assert bench.price().last == D("10000.5")


def test_what_nobody_wants_is_unsubscribed_after_a_minute(bench, server):
    bench.desk.tell(wanted(best=(SYMBOL,)))
    for _ in range(58):
        server.send({"result": names(*PAIRS), "id": 1})  # so that the silence does not count
        bench.desk.advance(1.0)
    assert server.texts.empty()
    bench.desk.advance(4.0)
    assert server.text() == {"method": "UNSUBSCRIBE", "params": sorted(names(OTHER, QUIET)), "id": 2}


def test_a_broadcaster_that_was_restarted_and_knows_no_subscriber_yet_changes_nothing(bench, server):
    bench.desk.tell(wanted(best=()))
    bench.desk.advance(10.0)
    bench.desk.tell(wanted())
    bench.desk.advance(10.0)
    assert server.texts.empty()


def test_the_next_connection_has_what_is_wanted_then(bench, server):
    bench.desk.tell(wanted(trades=(OTHER,)))
    server.cut()
    turn(bench.desk, lambda: not bench.state().is_proven)
    bench.again()
    server.connected(2)
    assert "ethusdt@trade" in server.paths[1]


def test_a_list_that_lacks_a_pair_is_completed(server):
    bench = Bench(server.url, *PAIRS)
    server.connected()
    assert server.text()["method"] == "LIST_SUBSCRIPTIONS"
    bench.take(server, {"result": names(SYMBOL, OTHER), "id": 1})
    bench.desk.advance(3.0)
    assert server.text() == {"method": "SUBSCRIBE", "params": sorted(names(QUIET)), "id": 2}
    assert bench.feed(SYMBOL).is_proven is False  # the connection as a whole is not proven yet
    bench.take(server, {"result": names(*PAIRS), "id": 1})
    assert all(bench.feed(symbol).is_proven for symbol in PAIRS)
    bench.desk.actor.on_exit()


def test_prices_are_sent_as_often_as_somebody_wants_them(bench, server):
    settle(bench, server)
    bench.desk.tell(wanted(every_s=0.25))
    for number in range(40):
        bench.take(server, top(str(10000 + number % 3), "10200", 3 + number))
        bench.desk.advance(0.05)
    assert 7 <= len(bids(bench)) <= 11


def test_prices_that_are_wanted_seldom_are_sent_with_the_heartbeat_alone(bench, server):
    settle(bench, server)
    bench.desk.tell(wanted(every_s=5.0))
    bench.desk.advance(1.0)
    bench.take(server, top("10000", "10200", 3))
    for number in range(1, 4):
        bench.prices.received.clear()
        bench.let_arrive(server, top(str(10000 + number), "10200", 3 + number))
        bench.desk.advance(2.0)
        assert bids(bench) == [{SYMBOL: 10000 + number}]


# A pair that is silent


def suspicion(symbol: str) -> StreamSuspected:
    return StreamSuspected(symbol, "REST says something else", 1)


def renewals(bench: Bench, server: SocketServer, minutes: int, symbol: str) -> int:
    """How often the connection is renewed while REST contradicts the silence of one pair and the others tick."""
    begun = len(server.paths)
    for number in range(minutes * 6):
        bench.take(server, top("10000", "10001", 1000 + number), top("10000", "10001", 1000 + number, OTHER))
        bench.desk.tell(suspicion(symbol))
        opened(bench.desk)
        if len(bench.desk.actor._connections.watched()) > 1:
            server.send({"result": names(*PAIRS), "id": 1})
            turn(bench.desk, lambda: bench.desk.actor._connections.spare is None)
            granted(bench.desk, bench.gateway)
        for connection in bench.desk.actor._connections:
            connection.liveness = connection.liveness.heard(bench.desk.now, pinged=True)
        bench.desk.advance(10.0)
    return len(server.paths) - begun


def test_a_suspected_pair_has_the_connection_of_all_replaced(bench, server):
    bench.desk.tell(suspicion(QUIET))
    opened(bench.desk)
    server.connected(2)
    server.send({"result": names(*PAIRS), "id": 1})
    turn(bench.desk, lambda: bench.state().renewals == 1)
    assert all(bench.feed(symbol).is_proven for symbol in PAIRS)


def test_a_pair_that_stays_silent_costs_the_others_fewer_and_fewer_renewals(bench, server):
    assert renewals(bench, server, 70, QUIET) <= 7


def test_a_pair_that_delivers_again_may_be_suspected_again(bench, server):
    for second in range(3):
        bench.desk.tell(suspicion(QUIET))
        opened(bench.desk)
        server.connected(2 + second)
        server.send({"result": names(*PAIRS), "id": 1}, top("5", "6", second, QUIET))
        turn(bench.desk, lambda second=second: bench.state().renewals == 1 + second)
        granted(bench.desk, bench.gateway)
        bench.desk.advance(30.0)
        bench.take(server, top("5", "6", 10 + second, QUIET))
        bench.desk.advance(31.0)


def test_a_suspicion_of_a_pair_that_is_served_by_another_stream_is_ignored(bench, server):
    bench.desk.tell(suspicion("BNBUSDT"))
    bench.desk.advance(2.0)
    server.connected(1)


def test_prices_of_a_busy_stream_are_those_of_the_newest_read(bench, server):
    """The moment of sending and that of reading are set by different wake-ups, whatever their order."""
    for number in range(1, 200):  # for more than a second, so that it counts as busy
        bench.take(server, top("10000", "10001", 2 * number), top("10000", "10001", 2 * number + 1))
        bench.desk.advance(0.013)
        if bench.desk.actor._is_resting:
            break
        assert number < 199, "it never rested"
    for number in range(5):
        server.send(top(str(10010 + number), "10100", 1000 + number))
        _arrived(bench)
        bench.desk.advance(0.05)
        assert bids(bench)[-1][SYMBOL] == 10010 + number


def _arrived(bench: Bench) -> None:
    """Waits until there is something to read on the connection, without reading it."""
    (descriptor,) = bench.desk.actor._connections.watched()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        assert selector.select(PATIENCE_S)
