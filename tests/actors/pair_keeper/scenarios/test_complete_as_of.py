"""Every way in which "complete as of" becomes stale: its age is shown, and after 150 s the health is degraded."""

from dataclasses import replace
from typing import Any

import pytest

from actors.monitor.status import status_document
from actors.monitor.view import View
from lotkeeper.trading.orders.fills import Side
from messages.account import StreamLost, StreamProven
from messages.health import PairReported
from messages.pair_commands import PausePair
from messages.queries import AskExchange, BalanceFetched, FetchBalance, FetchFailed, FetchMarket, MarketFetched
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, report
from tests.actors.monitor import reports
from tests.actors.stage import COMMISSION, PAIR, Stage, contradict, trading_keeper

MINUTES_5 = 300


@pytest.fixture
def stage():
    """A keeper at work whose stream is proven."""
    found = trading_keeper()
    found.compared()
    return found


def live(stage: Stage, seconds: int, *, answers: bool = True, fails: str = "", retry_s: float = 1.0) -> None:
    """Time goes by; questions are answered from the exchange's memory, refused, or left alone."""
    for _ in range(seconds):
        stage.desk.advance(1.0)
        for asked in [each for each in stage.gateway.received if isinstance(each, AskExchange | FetchBalance)]:
            if fails:
                stage.gateway.received.remove(asked)
                stage.desk.tell(FetchFailed(asked.request_id, fails, retry_s), stage.gateway)
            elif answers and isinstance(asked, FetchBalance):
                stage.gateway.received.remove(asked)
                stage.desk.tell(BalanceFetched(asked.request_id, "BTC", PAIR.step, PAIR.step), stage.gateway)
        if answers and not fails:
            stage.answers()


def document(stage: Stage) -> dict[str, Any]:
    """What the status says; all but the pair is well."""
    told, now_ms = stage.last_report(), stage.desk.actor.wall_ms()
    view = View(
        symbols=(SYMBOL,),
        started_ms=NOW_MS,
        pairs={SYMBOL: told},
        streams={symbol: (reports.stream(symbol), now_ms) for symbol in ("", SYMBOL)},
        gateway=reports.gateway(at_ms=now_ms),
        ledger=reports.ledger(at_ms=now_ms),
    )
    return status_document(view, now_ms)


def age_s(stage: Stage) -> float:
    age: float = document(stage)["pairs"][SYMBOL]["complete_age_seconds"]
    return age


def is_said(stage: Stage) -> bool:
    shown = document(stage)
    return shown["health"] == "degraded" and any(SYMBOL in problem for problem in shown["problems"])


# It stays fresh


def test_a_calm_pair_is_never_older_than_two_minutes_and_well(stage):
    for _ in range(10):
        live(stage, 31)
        assert age_s(stage) <= 122
        assert document(stage)["health"] == "ok"


def test_while_the_stream_is_down_polls_keep_it_fresh(stage):
    stage.desk.tell(StreamLost(NOW_MS, "cut"), stage.probes["user_stream"])
    live(stage, MINUTES_5)
    assert age_s(stage) <= 6


def test_a_pair_that_is_paused_is_accounted_for_all_the_same(stage):
    stage.desk.tell(PausePair(SYMBOL))
    live(stage, MINUTES_5)
    assert age_s(stage) <= 122


def test_a_pair_that_the_exchange_halted_is_accounted_for_all_the_same(stage):
    stage.desk.advance(601.0)
    question = stage.gateway.pop(FetchMarket)
    stage.desk.tell(MarketFetched(question.request_id, replace(PAIR, status="HALT"), COMMISSION), stage.gateway)
    live(stage, MINUTES_5)
    assert age_s(stage) <= 122
    assert document(stage)["health"] == "ok"


def test_what_only_the_database_lacks_is_accounted_for(stage):
    stage.lost("ledger")
    live(stage, MINUTES_5)
    assert age_s(stage) <= 122


# It becomes stale


