"""The Gateway's throttle: what may be sent, what waits, and what the exchange says about it."""

from typing import Any

import pytest

from actors.gateway import query_queue
from actors.gateway.answers import max_cost_of
from lotkeeper.exchange.budget.budget import Budget
from lotkeeper.exchange.budget.limits import LimitKind
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.recovery.questions import (
    NewestTrades,
    OpenOrders,
    OrderByClientId,
    OrderById,
    TradesFrom,
    TradesOfOrder,
)
from messages.connections import LimitHit
from messages.health import ExchangePause, GatewayReported, LimitUse
from messages.orders import CancelSellOrder, SellCanceled, SellOutcomeUnknown, SellPlaced, SellRefused
from messages.queries import (
    AskExchange,
    BalanceFetched,
    FetchBalance,
    FetchFailed,
    FetchMarket,
    FetchPrices,
    FetchReference,
    FetchTop,
    OrdersFetched,
    PricesFetched,
)
from tests.actors.gateway.bench import COMMISSION, INFO, KEY, ORDER, SYMBOL, TIME, Bench, bench, error, locked
from tests.lotkeeper.exchange.http_peer import CUT, answer

__all__ = ["bench", "locked"]

SKEWED = error(-1021, "Timestamp for this request is outside of the recvWindow.")
TOP = {"symbol": SYMBOL, "bidPrice": "60000", "askPrice": "60001"}
CANCELLED = {**ORDER, "status": "CANCELED", "origClientOrderId": "lk1-5eh-1", "clientOrderId": "lk1-5eh-1-x"}
PRICES, QUESTION = FetchPrices(1, (SYMBOL,)), AskExchange(2, SYMBOL, OpenOrders())


def cancel(bench: Bench, *replies: bytes) -> Any:
    sent_ms = bench.desk.actor.wall_ms()
    return bench.ask(CancelSellOrder(SYMBOL, 1, "lk1-5eh-1", 9001, "lk1-5eh-1-x", sent_ms), *replies)


def use(report: GatewayReported, name: str, seconds: int) -> LimitUse:
    return next(each for each in report.limits if (each.name, each.seconds) == (name, seconds))


# The order of purposes


def test_prices_have_to_wait_before_queries_and_queries_before_orders(bench):
    bench.desk.advance(5.0)  # away from the edge of the exchange's ten seconds
    for used, prices_go, questions_go in ((4_150, True, True), (4_300, False, True), (5_395, False, False)):
        bench.place(answer(ORDER, X_MBX_USED_WEIGHT_1M=str(used)))
        asked = [bench.ask(PRICES, *([answer([TOP])] if prices_go else []))]
        asked.append(bench.ask(QUESTION, *([answer([])] if questions_go else [])))
        assert [isinstance(each, PricesFetched | OrdersFetched) for each in asked] == [prices_go, questions_go]
    failed = bench.ask(QUESTION)
    assert failed.reason == "5395 of 6000 request weight a minute are used, the rest is kept for what comes first"
    assert failed.retry_s == pytest.approx(36.0)  # it is 22:13:25
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    assert isinstance(cancel(bench, answer(CANCELLED)), SellCanceled)
    bench.peer.replies.extend([TIME])  # keeps the connection warm
    bench.desk.advance(36.0)
    assert isinstance(bench.ask(PRICES, answer([TOP])), PricesFetched)


def test_waiting_queries_are_answered_in_the_order_of_their_purposes(locked):
    locked.desk.tell(PRICES, locked.keeper)
    locked.desk.tell(QUESTION, locked.keeper)
    locked.desk.tell(AskExchange(3, SYMBOL, TradesFrom(5)), locked.keeper)
    locked.peer.replies.extend([answer([]), answer([]), answer([TOP])])
    locked.unlock()
    assert locked.paths() == ["time", "openOrders", "myTrades", "ticker/bookTicker"]


