"""The user stream against a real websocket: it counts as proven when confirmed, and reports when events are missed."""

import logging
import pickle
from decimal import Decimal as D
from typing import Any

import pytest

from lotkeeper.trading.balances import BalanceSeen
from messages.account import (
    BalanceMoved,
    BalancesSeen,
    CountTrades,
    OrderReported,
    StreamProven,
    WatchBalance,
    WatchOrders,
)
from messages.health import StreamState
from messages.lifecycle import Credentials, PairsChanged, Peers, PeersChanged, RequestCredentials
from tests.actors.socket_server import turn
from tests.actors.user_stream.bench import API_KEY, API_SECRET, CONFIRMED, Bench, execution


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
