"""Orders through the Gateway, its key, its limits and its reports."""

import logging
import pickle
from decimal import Decimal as D

import pytest

from actors.gateway import actor as module
from lotkeeper.engine.testkit import Probe
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.recovery.questions import OpenOrders
from messages.health import GatewayReported
from messages.lifecycle import Credentials, FencePair, Peers, PeersChanged, RequestCredentials
from messages.orders import MAX_SEND_DELAY_MS, SellBlocked, SellFenced, SellOutcomeUnknown, SellPlaced, SellRefused
from messages.queries import (
    AskExchange,
    FetchMarket,
)
from tests.actors.gateway.bench import API_KEY, API_SECRET, KEY, ORDER, SYMBOL, TIME, Bench, bench, error, locked
from tests.lotkeeper.exchange.http_peer import CUT, RESET, SILENT, Asked, HttpPeer, answer

__all__ = ["bench", "locked"]

# Orders


def test_an_order_that_is_taken(bench):
    reply = bench.place(answer(ORDER))
    assert isinstance(reply, SellPlaced)
    assert (reply.client_id, reply.report.order_id, reply.report.status, reply.fills) == (
        "lk1-5eh-1",
        9001,
        "NEW",
        (),
    )
    sent: Asked = bench.peer.asked[-1]
    assert sent.method == "POST"
    for part in ("side=SELL", "type=LIMIT", "price=60360.37", "quantity=0.001", "newClientOrderId=lk1-5eh-1"):
        assert part in sent.target


def test_the_reply_to_an_order_that_fills_at_once_has_its_fills(bench):
    part = {"price": "60361", "qty": "0.001", "commission": "0.06", "commissionAsset": "USDT", "tradeId": 77}
    reply = bench.place(answer({**ORDER, "status": "FILLED", "executedQty": "0.001", "fills": [part]}))
    assert [(fill.trade_id, fill.price, fill.commission) for fill in reply.fills] == [(77, D(60361), D("0.06"))]


def test_an_order_that_is_refused(bench):
    reply = bench.place(error(-1013, "Filter failure: NOTIONAL"))
    assert reply == SellRefused(SYMBOL, "lk1-5eh-1", -1013, "Filter failure: NOTIONAL", kind=RefusalKind.OTHER_FILTER)
    assert bench.report().refused == 1
    assert bench.report().refusals == (("other filter", 1),)


@pytest.mark.parametrize(
    "reply",
    [
        error(-1007, "Timeout waiting for response from backend server.", 504),
        answer(b"<html>502 Bad Gateway</html>", 502),
        answer(b"{half a"),
        answer({"surprise": True}),
        CUT,
        RESET,
    ],
    ids=["backend timeout", "proxy", "half a body", "another shape", "cut", "reset"],
)
def test_an_order_whose_outcome_is_unknown(bench, reply):
    told = bench.place(reply)
    assert isinstance(told, SellOutcomeUnknown)
    assert told.client_id == "lk1-5eh-1"
    report = bench.report()
    assert (report.orders, report.unknown, report.refused) == (1, 1, 0)


def test_a_silent_exchange_leaves_the_outcome_unknown(monkeypatch):
    monkeypatch.setattr(module, "ORDER_ANSWER_S", 0.2)
    with HttpPeer() as peer:
        bench = Bench(peer)
        bench.unlock()
        assert isinstance(bench.place(SILENT), SellOutcomeUnknown)
        bench.desk.actor.on_exit()


def test_an_order_whose_answer_is_lost_is_sent_once(bench):
    bench.place(CUT)
    assert bench.paths().count("order") == 1


def test_a_copy_waits_until_the_first_can_no_longer_arrive(bench):
    bench.desk.actor._own_questions.keep_warm = lambda: False
    assert isinstance(bench.place(CUT), SellOutcomeUnknown)
    bench.desk.advance(14.9)
    told = bench.place()
    assert isinstance(told, SellOutcomeUnknown)
    assert "may still arrive" in told.reason
    assert isinstance(bench.place(answer(ORDER), client_id="lk1-5eh-2"), SellPlaced)
    assert bench.paths().count("order") == 2
    bench.desk.advance(0.2)  # 5 s of its own and 10 s of the exchange's backend are over
    assert isinstance(bench.place(answer(ORDER), client_id="lk1-5eh-1"), SellPlaced)


def test_no_connection_means_not_sent():
    with HttpPeer() as gone:
        url = gone.url
    with HttpPeer() as peer:
        bench = Bench(peer, url)
        bench.desk.tell(KEY, bench.launcher)
        reply = bench.place()
        assert isinstance(reply, SellRefused)
        assert reply.code == 0
        assert reply.text.startswith("not sent: no connection")
        assert "no connection" in bench.report().trouble