def test_a_newer_query_for_prices_replaces_the_older_of_the_same_sender(locked):
    other = locked.desk.probe("another")
    for number, asker in ((1, locked.keeper), (2, other), (3, locked.keeper)):
        locked.desk.tell(FetchPrices(number, (SYMBOL,)), asker)
    locked.peer.replies.extend([answer([TOP]), answer([TOP])])
    locked.unlock()
    assert [each.request_id for each in (*locked.keeper.received, *other.received)] == [3, 2]
    assert locked.paths() == ["time", "ticker/bookTicker", "ticker/bookTicker"]


def test_more_queries_than_the_queue_takes_are_refused(locked, monkeypatch):
    monkeypatch.setattr(query_queue, "MAX_WAITING", 2)
    for number in range(4):
        locked.desk.tell(AskExchange(number, SYMBOL, OpenOrders()), locked.keeper)
    assert [(each.request_id, each.reason) for each in locked.keeper.received] == [
        (2, "too many questions wait in the Gateway"),
        (3, "too many questions wait in the Gateway"),
    ]
    locked.peer.replies.extend([answer([]), answer([])])
    locked.unlock()
    assert locked.keeper.received[2:] == [OrdersFetched(0, ()), OrdersFetched(1, ())]


# Orders


def test_an_order_beyond_the_limit_of_orders_is_refused_with_the_time_to_wait(bench):
    bench.desk.advance(5.0)
    bench.place(answer(ORDER, X_MBX_ORDER_COUNT_10S="49"))
    asked = len(bench.peer.asked)
    told = bench.place()
    text = "not sent: 49 of 50 orders in 10 s are used; again in 6 s"
    assert told == SellRefused(SYMBOL, "lk1-5eh-2", 0, text, pytest.approx(6.0), RefusalKind.NOT_SENT)
    assert isinstance(cancel(bench, answer(CANCELLED)), SellCanceled)
    bench.desk.advance(6.0)
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    assert len(bench.peer.asked) == asked + 2


def test_orders_of_others_count_by_the_header(bench):
    bench.desk.advance(5.0)
    bench.place(answer(ORDER, X_MBX_ORDER_COUNT_10S="7", X_MBX_ORDER_COUNT_1D="1200"))
    report = bench.report()
    assert (use(report, "ORDERS", 10).used, use(report, "ORDERS", 86_400).used) == (7, 1200)


def test_too_many_orders_pause_orders_and_nothing_else(bench):
    told = bench.place(
        error(-1015, "Too many new orders; current limit is 50 orders per 10 SECOND.", 429, Retry_After="4")
    )
    assert (told.code, told.retry_s) == (0, 4.0)
    asked = len(bench.peer.asked)
    assert isinstance(bench.place(), SellRefused)
    assert len(bench.peer.asked) == asked
    assert bench.ask(QUESTION, answer([])) == OrdersFetched(2, ())
    assert isinstance(cancel(bench, answer(CANCELLED)), SellCanceled)
    (pause,) = bench.report().pauses
    assert (pause.what, pause.until_ms - bench.desk.actor.wall_ms()) == ("orders", pytest.approx(3_000, abs=5))
    bench.desk.advance(3.0)
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)


def test_an_order_after_a_wrong_clock_is_not_sent_a_third_time(bench):
    assert isinstance(bench.place(SKEWED, TIME, CUT), SellOutcomeUnknown)
    assert bench.paths() == ["time", "order", "time", "order"]
    limited = error(-1003, "Too many requests.", 429, Retry_After="9")
    assert bench.place(SKEWED, limited, client_id="lk1-5eh-2").code == -1021
    assert bench.paths()[4:] == ["order", "time"]
    assert isinstance(bench.place(client_id="lk1-5eh-2"), SellRefused)
    assert len(bench.peer.asked) == 6


# The exchange says wait


