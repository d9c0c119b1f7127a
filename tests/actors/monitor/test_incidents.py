"""What goes wrong, by the newest reports."""

from decimal import Decimal as D

import pytest

from actors.monitor.incidents import Restarts, find_incidents
from actors.monitor.todo import FirstSeen, find_todo
from actors.monitor.view import View
from lotkeeper.trading.halts import Halt
from lotkeeper.trading.incidents import Incident
from lotkeeper.trading.trouble_kinds import TroubleKind
from messages.health import (
    ExchangePause,
    MarketStreamReported,
    StreamState,
    Uncovered,
    UnresolvedOrder,
    WaitingLot,
)
from messages.host_lease import HostLeaseReported
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS

DOWN = {"state": StreamState.DOWN, "since_ms": NOW_MS - 700, "reason": "closed"}


def found(view: View) -> list[Incident]:
    return find_incidents(view, FirstSeen().dated(find_todo(view, NOW_MS), NOW_MS), NOW_MS)


def only(view: View) -> Incident:
    (incident,) = found(view)
    return incident


def test_a_service_that_is_well_has_none() -> None:
    assert found(reports.view()) == []


def test_one_that_is_starting_has_none() -> None:
    starting = reports.stream(state=StreamState.STARTING)
    assert found(View(symbols=("BTCUSDT",), started_ms=NOW_MS, streams={"": (starting, NOW_MS)})) == []


def test_a_lost_stream_of_the_account_and_of_prices() -> None:
    market = MarketStreamReported(reports.stream("market stream 1", **DOWN), ())
    view = reports.view(streams={"": (reports.stream(**DOWN), NOW_MS)})
    view.market_streams["market stream 1"] = (market, NOW_MS)
    assert found(view) == [
        Incident(TroubleKind.STREAM_LOST, "user stream", NOW_MS - 700, "closed"),
        Incident(TroubleKind.STREAM_LOST, "market stream 1", NOW_MS - 700, "closed"),
    ]


def test_an_order_whose_outcome_is_unknown_is_one_at_once() -> None:
    order = UnresolvedOrder("BTCUSDT-7", "lk1-7-1", "SELL", NOW_MS - 900, "no answer", 1, None, NOW_MS)
    view = reports.view(pairs={"BTCUSDT": reports.pair(unresolved=(order,))})
    expected = Incident(TroubleKind.UNKNOWN_ORDER, "lk1-7-1", NOW_MS - 900, "SELL: no answer", "BTCUSDT")
    assert only(view) == expected


def test_lots_without_a_sell() -> None:
    uncovered = Uncovered(D(1), 2, "BTCUSDT-7", 61.0, "no slot", "lotkeeper status")
    view = reports.view(pairs={"BTCUSDT": reports.pair(uncovered=uncovered)})
    assert (only(view).kind, only(view).subject) == (TroubleKind.UNCOVERED, "BTCUSDT")
    assert only(view).opened_ms == NOW_MS - 500 - 61_000


def test_a_pair_whose_trades_are_not_accounted_for_up_to_now() -> None:
    as_of_ms = NOW_MS - 151_000
    view = reports.view(pairs={"BTCUSDT": reports.pair(complete_as_of_ms=as_of_ms)})
    assert (only(view).kind, only(view).opened_ms) == (TroubleKind.PAIR_STALE, as_of_ms)


def test_a_pause_of_the_exchange_and_a_lease_at_risk() -> None:
    pause = ExchangePause("orders", NOW_MS + 9, "too many orders")
    view = reports.view(gateway=reports.gateway(pauses=(pause,)))
    view.host_lease = HostLeaseReported(NOW_MS, "left", 3, 400, "the database does not answer")
    assert [(each.kind, each.subject) for each in found(view)] == [
        (TroubleKind.BUDGET, "service orders"),
        (TroubleKind.LEASE_AT_RISK, "service"),
    ]


@pytest.mark.parametrize(
    ("changes", "kind", "subject"),
    [
        ({"ledger": reports.ledger(trouble="disk full")}, TroubleKind.DATABASE, "service"),
        ({"gateway": reports.gateway(kill_switch=Halt(True, 5))}, TroubleKind.KILL_SWITCH, "service"),
        ({"children": {"x": reports.child("x", state="given up")}}, TroubleKind.GIVEN_UP, "x"),
        ({"children": {"x": reports.child("x", quarantined=("A()",))}}, TroubleKind.QUARANTINED, "x"),
    ],
)
def test_what_needs_a_person_is_one(changes: dict[str, object], kind: TroubleKind, subject: str) -> None:
    found = only(reports.view(**changes))
    assert (found.kind, found.subject) == (kind, subject)


def test_a_held_lot_is_one_and_a_pause_by_a_person_is_none() -> None:
    lot = WaitingLot("BTCUSDT-7", "HELD", "cancelled by hand", D(1), needs_a_person=True)
    pair = reports.pair(waiting=(lot,), is_paused=True, pause=Halt(True, 5))
    assert (only(reports.view(pairs={"BTCUSDT": pair})).kind) is TroubleKind.HELD


class TestRestarts:
    def test_an_actor_that_ended_is_open_until_it_runs(self) -> None:
        restarts = Restarts()
        assert restarts.note(reports.child(), 1) is None
        assert restarts.note(reports.child(state="lost", reason="killed"), 2) is None
        assert restarts.open() == [Incident(TroubleKind.ACTOR_RESTARTED, "gateway", 2, "killed")]
        assert restarts.note(reports.child(restarts=1, reason="killed"), 3) is None
        assert restarts.open() == []

    def test_one_that_nobody_saw_is_said_all_the_same(self) -> None:
        restarts = Restarts()
        restarts.note(reports.child(), 1)
        passed = restarts.note(reports.child(restarts=1, reason="killed"), 2)
        assert passed == Incident(TroubleKind.ACTOR_RESTARTED, "gateway", 2, "killed")
        assert restarts.note(reports.child(restarts=1, reason="killed"), 3) is None

    def test_a_new_monitor_knows_of_its_own_alone(self) -> None:
        restarts = Restarts()
        assert restarts.note(reports.child(restarts=4), 1) is None
        assert restarts.note(reports.child("monitor", restarts=1, reason="killed"), 1) is not None

    def test_a_child_that_was_never_started_has_not_ended(self) -> None:
        restarts = Restarts()
        restarts.note(reports.child(state="lost"), 1)
        assert restarts.open() == []