def test_before_the_key_is_here_nothing_is_sent(locked):
    assert locked.place() == SellRefused(
        SYMBOL, "lk1-5eh-1", 0, "not sent: the Gateway is starting", kind=RefusalKind.NOT_SENT
    )
    assert locked.peer.asked == []


def test_an_order_that_waited_too_long_is_not_sent(bench):
    reply = bench.place(age_ms=MAX_SEND_DELAY_MS)
    assert isinstance(reply, SellRefused)
    assert (reply.code, reply.text) == (0, "not sent: it waited too long in the Gateway")
    assert "order" not in bench.paths()
    assert isinstance(bench.place(answer(ORDER), age_ms=1000), SellPlaced)


# The fence


@pytest.mark.parametrize(("fence", "incarnation", "is_sent"), [(5, 4, False), (5, 5, True), (5, 6, True), (0, 1, True)])
def test_only_the_newest_keeper_is_obeyed(bench, fence, incarnation, is_sent):
    if fence:
        bench.desk.tell(FencePair(SYMBOL, fence))
    reply = bench.place(*([answer(ORDER)] if is_sent else []), incarnation=incarnation)
    assert reply.__class__ is (SellPlaced if is_sent else SellFenced)
    assert bench.paths().count("order") == int(is_sent)


def test_a_newer_keeper_fences_the_older_by_its_first_order(bench):
    bench.place(answer(ORDER), incarnation=7)
    assert bench.place(incarnation=6) == SellFenced(SYMBOL, "lk1-5eh-2", 7)


def test_an_older_fence_changes_nothing(bench):
    bench.desk.tell(FencePair(SYMBOL, 9))
    bench.desk.tell(FencePair(SYMBOL, 3))
    assert isinstance(bench.place(incarnation=8), SellFenced)


def test_a_fence_is_for_its_own_pair(bench):
    bench.desk.tell(FencePair("ETHUSDT", 9))
    assert isinstance(bench.place(answer(ORDER), incarnation=1), SellPlaced)


# Rate limits


def test_nothing_is_sent_until_the_exchange_allows_it_again(bench):
    reply = bench.place(error(-1003, "Too many requests.", 429, Retry_After="30"))
    assert isinstance(reply, SellRefused)
    assert (reply.code, reply.text) == (0, "not sent: Too many requests.; again in 30 s")
    asked = len(bench.peer.asked)
    assert isinstance(bench.place(), SellRefused)
    failed = bench.ask(AskExchange(4, SYMBOL, OpenOrders()))
    assert (failed.reason, failed.retry_s) == ("Too many requests.", pytest.approx(30.0))
    bench.desk.advance(28.0)
    assert isinstance(bench.place(), SellRefused)
    assert len(bench.peer.asked) == asked
    assert "Too many requests" in bench.report().trouble
    bench.peer.replies.append(TIME)  # for the request that keeps the connection warm
    bench.desk.advance(1.5)
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    assert bench.report().trouble == ""


def test_the_clock_is_not_read_while_nothing_may_be_sent(bench):
    bench.place(error(-1003, "banned", 418, Retry_After="700"))
    asked = len(bench.peer.asked)
    bench.desk.advance(650.0)
    assert len(bench.peer.asked) == asked
    bench.peer.replies.extend([TIME] * 10)
    bench.desk.advance(100.0)
    assert set(bench.paths()[asked:]) == {"time"}


def test_a_query_that_is_limited_says_when_to_ask_again(bench):
    failed = bench.ask(FetchMarket(1, SYMBOL), error(-1003, "Too many requests.", 429, Retry_After="7"))
    assert (failed.retry_s, failed.reason) == (7.0, "Too many requests.; again in 7 s")


# The key


def test_the_key_is_asked_for_until_it_comes(locked):
    locked.desk.advance(5.5)
    asked = [each for each in locked.launcher.received if isinstance(each, RequestCredentials)]
    assert len(asked) == 6
    assert asked[0].reply_to == locked.desk.actor.myAddress
    assert locked.report().trouble == "waiting for the key"
    locked.unlock()
    locked.launcher.received.clear()
    locked.desk.advance(5)
    assert locked.launcher.received == []
    assert locked.report().trouble == ""


def test_a_second_copy_of_the_key_changes_nothing(bench):
    link = bench.desk.actor._link
    bench.desk.tell(KEY, bench.launcher)
    assert bench.desk.actor._link is link


def test_a_key_that_cannot_sign_is_reported_and_asked_for_again(locked, caplog):
    locked.desk.tolerant = True
    locked.desk.tell(Credentials("ed25519", API_KEY, None, b"no such thing as a key"), locked.launcher)
    assert "PEM" in locked.report().trouble
    assert "no such thing as a key" not in caplog.text
    locked.unlock()
    assert locked.report().trouble == ""