@pytest.mark.parametrize(
    ("refusal", "wait_s"),
    [
        (error(-1003, "Too many requests.", 429, Retry_After="30"), 30.0),
        (error(-1003, "Way too much request weight used; IP banned until 1700000300000.", 418), 300.0),
        (error(-1003, "IP banned until 1700000300000.", 418, Retry_After="30"), 300.0),
        (answer(b"<html>", 429, Retry_After="30"), 30.0),
    ],
    ids=["429", "banned until", "the later counts", "a proxy"],
)
def test_after_a_refusal_nothing_at_all_is_sent(bench, refusal, wait_s):
    bench.ask(QUESTION, refusal)
    asked = len(bench.peer.asked)
    for _ in range(int(wait_s) - 3):
        bench.desk.advance(1.0)
        assert isinstance(bench.place(), SellRefused)
        for each in (QUESTION, PRICES):
            assert isinstance(bench.ask(each), FetchFailed)
    assert bench.place().retry_s == pytest.approx(3.0, abs=0.01)
    assert cancel(bench).text.startswith("not sent: ")
    assert len(bench.peer.asked) == asked
    bench.peer.replies.append(TIME)  # keeps the connection warm
    bench.desk.advance(3.01)
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)


def test_a_stream_that_was_refused_stops_everything(bench):
    asked = len(bench.peer.asked)
    bench.desk.tell(LimitHit(12.0, "HTTP 418: banned"), bench.desk.probe("a stream"))
    assert bench.place().text == "not sent: HTTP 418: banned; again in 12 s"
    assert bench.ask(QUESTION).retry_s == pytest.approx(12.0)
    report = bench.report()
    assert (report.trouble, report.pauses) == (
        "HTTP 418: banned",
        (ExchangePause("everything", 1_700_000_012_000, "HTTP 418: banned"),),
    )
    bench.desk.advance(11.0)
    assert bench.report().pauses == ()
    assert isinstance(bench.place(answer(ORDER)), SellPlaced)
    assert len(bench.peer.asked) == asked + 1


def test_an_answer_of_two_requests_ends_with_the_one_that_is_refused(bench):
    refused = error(-1003, "Too many requests.", 429, Retry_After="9")
    for query in (FetchReference(6, SYMBOL), FetchMarket(5, SYMBOL)):
        asked = len(bench.peer.asked)
        assert isinstance(bench.ask(query, refused), FetchFailed)
        assert len(bench.peer.asked) == asked + 1
        bench.desk.advance(9.0)


# What it learns


def test_the_limits_are_those_of_the_exchange(bench):
    bench.desk.advance(5.0)
    limits = [
        {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 1200},
        {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 10},
    ]
    bench.ask(FetchMarket(5, SYMBOL), answer({**INFO, "rateLimits": limits}), answer(COMMISSION))
    report = bench.report()
    assert (use(report, "REQUEST_WEIGHT", 60).most, use(report, "ORDERS", 10).most) == (1200, 10)
    told = bench.place(answer(ORDER, X_MBX_ORDER_COUNT_10S="9"))
    assert isinstance(told, SellPlaced)
    assert "9 of 10 orders" in bench.place().text


def test_the_minute_of_the_exchange_counts(locked):
    locked.peer.replies.append(answer({"serverTime": 1_700_000_020_000}))  # 22:13:40 there, 22:13:20 here
    locked.desk.tell(KEY, locked.launcher)
    locked.ask(QUESTION, answer([], X_MBX_USED_WEIGHT_1M="5999"))
    assert locked.place().retry_s == pytest.approx(21.0)


def test_what_was_spent_stays_spent_when_the_clock_was_wrong(bench):
    bench.ask(QUESTION, answer([], X_MBX_USED_WEIGHT_1M="5000"))
    later = answer({"serverTime": 1_700_000_090_000})  # in the next minute
    bench.ask(QUESTION, SKEWED, later, answer([]))
    assert 5_000 < bench.report().weight_used < 5_050


