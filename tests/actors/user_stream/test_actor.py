"""The user stream against a real websocket: it counts as proven when confirmed, and reports when events are missed."""

import logging
import pickle
import time
from collections.abc import Iterator
from decimal import Decimal as D
from typing import Any

import pytest

from actors.streams import connector
from actors.user_stream.actor import UserStream
from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.engine.testkit import ActorBench, Probe
from lotkeeper.trading.balances import BalanceSeen
from messages.account import (
    BalanceMoved,
    BalancesSeen,
    CountTrades,
    OrderReported,
    StreamLost,
    StreamProven,
    WatchBalance,
    WatchOrders,
)
from messages.health import StreamReported, StreamState
from messages.lifecycle import Credentials, PairsChanged, Peers, PeersChanged, RequestCredentials, StartUserStream
from tests.actors.socket_server import SocketServer, granted, opened, turn
from tests.binance_sim.support import Client

API_KEY, API_SECRET = "the-key-of-the-account", "the-secret-of-the-account"
KEY = Credentials("hmac", API_KEY, API_SECRET, None)
CONFIRMED = {"id": "subscribe-1", "status": 200, "result": {"subscriptionId": 0}}


def execution(symbol: str = "BTCUSDT", order_id: int = 7001, trade_id: int = 101) -> dict[str, Any]:
    event = {
        "e": "executionReport", "E": 1, "s": symbol, "c": "web_1", "S": "BUY", "o": "LIMIT", "f": "GTC",
        "q": "0.001", "p": "60000", "C": "", "x": "TRADE", "X": "FILLED", "r": "NONE", "i": order_id,
        "l": "0.001", "z": "0.001", "L": "60000", "n": "0.000001", "N": "BTC", "T": 1_700_000_000_000,
        "t": trade_id, "m": False, "Z": "60", "Y": "60",
    }  # fmt: skip
    return {"subscriptionId": 0, "event": event}


class Bench:
    def __init__(self, url: str, key: Credentials = KEY) -> None:
        self.desk = ActorBench(UserStream)
        self.monitor, self.launcher, self.keeper = (self.desk.probe(name) for name in ("monitor", "launcher", "keeper"))
        self.gateway = self.desk.probe("gateway")
        start = StartUserStream(url, 5000, 60.0, 82_800.0, self.launcher.address, self.monitor.address)
        self.desk.tell(start, self.launcher)
        self.desk.tell(PeersChanged(Peers(gateway=self.gateway.address, monitor=self.monitor.address)))
        self.key = key

    def unlock(self) -> None:
        self.desk.tell(self.key, self.launcher)
        opened(self.desk)

    def again(self, seconds: float = 0.01) -> None:
        """The Gateway grants a permit, the back-off passes, and the next connection is opened."""
        granted(self.desk, self.gateway)
        self.desk.advance(seconds)
        opened(self.desk)

    def watch(self, symbol: str = "BTCUSDT", keeper: Probe | None = None) -> Probe:
        probe = keeper or self.keeper
        self.desk.tell(WatchOrders(symbol), probe)
        return probe

    def until(self, message_type: type, probe: Probe | None = None) -> Any:
        """The keeper's next message of that type."""
        at = probe or self.keeper
        turn(self.desk, lambda: any(isinstance(each, message_type) for each in at.received))
        return at.pop(message_type)

    def state(self) -> StreamReported:
        reports = [each for each in self.monitor.received if isinstance(each, StreamReported)]
        return reports[-1]


@pytest.fixture
def server() -> Iterator[SocketServer]:
    with SocketServer() as running:
        yield running


@pytest.fixture
def bench(server: SocketServer) -> Iterator[Bench]:
    """A stream that is connected and has sent its subscription, with one keeper that watches."""
    bench = Bench(server.url)
    bench.unlock()
    server.connected()
    bench.watch()
    yield bench
    bench.desk.actor.on_exit()


@pytest.fixture
def proven(bench: Bench, server: SocketServer) -> Bench:
    server.send(CONFIRMED)
    bench.until(StreamProven)
    return bench


def test_the_key_is_asked_for_until_it_comes(server):
    bench = Bench(server.url)
    bench.desk.advance(3.5)
    assert [type(each) for each in bench.launcher.received] == [RequestCredentials] * 4
    assert server.paths == []
    bench.unlock()
    server.connected()
    bench.desk.advance(3.5)
    assert len(bench.launcher.received) == 4
    bench.desk.actor.on_exit()


