"""Questions that the exchange refuses are asked ever more seldom."""

from actors.gateway.refused_questions import RefusedQuestions
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, Refused, Unknown
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.recovery.questions import OpenOrders, OrderByClientId, OrderById, TradesFrom
from messages.queries import AskExchange, FetchFailed, FetchMarket, MarketFetched, OrdersFetched
from tests.actors.gateway.bench import INFO, QUERIED, SYMBOL, TIME, Bench, bench, error, locked
from tests.lotkeeper.exchange.http_peer import answer

__all__ = ["bench", "locked"]

TOPIC, OTHER = ("GONEUSDT", "TradesFrom"), ("BTCUSDT", "TradesFrom")
NO_SYMBOL = Refused(-1121, "Invalid symbol.", RefusalKind.UNKNOWN_SYMBOL)
NO_KEY = Refused(-2015, "Invalid API-key.", RefusalKind.BAD_KEY)
NOT_LISTED = error(-1121, "Invalid symbol.")
ARCHIVED = error(-2026, "Order was canceled or expired with no executed qty over 90 days ago and has been archived.")


def hours(outcome: Outcome, count: int = 1) -> int:
    """How often a question is asked in so many hours, if it may be asked each second."""
    found, asked = RefusedQuestions(), 0
    for second in range(3600 * count):
        if found.deferral(TOPIC, float(second)) is None:
            asked += 1
            found.learn(TOPIC, outcome, float(second))
    return asked


def test_a_refused_question_is_asked_some_times_an_hour_and_others_as_ever():
    assert hours(NO_SYMBOL) <= 20
    assert hours(NO_SYMBOL, 2) - hours(NO_SYMBOL) == 12  # every five minutes
    assert hours(NO_KEY, 2) - hours(NO_KEY) == 60
    found = RefusedQuestions()
    found.learn(TOPIC, NO_SYMBOL, 0.0)
    assert found.deferral(TOPIC, 1.0).retry_s == 1.0
    assert found.deferral(TOPIC, 1.0).reason == "Invalid symbol. (-1121)"
    assert found.deferral(OTHER, 1.0) is None


def test_an_answer_ends_it_and_silence_does_not():
    found = RefusedQuestions()
    assert [found.learn(TOPIC, NO_SYMBOL, at) for at in (0.0, 2.0, 6.0)] == [2.0, 4.0, 8.0]
    assert found.learn(TOPIC, Unknown("HTTP 502"), 14.0) is None
    assert found.learn(TOPIC, NO_SYMBOL, 14.0) == 16.0
    found.learn(TOPIC, Answered([]), 30.0)
    assert found.learn(TOPIC, NO_SYMBOL, 30.0) == 2.0


def test_what_was_refused_together_counts_once():
    found = RefusedQuestions()
    assert [found.learn(TOPIC, NO_SYMBOL, 0.0) for _ in range(9)] == [2.0] * 9


def test_that_there_is_no_such_order_is_an_answer():
    for kind in (RefusalKind.UNKNOWN_ORDER, RefusalKind.ARCHIVED_ORDER, RefusalKind.CLOCK_SKEW):
        assert hours(Refused(-2013, "Order does not exist.", kind)) == 3600


# In the Gateway


def test_a_pair_that_has_vanished_costs_a_request_now_and_then_and_the_others_are_answered(bench):
    told = bench.ask(AskExchange(1, "GONEUSDT", TradesFrom(5)), NOT_LISTED)
    assert told == FetchFailed(1, "Invalid symbol. (-1121)", 2.0, is_unlisted=True)
    asked = len(bench.peer.asked)
    again = bench.ask(AskExchange(2, "GONEUSDT", TradesFrom(5)))
    assert (type(again), again.is_unlisted) == (FetchFailed, True)
    assert len(bench.peer.asked) == asked
    assert bench.ask(AskExchange(3, SYMBOL, OpenOrders()), answer([])) == OrdersFetched(3, ())


def rules(bench: Bench, symbol: str, *replies: bytes) -> list[str]:
    """A keeper asks for its rules; the symbols that the exchange was asked for."""
    before = len(bench.peer.asked)
    bench.ask(FetchMarket(before, symbol, 10_000, with_commission=False), *replies)
    return [each.params["symbols"] for each in bench.peer.asked[before:]]


def test_rules_are_asked_for_without_the_pair_that_has_vanished(bench):
    """One symbol that is not listed has a request for all of them refused."""
    bench.desk.actor._answers.rules.symbols = (SYMBOL, "GONEUSDT")
    both, alone, gone = '["BTCUSDT","GONEUSDT"]', '["BTCUSDT"]', '["GONEUSDT"]'
    assert rules(bench, "GONEUSDT", NOT_LISTED, NOT_LISTED) == [both, gone]
    assert rules(bench, SYMBOL, answer(INFO)) == [alone]
    bench.peer.replies.extend([TIME] * 40)
    bench.desk.advance(600.0)
    bench.peer.replies.clear()
    assert rules(bench, SYMBOL, answer(INFO)) == [alone]
    assert rules(bench, "GONEUSDT", NOT_LISTED) == [gone]
    assert rules(bench, "GONEUSDT") == []


def test_a_pair_that_is_missing_in_the_answer_is_asked_for_ever_more_seldom(bench):
    waits = []
    for number in range(3):
        told = bench.ask(FetchMarket(number, "GONEUSDT", with_commission=False), answer(INFO))
        waits.append(told.retry_s)
        bench.desk.advance(told.retry_s)
    assert waits == [2.0, 4.0, 8.0]
    back = {**INFO, "symbols": [{**INFO["symbols"][0], "symbol": "GONEUSDT"}]}
    assert isinstance(bench.ask(FetchMarket(9, "GONEUSDT", with_commission=False), answer(back)), MarketFetched)
    assert bench.ask(FetchMarket(10, "GONEUSDT", with_commission=False), answer(INFO)).retry_s == 2.0


def test_an_archived_order_has_ended_without_a_trade(bench):
    told = bench.ask(AskExchange(1, SYMBOL, OrderById(9001)), ARCHIVED)
    assert isinstance(told, OrdersFetched)
    assert [(each.order_id, each.status, each.executed) for each in told.reports] == [(9001, "EXPIRED", 0)]
    assert bench.ask(AskExchange(2, SYMBOL, OrderById(9002)), answer(QUERIED)).request_id == 2


def test_by_its_name_an_archived_order_may_be_an_earlier_one(bench):
    assert bench.ask(AskExchange(1, SYMBOL, OrderByClientId("lk1-5eh-1")), ARCHIVED) == OrdersFetched(1, ())
