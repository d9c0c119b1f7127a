"""Whether every pair is proven complete and nothing that this rests on is old."""

from dataclasses import replace
from typing import Any

import pytest

from actors.monitor.causes import find_causes
from actors.monitor.restart_watch import RestartWatch
from actors.monitor.status import status_document
from lotkeeper.trading.halts import Halt
from messages.health import StreamState
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS, view


def reasons(**changes: Any) -> list[str]:
    """By the readiness of the status document."""
    found = view(**changes)
    readiness = status_document(found, NOW_MS)["readiness"]
    assert readiness["ready"] is not bool(readiness["reasons"])
    of_heartbeat = find_causes(found, [], RestartWatch(), 0, NOW_MS).unproven
    assert list(of_heartbeat) == readiness["reasons"], "the heartbeat stops by the same reasons"
    return readiness["reasons"]


def with_pair(**changes: Any) -> dict[str, Any]:
    return {"pairs": {**view().pairs, "BTCUSDT": reports.pair(**changes)}}


def test_a_service_that_is_well_is_ready():
    assert reasons() == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (with_pair(complete_as_of_ms=None), "BTCUSDT: not compared with the exchange since the start"),
        (with_pair(watch_only="another keeper"), "BTCUSDT: watch-only: another keeper"),
        (with_pair(trouble="the book differs"), "BTCUSDT: the book differs"),
        (with_pair(at_ms=NOW_MS - 60_000), "BTCUSDT: no report for 60 s"),
        ({"pairs": {"ETHBTC": reports.pair("ETHBTC")}}, "BTCUSDT: no report yet"),
        ({"gateway": reports.gateway(trouble="the key is refused")}, "gateway: the key is refused"),
        ({"gateway": None}, "gateway: no report yet"),
        ({"ledger": reports.ledger(trouble="the disk is full")}, "ledger: the disk is full"),
        ({"ledger": reports.ledger(at_ms=NOW_MS - 60_000)}, "ledger: no report for 60 s"),
        ({"children": {"gateway": reports.child(state="given up", reason="it ends")}}, "gateway: it ends"),
        (
            {"streams": {**view().streams, "": (reports.stream(state=StreamState.DOWN, reason="closed"), NOW_MS)}},
            "user stream: closed",
        ),
        ({"streams": {**view().streams, "ETHBTC": (reports.stream("ETHBTC"), 0)}}, "market stream ETHBTC: no report"),
        ({"prices": {"BTCUSDT": replace(reports.price(), is_stale=True)}}, "price of BTCUSDT: stale"),
    ],
)
def test_whatever_is_not_proven_or_old_is_named(changes, reason):
    (found,) = reasons(**changes)
    assert found.startswith(reason)


def test_an_old_proof_is_none():
    (found,) = reasons(**with_pair(complete_as_of_ms=NOW_MS - 3_600_000))
    assert found == "BTCUSDT: its trades are accounted for up to 3600 s ago and not since"


def test_a_user_stream_that_is_proven_again_proves_no_pair_that_was_not_compared_since():
    again = {**view().streams, "": (reports.stream(since_ms=NOW_MS - 2000), NOW_MS)}
    older = "not compared with the exchange since the user stream is proven"
    assert reasons(streams=again) == [f"{symbol}: {older}" for symbol in ("BTCUSDT", "ETHBTC")]
    compared = {symbol: reports.pair(symbol, complete_as_of_ms=NOW_MS - 2000) for symbol in ("BTCUSDT", "ETHBTC")}
    assert reasons(streams=again, pairs=compared) == []


@pytest.mark.parametrize(
    "changes",
    [
        with_pair(is_paused=True, pause=Halt(True, NOW_MS)),
        {"gateway": reports.gateway(kill_switch=Halt(True, NOW_MS))},
        {"children": {"gateway": reports.child(quarantined=("OrderReported(...)",))}},
    ],
)
def test_what_a_person_has_decided_or_has_to_decide_does_not_change_it(changes):
    assert reasons(**changes) == []


def test_a_service_that_starts_is_not_ready_before_all_is_proven():
    assert reasons(pairs={}, streams={}, gateway=None, ledger=None) == [
        "user stream: no report yet",
        "market stream BTCUSDT: no report yet",
        "market stream ETHBTC: no report yet",
        "gateway: no report yet",
        "ledger: no report yet",
        "BTCUSDT: no report yet",
        "ETHBTC: no report yet",
    ]