def test_while_it_has_no_key_it_says_each_second_why(server):
    bench = Bench(server.url)
    bench.monitor.received.clear()
    bench.desk.advance(1.0)
    assert bench.state().state is StreamState.WAITING_FOR_KEY
    bench.desk.tell(Credentials("rsa", API_KEY, None, b"no key"), bench.launcher)
    bench.monitor.received.clear()
    bench.desk.advance(1.0)
    assert bench.state().state is StreamState.KEY_UNUSABLE
    assert bench.state().reason.startswith("the key cannot be used: ")
    bench.unlock()
    bench.desk.advance(1.0)
    assert (bench.state().state, bench.state().reason) == (StreamState.STARTING, "")
    bench.desk.actor.on_exit()


def test_it_is_proven_by_the_confirmation_and_not_before(bench, server):
    asked = server.text()
    assert (asked["id"], asked["method"]) == ("subscribe-1", "userDataStream.subscribe.signature")
    assert set(asked["params"]) == {"apiKey", "recvWindow", "timestamp", "signature"}
    bench.desk.advance(1.0)
    bench.keeper.nothing()
    assert not bench.state().is_proven
    server.send(CONFIRMED)
    bench.until(StreamProven)
    assert bench.state().is_proven


def test_who_comes_late_is_told_at_once_that_it_is_proven(proven):
    late = proven.watch("ETHUSDT", proven.desk.probe("late"))
    assert isinstance(late.pop(StreamProven), StreamProven)


def test_events_go_to_the_keeper_of_their_pair(proven, server):
    other = proven.watch("ETHUSDT", proven.desk.probe("other"))
    other.received.clear()
    server.send(execution("BTCUSDT", 1), execution("XRPUSDT", 2), execution("ETHUSDT", 3))
    seen = proven.until(OrderReported, other)
    assert (seen.report.symbol, seen.report.order_id, seen.fill.trade_id) == ("ETHUSDT", 3, 101)
    assert [each.report.order_id for each in proven.keeper.received] == [1]
    assert proven.keeper.received[0].fill.commission == D("0.000001")


def accepted(order_id: int) -> dict[str, Any]:
    """The NEW of a BUY with a limit."""
    event = execution(order_id=order_id)
    event["event"] |= {"x": "NEW", "X": "NEW", "l": "0", "z": "0", "L": "0", "n": "0", "N": None, "t": -1, "Z": "0"}
    return event


def test_a_buy_that_stands_on_the_book_is_told_of_after_a_moment_and_one_that_was_filled_at_once_is_not(proven, server):
    for event in (accepted(8), accepted(7001), execution()):
        server.send(event)
    assert proven.until(OrderReported).report.status == "FILLED"
    proven.desk.advance(0.05)
    standing = proven.keeper.pop(OrderReported)
    assert (standing.report.order_id, standing.report.status, standing.fill) == (8, "NEW", None)
    proven.keeper.nothing(OrderReported)


def test_the_newest_keeper_of_a_pair_takes_the_place_of_the_one_before(proven, server):
    newer = proven.watch("BTCUSDT", proven.desk.probe("newer"))
    newer.received.clear()
    server.send(execution())
    proven.until(OrderReported, newer)
    proven.keeper.nothing()


@pytest.mark.parametrize("how", ["close", "cut"])
def test_a_dropped_stream_is_lost_opened_again_and_proven_again(proven, server, how):
    server.connected(1)
    getattr(server, how)()
    lost = proven.until(StreamLost)
    assert lost.reason
    assert not proven.state().is_proven
    server.connected(1)
    proven.again()
    server.connected(2)
    assert proven.state().reconnects == 1
    proven.keeper.nothing(StreamProven)
    assert server.text()["id"] == "subscribe-1"
    assert server.text()["id"] == "subscribe-2"
    server.send({**CONFIRMED, "id": "subscribe-2"})
    proven.until(StreamProven)
    assert proven.state().is_proven


def test_a_refused_subscription_is_reported_and_tried_again(bench, server):
    server.send({"id": "subscribe-1", "status": 400, "error": {"code": -2015, "msg": "Invalid API-key."}})
    turn(bench.desk, lambda: bench.state().reason)
    turn(bench.desk, lambda: "refuses" in bench.state().reason)
    assert bench.state().reason == "the exchange refuses the subscription: Invalid API-key. (-2015)"
    bench.keeper.nothing()
    assert bench.state().is_loud  # a person has to mend the key
    bench.desk.advance(20.0)
    server.connected(1)
    bench.again(40.0)
    assert (server.text()["id"], server.text()["id"]) == ("subscribe-1", "subscribe-2")


