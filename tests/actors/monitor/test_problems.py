"""What is wrong with the service, and its health."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from actors.monitor.status import status_document
from messages.health import StreamState
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


def test_a_pair_that_is_troubled_or_silent():
    pairs = view().pairs
    quiet = reports.pair(at_ms=NOW_MS - 12_345)  # a keeper with which nothing happens reports every eight seconds
    assert health(pairs={**pairs, "BTCUSDT": quiet}) == ("ok", [])
    for changed, problem in (
        (reports.pair(trouble="reconciliation: HTTP 502"), "BTCUSDT: reconciliation: HTTP 502"),
        (reports.pair(at_ms=NOW_MS - 22_345), "BTCUSDT: no report for 22 s"),
    ):
        assert health(pairs={**pairs, "BTCUSDT": changed}) == ("degraded", [problem])


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