def test_comparisons_that_fail_while_the_stream_is_down(stage):
    stage.desk.tell(StreamLost(NOW_MS, "cut"), stage.probes["user_stream"])
    live(stage, MINUTES_5, fails="HTTP 502")
    assert age_s(stage) >= MINUTES_5
    assert is_said(stage)
    assert document(stage)["pairs"][SYMBOL]["trouble"] == "reconciliation: HTTP 502"


def test_comparisons_that_fail_while_the_stream_is_proven(stage):
    live(stage, MINUTES_5, fails="HTTP 502")
    assert age_s(stage) >= MINUTES_5
    assert is_said(stage)


def test_no_room_in_the_budget(stage):
    live(stage, MINUTES_5, fails="no room for questions this minute", retry_s=40.0)
    assert age_s(stage) >= MINUTES_5
    assert is_said(stage)
    live(stage, 41)  # there is room again
    assert age_s(stage) <= 41
    assert document(stage)["health"] == "ok"


def test_a_gateway_that_is_dead(stage):
    stage.lost("gateway")
    live(stage, MINUTES_5, answers=False)
    assert age_s(stage) >= MINUTES_5
    assert is_said(stage)
    stage.reborn("gateway")
    live(stage, 1)
    assert age_s(stage) < MINUTES_5  # of the moment when the comparison began, not when it was answered
    stage.desk.tell(StreamProven(NOW_MS), stage.probes["user_stream"])
    live(stage, 1)
    assert age_s(stage) <= 2


def test_a_gateway_that_does_not_answer(stage):
    live(stage, MINUTES_5, answers=False)
    assert age_s(stage) >= MINUTES_5
    assert is_said(stage)


def test_answers_that_contradict_the_book(stage, monkeypatch):
    stage.selling()
    contradict(monkeypatch, 9900)
    stage.memory.keep(report(9900, "lk1-5eh-1", Side.SELL, "NEW", "0.001", "0", "60400"))
    live(stage, MINUTES_5)
    assert age_s(stage) >= MINUTES_5
    assert "watch-only: " in "".join(document(stage)["problems"])


def test_without_any_answer_for_ten_minutes_the_pair_is_watched(stage):
    live(stage, 590, fails="HTTP 502")
    assert document(stage)["pairs"][SYMBOL]["watch_only"] == ""
    live(stage, 80, fails="HTTP 502")
    assert document(stage)["pairs"][SYMBOL]["watch_only"].startswith("no comparison has succeeded for 11 minutes: ")
    live(stage, 5)
    assert document(stage)["pairs"][SYMBOL]["watch_only"] == ""
    assert document(stage)["health"] == "ok"


def test_a_keeper_that_is_dead_tells_nothing_new_and_the_age_grows_all_the_same(stage):
    told = stage.last_report()
    now_ms = told.at_ms + 200_000
    shown = status_document(View((SYMBOL,), NOW_MS, {SYMBOL: told}), now_ms)
    assert shown["pairs"][SYMBOL]["complete_age_seconds"] >= 200
    assert f"{SYMBOL}: no report for 200 s" in shown["problems"]
    assert any("accounted for up to" in problem for problem in shown["problems"])


def test_a_ledger_that_answers_nothing_for_an_hour_keeps_no_lot_from_being_sold(stage):
    """Its disk hangs: what is not confirmed waits in memory, and the exchange proves the pair as before."""
    stage.recorded()
    live(stage, 3600)
    assert age_s(stage) < 150
    stage.buys()
    assert stage.order().quantity == PAIR.step * 100


def test_comparisons_that_find_nothing_wake_a_keeper_without_lots_rarely(stage):
    for second in range(2 * MINUTES_5):
        if second == MINUTES_5:
            begun = len(stage.sent)
        live(stage, 1)
        stage.recorded()
        for asked in [each for each in stage.gateway.received if isinstance(each, FetchMarket)]:
            stage.gateway.received.remove(asked)
            stage.desk.tell(MarketFetched(asked.request_id, PAIR, COMMISSION), stage.gateway)
    ages = [told.at_ms - told.complete_as_of_ms for _, told in stage.sent[begun:] if isinstance(told, PairReported)]
    assert len(ages) <= 60  # 38 where nothing happens; 20 s of each second after a comparison make it 76
    assert max(ages) <= 130_000