def test_a_wrong_clock_is_set_by_the_exchange(bench, server):
    """The Gateway learns the exchange's time by itself; this connection has to ask for it."""
    server.text()
    server.send({"id": "subscribe-1", "status": 400, "error": {"code": -1021, "msg": "Timestamp outside recvWindow."}})
    turn(bench.desk, lambda: "refuses" in bench.state().reason)
    bench.again()
    asked = server.text()
    assert asked["method"] == "time"
    server.connected(2)
    theirs = bench.desk.actor.wall_ms() + 90_000
    server.send({"id": asked["id"], "status": 200, "result": {"serverTime": theirs}})
    turn(bench.desk, lambda: not server.texts.empty())
    subscribed = server.text()
    assert subscribed["method"] == "userDataStream.subscribe.signature"
    assert theirs - 1000 <= subscribed["params"]["timestamp"] <= theirs
    server.send(CONFIRMED)
    bench.until(StreamProven)


def test_a_subscription_without_an_answer_is_given_up(bench, server):
    granted(bench.desk, bench.gateway)
    bench.desk.advance(6.1)
    assert bench.state().reason == "nothing confirmed it within 5 s"
    opened(bench.desk)
    server.connected(2)


def test_the_exchange_may_end_the_subscription(proven, server):
    server.send({"subscriptionId": 0, "event": {"e": "eventStreamTerminated", "E": 1}})
    assert "ended the subscription" in proven.until(StreamLost).reason


def test_a_silent_connection_is_given_up(proven, server):
    granted(proven.desk, proven.gateway)
    proven.desk.advance(59.0)
    proven.keeper.nothing()
    proven.desk.advance(3.0)
    assert "not a byte for" in proven.until(StreamLost).reason
    opened(proven.desk)
    server.connected(2)


def test_a_ping_is_a_sign_of_life(proven, server):
    for _ in range(6):
        before = proven.desk.now
        server.ping()
        turn(proven.desk, lambda before=before: proven.desk.actor._connections.live.liveness.last_byte_at >= before)
        proven.desk.advance(29.0)
    proven.keeper.nothing(StreamLost)
    server.connected(1)
    assert proven.state().is_proven


@pytest.mark.parametrize("frame", [b"{not json", {"subscriptionId": 0, "event": {"e": "executionReport", "s": "BTC"}}])
def test_an_event_that_cannot_be_read_makes_the_keepers_compare(proven, server, frame):
    server.send(frame, execution())
    proven.until(StreamProven)
    proven.until(OrderReported)
    assert proven.state().is_proven


def test_a_frame_that_cannot_be_read_proves_nothing(bench, server):
    server.send(b"{not json", execution())
    bench.until(OrderReported)
    bench.keeper.nothing(StreamProven)


def test_events_of_no_interest_are_counted_only(proven, server):
    server.send(
        {"event": {"e": "balanceUpdate", "E": 1, "a": "BTC", "d": "1", "T": 1}}, {"e": "listStatus"}, execution()
    )
    proven.until(OrderReported)
    proven.keeper.nothing()
    assert proven.desk.actor._status.frames == 4


def position(at_ms: int, **held: str) -> dict[str, Any]:
    """What the account holds: free and locked, of each asset that an event names."""
    parts = [(asset, *text.split("+")) for asset, text in held.items()]
    rows = [{"a": asset, "f": free, "l": locked} for asset, free, locked in parts]
    return {"event": {"e": "outboundAccountPosition", "E": at_ms, "u": at_ms, "B": rows}}


def test_frames_are_counted_by_event_type_from_zero(proven, server):
    events = [
        execution(),
        {**execution()["event"], "x": "NEW"},
        {"e": "balanceUpdate"},
        {"e": "listStatus"},
        {"e": "new"},
    ]
    for each in (*events, {"e": "outboundAccountPosition", "u": "damaged"}, "no JSON {"):
        server.send(each)
    turn(proven.desk, lambda: counted(proven).get("other") == 2)
    assert counted(proven) == {
        "executionReport": 2, "outboundAccountPosition": 1, "balanceUpdate": 1, "listStatus": 1,
        "externalLockUpdate": 0, "eventStreamTerminated": 0, "reply": 1, "serverShutdown": 0, "other": 2,
    }  # fmt: skip