def test_it_reports_what_is_used(bench):
    bench.desk.advance(5.0)
    bench.ask(QUESTION, answer([]))
    bench.place(answer(ORDER))
    bench.place(error(-1013, "Filter failure: NOTIONAL"))
    report = bench.report()
    used = {(each.name, each.per): each.used for each in report.limits}
    assert used == {
        ("REQUEST_WEIGHT", "a minute"): 1 + 6 + 0 + 1,  # an order that is taken weighs nothing
        ("RAW_REQUESTS", "in 5 minutes"): 4,
        ("ORDERS", "in 10 s"): 2,
        ("ORDERS", "a day"): 2,
        ("CONNECTIONS", "in 5 minutes"): 0,
    }
    assert report.weight_used == 8


def test_a_request_that_was_not_sent_is_not_counted(bench):
    bench.peer.__exit__()
    assert bench.place().text.startswith("not sent: no connection")
    assert bench.report().weight_used == 1


def test_counts_of_a_refusal_are_read_too(bench):
    bench.desk.advance(5.0)
    bench.place(error(-2010, "Account has insufficient balance.", X_MBX_USED_WEIGHT_1M="5998"))
    assert bench.place().text == "not sent: 5998 of 6000 request weight a minute are used; again in 36 s"
    assert bench.report().weight_used == 5998


@pytest.mark.parametrize(
    ("query", "replies"),
    [
        (AskExchange(1, SYMBOL, NewestTrades()), [SKEWED, TIME, answer([])]),
        (AskExchange(1, SYMBOL, TradesFrom(1)), [SKEWED, TIME, answer([])]),
        (AskExchange(1, SYMBOL, TradesOfOrder(1)), [SKEWED, TIME, answer([])]),
        (AskExchange(1, SYMBOL, OpenOrders()), [SKEWED, TIME, answer([])]),
        (AskExchange(1, SYMBOL, OrderById(1)), [SKEWED, TIME, error(-2013, "Order does not exist.")]),
        (AskExchange(1, SYMBOL, OrderByClientId("x")), [SKEWED, TIME, error(-2013, "Order does not exist.")]),
        (
            FetchMarket(1, SYMBOL, 1000),
            [error(-1121, "Invalid symbol."), answer(INFO), SKEWED, TIME, answer(COMMISSION)],
        ),
        (FetchTop(1, SYMBOL), [answer(TOP)]),
        (FetchBalance(1, "BTC"), [SKEWED, TIME, answer({"canTrade": True, "balances": []})]),
        (FetchReference(1, SYMBOL), [answer({"referencePrice": None}), answer({"price": "1"})]),
        (PRICES, [error(-1121, "Invalid symbol."), answer([TOP])]),
    ],
    ids=lambda each: str(each)[:60] if not isinstance(each, list) else "",
)
def test_the_maximum_cost_of_a_query_covers_all_of_its_requests(bench, query, replies):
    bench.desk.advance(5.0)
    bench.desk.actor._answers.rules.symbols = (SYMBOL, "DELISTED")
    before = {each.limit: each.used for each in budget(bench).usage(now(bench))}
    bench.ask(query, *replies)
    cost = max_cost_of(query)
    for each in budget(bench).usage(now(bench)):
        if each.limit.kind is not LimitKind.ORDERS:
            assert each.used - before[each.limit] == cost.of(each.limit.kind)


def budget(bench: Bench) -> Budget:
    return bench.desk.actor._throttle.budget


def now(bench: Bench) -> int:
    return bench.desk.actor._throttle.now_ms


def test_a_cached_answer_costs_nothing(bench):
    bench.desk.advance(5.0)
    account = answer({"canTrade": True, "balances": []}, X_MBX_USED_WEIGHT_1M="5999")
    assert isinstance(bench.ask(FetchBalance(1, "BTC"), account), BalanceFetched)
    assert isinstance(bench.ask(FetchBalance(2, "BTC", 1000)), BalanceFetched)
    assert isinstance(bench.ask(FetchBalance(3, "BTC")), FetchFailed)
