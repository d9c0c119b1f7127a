"""What is wrong with the service, and its health."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from actors.monitor.status import status_document
from lotkeeper.trading.reports.fee_rise import FeeRise
from messages.health import ExchangePause, StreamState, Uncovered
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS, view


def health(**changes: Any) -> tuple[str, list[str]]:
    document = status_document(view(**changes), NOW_MS)
    return document["health"], document["problems"]


def test_all_is_well():
    assert health() == ("ok", [])


def test_the_service_is_starting_until_every_pair_was_reconciled_once():
    pairs = {"BTCUSDT": reports.pair(), "ETHBTC": reports.pair("ETHBTC", complete_as_of_ms=None)}
    just_now = NOW_MS - 30_000
    assert health(pairs=pairs, started_ms=just_now)[0] == "starting"
    assert health(pairs={"BTCUSDT": reports.pair()}, started_ms=just_now)[0] == "starting"


def test_a_start_that_takes_too_long_is_degraded():
    pairs = {"BTCUSDT": reports.pair(), "ETHBTC": reports.pair("ETHBTC", complete_as_of_ms=None)}
    assert health(pairs=pairs, started_ms=NOW_MS - 30_001)[0] == "degraded"


def test_a_start_says_first_what_it_waits_for():
    pairs = {"BTCUSDT": reports.pair(complete_as_of_ms=None), "ETHBTC": reports.pair("ETHBTC", complete_as_of_ms=None)}
    banned = (ExchangePause("everything", NOW_MS + 90_000, "IP banned", is_ban=True),)
    asked_to_wait = (ExchangePause("everything", NOW_MS + 90_000, "Too many requests."),)
    about_orders = (ExchangePause("orders", NOW_MS + 90_000, "Too many new orders."),)
    until = "2023-11-14T22:14:50.000+00:00"
    for pauses, said in (
        (banned, f"starting: banned until {until}: IP banned"),
        (asked_to_wait, f"starting: asked to wait until {until}: Too many requests."),
        (about_orders, "starting: no server was reached"),
        ((), "starting: no server was reached"),
    ):
        gateway = reports.gateway(pauses=pauses, trouble="no server was reached")
        assert health(pairs=pairs, gateway=gateway, started_ms=NOW_MS)[1][0] == said
    gateway = reports.gateway(trouble="no server was reached")
    assert health(gateway=gateway)[1] == ["gateway: no server was reached"]  # it has started


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"gateway": reports.gateway(trouble="the exchange refuses the key")}, "gateway: the exchange refuses the key"),
        ({"gateway": reports.gateway(at_ms=NOW_MS - 11_000)}, "gateway: no report for 11 s"),
        ({"gateway": None}, "gateway: no report yet"),
        ({"ledger": reports.ledger(trouble="the disk is full")}, "ledger: the disk is full"),
        ({"ledger": reports.ledger(at_ms=NOW_MS - 60_000)}, "ledger: no report for 60 s"),
    ],
)
def test_trouble_and_silence_are_named_and_degrade_the_service(changes, problem):
    assert health(**changes) == ("degraded", [problem])


def test_a_budget_broker_that_is_away_is_named():
    away = reports.broker(is_connected=False, trouble="it does not answer")
    assert health(gateway=reports.gateway(broker=away)) == (
        "degraded",
        ["budget broker: it does not answer; this service goes by its own count of requests"],
    )
    assert health(gateway=reports.gateway(broker=reports.broker())) == ("ok", [])


def test_a_pair_that_is_troubled_or_silent():
    pairs = view().pairs
    quiet = reports.pair(at_ms=NOW_MS - 12_345)  # a keeper with which nothing happens reports every eight seconds
    assert health(pairs={**pairs, "BTCUSDT": quiet}) == ("ok", [])
    for changed, problem in (
        (reports.pair(trouble="reconciliation: HTTP 502"), "BTCUSDT: reconciliation: HTTP 502"),
        (reports.pair(at_ms=NOW_MS - 22_345), "BTCUSDT: no report for 22 s"),
    ):
        assert health(pairs={**pairs, "BTCUSDT": changed}) == ("degraded", [problem])


def test_a_pair_is_silent_later_where_it_said_that_its_next_report_takes_longer():
    pairs = view().pairs
    for age_ms, problems in ((60_000, []), (74_000, []), (76_000, ["BTCUSDT: no report for 76 s"])):
        found = health(pairs={**pairs, "BTCUSDT": reports.pair(at_ms=NOW_MS - age_ms, next_in_s=30.0)})
        assert found[1] == problems
    hasty = reports.pair(at_ms=NOW_MS - 19_000, next_in_s=1.0)
    assert health(pairs={**pairs, "BTCUSDT": hasty}) == ("ok", [])


def test_coins_that_came_without_a_trade_are_named_with_the_commands_until_they_are_settled():
    pairs = view().pairs
    changed = reports.pair(came=D("0.010"), came_since_ms=NOW_MS - 1000, base="BTC")
    state, (problem,) = health(pairs={**pairs, "BTCUSDT": changed})
    assert state == "degraded"
    assert problem.startswith("BTCUSDT: 0.01 BTC came without a trade, seen 2023-11-14T22:13:19")
    assert "lotkeeper adopt BTCUSDT --quantity 0.01 --cost COST" in problem
    assert "lotkeeper dismiss BTCUSDT" in problem


def test_a_watch_only_pair_says_why_instead_of_its_trouble():
    pairs = {**view().pairs, "BTCUSDT": reports.pair(watch_only="of another; do this", trouble="of another")}
    assert health(pairs=pairs) == ("degraded", ["BTCUSDT: watch-only: of another; do this"])
    silent = replace(pairs["BTCUSDT"], at_ms=NOW_MS - 21_000)
    assert health(pairs={**pairs, "BTCUSDT": silent}) == ("degraded", ["BTCUSDT: no report for 21 s"])
    assert status_document(view(pairs=pairs), NOW_MS)["pairs"]["BTCUSDT"]["watch_only"] == "of another; do this"


def test_a_quantity_without_a_sell_is_a_problem_with_its_command():
    one = Uncovered(D("0.001"), 1, "BTCUSDT-7001", 75.4, "the floor is too high", "lotkeeper explain BTCUSDT-7001")
    pairs = {**view().pairs, "BTCUSDT": reports.pair(base="BTC", uncovered=one)}
    said = "0.001 BTC of lot BTCUSDT-7001 without a SELL for 75 s: the floor is too high; see: lotkeeper explain"
    assert health(pairs=pairs) == ("degraded", [f"BTCUSDT: {said} BTCUSDT-7001"])
    pairs["BTCUSDT"] = reports.pair(base="BTC", uncovered=replace(one, lots=12, quantity=D("0.5")))
    assert "0.5 BTC of 12 lots, the first is BTCUSDT-7001, without a SELL" in health(pairs=pairs)[1][0]
    told = status_document(view(pairs=pairs), NOW_MS)["pairs"]["BTCUSDT"]["uncovered"]
    assert (told["lots"], told["lot"], told["seconds"], told["command"]) == (
        12,
        "BTCUSDT-7001",
        75.4,
        "lotkeeper explain BTCUSDT-7001",
    )


def test_sells_at_a_loss_since_the_fee_has_risen_are_a_problem_and_smaller_gains_are_none():
    rise = FeeRise(3, D("1.5"), 1, D(0))
    pairs = {**view().pairs, "BTCUSDT": reports.pair(sell_rate=D("0.001"), fee_rise=rise)}
    (problem,) = health(pairs=pairs)[1]
    assert problem.startswith("BTCUSDT: the fee of a SELL is 0.1 % now, and 3 SELLs on the book were priced with less")
    pairs["BTCUSDT"] = reports.pair(sell_rate=D("0.001"), fee_rise=replace(rise, at_a_loss=0))
    assert health(pairs=pairs) == ("ok", [])
    assert status_document(view(pairs=pairs), NOW_MS)["pairs"]["BTCUSDT"]["fee_rise"]["shortfall"] == "1.5"


@pytest.mark.parametrize(("age_ms", "is_problem"), [(150_000, False), (150_001, True), (7_200_000, True)])
def test_a_proof_of_completeness_is_too_old_after_two_and_a_half_minutes(age_ms, is_problem):
    pairs = {**view().pairs, "BTCUSDT": reports.pair(complete_as_of_ms=NOW_MS - age_ms)}
    said = [f"BTCUSDT: its trades are accounted for up to {age_ms // 1000} s ago and not since"]
    assert health(pairs=pairs) == (("degraded", said) if is_problem else ("ok", []))


def test_a_stream_that_is_lost_or_silent():
    streams = view().streams
    lost = (reports.stream(state=StreamState.DOWN, reason="cut"), NOW_MS)
    assert health(streams={**streams, "": lost}) == ("degraded", ["user stream: cut"])
    silent = (reports.stream("BTCUSDT"), NOW_MS - 10_001)
    assert health(streams={**streams, "BTCUSDT": silent}) == ("degraded", ["market stream BTCUSDT: no report for 10 s"])


@pytest.mark.parametrize(
    ("state", "says"), [(StreamState.STARTING, "starting"), (StreamState.WAITING_FOR_KEY, "waiting for the key")]
)
def test_a_stream_that_was_never_proven(state, says):
    found = view(streams={**view().streams, "": (reports.stream(state=state), NOW_MS)})
    document = status_document(found, NOW_MS)
    assert document["problems"] == [f"user stream: {says}"]
    assert (document["user_stream"]["proven"], document["user_stream"]["reason"]) == (False, says)


def test_a_child_that_was_given_up():
    gone = reports.child("BTCUSDT keeper", state="given up", reason="died 6 times within 10 s")
    assert health(children={"BTCUSDT keeper": gone}) == ("degraded", ["BTCUSDT keeper: died 6 times within 10 s"])