def counted(bench: Bench) -> dict[str, int]:
    return dict(bench.desk.actor._status.kinds.rows())


def test_a_keeper_hears_of_its_coin_when_the_balance_moves_and_not_when_it_is_locked(proven, server):
    proven.desk.tell(WatchBalance("BTCUSDT", "BTC", "USDT"), proven.keeper)
    server.send(
        position(1, BTC="1+0", USDT="5+0"),
        position(2, BTC="0.4+0.6"),
        position(4, BTC="0.5+0"),
        position(3, BTC="1+0"),  # older: from the connection that was replaced
        execution(),
    )
    proven.until(OrderReported)
    told = [each for each in proven.keeper.received if isinstance(each, BalanceMoved)]
    assert told == [BalanceMoved("BTC", D(1), at_ms=1), BalanceMoved("BTC", D("0.5"), at_ms=4)]


def test_the_message_says_what_other_pairs_moved_of_a_coin(proven, server):
    """BNB pays the fees of all pairs: without that a keeper of BNB would suspect each of them."""
    proven.desk.tell(WatchBalance("BNBUSDT", "BNB", "USDT"), proven.keeper)
    proven.desk.tell(WatchBalance("BTCUSDT", "BTC", "USDT"), proven.keeper)
    paid = execution()
    paid["event"] |= {"n": "0.001", "N": "BNB"}
    server.send(position(1, BNB="2+0"), paid, position(2, BNB="1.999+0"), paid, position(3, BNB="1.5+0"))
    told = [proven.until(BalanceMoved) for _ in range(3)]
    assert [(each.balance, each.by_others) for each in told] == [
        (D(2), 0),
        (D("1.999"), D("-0.001")),
        (D("1.5"), D("-0.001")),  # a copy of an event changes nothing
    ]


def test_what_a_buy_of_bnb_for_fees_moves_is_told_though_its_pair_is_not_kept(proven, server):
    proven.desk.tell(WatchBalance("BNBBTC", "BNB", "BTC"), proven.keeper)
    proven.desk.tell(CountTrades("BTCUSDT", "BNB", "USDT"), proven.keeper)  # the events are of this pair
    server.send(position(1, BNB="2+0"), execution(), position(2, BNB="2.001+0"))
    told = [proven.until(BalanceMoved) for _ in range(2)]
    assert [each.by_others for each in told] == [0, D("0.001")]


def test_a_handler_that_fails_on_one_event_does_not_lose_the_next(proven, server, caplog):
    proven.desk.tolerant = True
    send = proven.desk.actor.send

    def fail_once(to: Any, message: Any) -> None:
        if isinstance(message, OrderReported) and message.report.order_id == 1:
            raise RuntimeError("a fault in the actor")
        send(to, message)

    proven.desk.actor.send = fail_once
    server.send(execution(order_id=1), execution(order_id=2))
    assert proven.until(OrderReported).report.order_id == 2
    proven.until(StreamProven)  # so that the keepers ask for the first one
    assert "a fault in the actor" in caplog.text


def test_the_back_off_grows_with_short_connections(server, monkeypatch):
    monkeypatch.setattr(connector.random, "random", lambda: 1.0)
    server.refusals = [(503, {})] * 6
    bench = Bench(server.url)
    bench.unlock()
    waits = []
    for _ in range(6):
        (wait_s,) = [seconds for seconds, payload in bench.desk.wakeups if isinstance(payload, connector.Connect)]
        waits.append(round(wait_s, 3))
        bench.again(wait_s)
    assert waits == [0.01, 0.2, 0.4, 0.8, 1.6, 2.0]
    server.connected(1)
    bench.desk.actor.on_exit()


def test_after_a_long_connection_the_next_is_opened_at_once(proven, server, monkeypatch):
    monkeypatch.setattr(connector.random, "random", lambda: 1.0)
    for number in range(3):
        proven.desk.advance(31.0)
        server.close()
        proven.until(StreamLost)
        proven.again()
        server.connected(number + 2)
        server.send({**CONFIRMED, "id": f"subscribe-{proven.desk.actor._request_number}"})
        proven.until(StreamProven)


def test_a_server_that_names_a_time_to_wait_is_not_asked_earlier(server):
    server.refusals = [(429, {"Retry-After": "20"})]
    bench = Bench(server.url)
    bench.unlock()
    granted(bench.desk, bench.gateway)
    bench.desk.advance(19.5)
    assert server.paths == []
    bench.desk.advance(1.5)
    opened(bench.desk)
    server.connected(1)
    bench.desk.actor.on_exit()