def test_a_key_that_the_exchange_refuses_is_reported(bench):
    bench.ask(AskExchange(4, SYMBOL, OpenOrders()), error(-2015, "Invalid API-key, IP, or permissions for action."))
    assert bench.report().trouble.startswith("the exchange refuses the key: Invalid API-key")


def test_a_wrong_clock_is_read_again_and_the_order_sent_once_more(bench):
    reply = bench.place(error(-1021, "Timestamp for this request is outside of the recvWindow."), TIME, answer(ORDER))
    assert isinstance(reply, SellPlaced)
    assert bench.paths() == ["time", "order", "time", "order"]


def test_secrets_appear_in_requests_only(caplog):
    caplog.set_level(logging.DEBUG, "lotkeeper")
    replies = [answer(ORDER), CUT, error(-2015, "Invalid API-key."), error(-1003, "Too many requests.", 429)]
    with HttpPeer() as peer:
        bench = Bench(peer)
        bench.unlock()
        for number, reply in enumerate(replies, 1):
            bench.place(reply, client_id=f"lk1-5eh-{number}")
        bench.desk.advance(3)
        bench.desk.actor.on_exit()
        sent = [message for probe in (bench.keeper, bench.monitor, bench.launcher) for message in probe.received]
        assert sent
        texts = pickle.dumps(sent).decode("latin-1") + repr(sent) + caplog.text
    for secret in (API_KEY, API_SECRET, "signature"):
        assert secret not in texts
    assert all(asked.headers["x-mbx-apikey"] == API_KEY for asked in peer.asked[1:])
    assert API_SECRET not in " ".join(asked.target for asked in peer.asked)


# The Monitor


def test_it_reports_every_second(bench):
    bench.place(answer(ORDER, X_MBX_USED_WEIGHT_1M="42"))
    bench.place(error(-2010, "Account has insufficient balance for requested action."))
    report = bench.report()
    assert (report.requests, report.orders, report.refused, report.unknown) == (3, 2, 1, 0)
    assert report.weight_used == 43  # 42 by the exchange's count, and one more for the order that was refused
    assert report.at_ms == bench.desk.actor.wall_ms()
    bench.monitor.received.clear()
    bench.desk.advance(10)
    assert len(bench.monitor.received) == 10


def test_it_reports_to_the_present_monitor(bench):
    other: Probe = bench.desk.probe("the next monitor")
    bench.desk.tell(PeersChanged(Peers(monitor=None)))
    bench.desk.advance(2)
    bench.desk.tell(PeersChanged(Peers(monitor=other.address)))
    bench.monitor.received.clear()
    bench.desk.advance(1)
    assert bench.monitor.received == []
    other.pop(GatewayReported)


def test_a_quiet_connection_is_kept_warm(bench):
    asked = len(bench.peer.asked)
    bench.peer.replies.extend([TIME, TIME])
    bench.desk.advance(15.0)
    assert len(bench.peer.asked) == asked
    bench.desk.advance(30.0)
    assert bench.paths()[asked:] == ["time", "time"]


def test_a_key_that_may_not_trade_is_trouble_until_an_order_is_accepted_whatever_it_may_read(bench):
    bench.place(error(-2015, "Invalid API-key, IP, or permissions for action.", 401))
    bench.peer.replies.append(TIME)
    bench.desk.advance(25.0)
    bench.ask(AskExchange(4, SYMBOL, OpenOrders()), answer([]))
    assert bench.report().trouble == (
        "the exchange refuses orders: Invalid API-key, IP, or permissions for action. (-2015); check that the key may "
        "trade on spot, and that the addresses it allows have this one"
    )
    bench.place(answer(ORDER))
    assert bench.report().trouble == ""


# The same order twice


def test_an_order_is_not_sent_again_while_the_first_may_still_arrive(bench):
    """Its keeper died before it recorded the order: the next keeper sends it again and does not know of the first."""
    assert isinstance(bench.place(CUT), SellOutcomeUnknown)
    bench.peer.asked.clear()
    reply = bench.place(incarnation=2)
    assert isinstance(reply, SellBlocked)
    assert "an earlier keeper" in reply.reason
    assert bench.peer.asked == []


def test_another_order_does_not_wait_for_one_of_unknown_outcome(bench):
    bench.place(CUT)
    assert isinstance(bench.place(answer(ORDER), client_id="lk1-5eh-2"), SellPlaced)


def test_an_order_that_certainly_did_not_arrive_may_be_sent_again_at_once(bench):
    assert isinstance(bench.place(error(-2010, "Account has insufficient balance")), SellRefused)
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