def test_the_present_monitor_gets_a_report_every_second(proven):
    other = proven.desk.probe("the next monitor")
    proven.desk.tell(PeersChanged(Peers(monitor=other.address)))
    proven.desk.advance(5.0)
    assert [each.is_proven for each in other.received] == [True] * 5


def test_secrets_appear_in_requests_only(bench, server, caplog):
    caplog.set_level(logging.DEBUG)
    server.send({"id": "subscribe-1", "status": 400, "error": {"code": -1022, "msg": "Signature is not valid."}})
    turn(bench.desk, lambda: "refuses" in bench.state().reason)
    bench.desk.advance(1.0)
    sent = [message for probe in (bench.keeper, bench.monitor, bench.launcher) for message in probe.received]
    texts = pickle.dumps(sent).decode("latin-1") + repr(sent) + caplog.text
    for secret in (API_KEY, API_SECRET):
        assert secret not in texts
    asked = server.text()
    assert asked["params"]["apiKey"] == API_KEY
    assert API_SECRET not in str(asked)


# Against the exchange simulator


@pytest.fixture(scope="module")
def paper() -> Iterator[SimulatorProcess]:
    args = ["--paused", "--symbol", "BTCUSDT", "--order-limit", "0", "--weight-limit", "0"]
    with start_simulator(args) as process:
        yield process


def test_the_simulator_confirms_it_and_reports_a_buy(paper):
    client = Client(paper)
    bench = Bench(paper.ws_api_url, Credentials("hmac", paper.api_key, paper.api_secret, None))
    bench.desk._clock._wall_at_zero += _behind_ns(bench)  # the exchange checks the timestamp
    bench.unlock()
    bench.watch()
    bench.until(StreamProven)
    client.control("price", symbol="BTCUSDT", price="60000", size="1")
    bought = client.control("buy", symbol="BTCUSDT", quote="120")
    fills = []
    while sum(fill.quantity for fill in fills) < D(bought["executedQty"]):
        seen = bench.until(OrderReported)
        fills += [seen.fill] if seen.fill else []
    assert {fill.order_id for fill in fills} == {bought["orderId"]}
    client.control("drop/user")
    bench.until(StreamLost)
    bench.again()
    bench.until(StreamProven)
    bench.desk.actor.on_exit()


def _behind_ns(bench: Bench) -> int:
    return time.time_ns() - bench.desk.actor.wall_ns()


def test_a_late_message_of_a_dead_keeper_does_not_take_the_events_from_its_successor(proven):
    """Messages of different actors come in any order: it may come after that of the next keeper."""
    newest, dead = proven.desk.probe("the newest"), proven.desk.probe("the dead")
    proven.desk.tell(WatchOrders("BTCUSDT", 2), newest)
    newest.pop(StreamProven)
    proven.desk.tell(WatchOrders("BTCUSDT", 1), dead)
    dead.nothing()
    proven.desk.actor.on_proven()
    newest.pop(StreamProven)
    dead.nothing()


def test_the_newest_balances_are_told_to_the_monitor_once_a_second(proven, server):
    server.send(position(1, BTC="1+0", USDT="5+0"), position(4, BTC="0.5+0.1"), position(3, BTC="1+0"), execution())
    proven.watch()
    proven.until(OrderReported)
    proven.desk.advance(1.1)
    (seen,) = (each for each in proven.monitor.received if isinstance(each, BalancesSeen))
    assert seen == BalancesSeen((BalanceSeen("BTC", D("0.5"), D("0.1"), 4), BalanceSeen("USDT", D(5), D(0), 1)))
    proven.monitor.received.clear()
    proven.desk.advance(2.1)
    proven.monitor.nothing(BalancesSeen)


def test_who_kept_a_pair_that_has_gone_is_told_nothing_more(server):
    bench = Bench(server.url)
    bench.unlock()
    server.send(CONFIRMED)
    other = bench.watch("ETHUSDT", bench.desk.probe("the keeper of another pair"))
    bench.watch()
    bench.until(StreamProven)
    bench.desk.tell(PairsChanged(("BTCUSDT",)))
    other.received.clear()
    server.send(execution("ETHUSDT"), execution())
    bench.until(OrderReported)
    other.nothing(OrderReported)
