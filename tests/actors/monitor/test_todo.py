"""What needs a person: each kind with its moment and its command, and nothing that ends by itself."""

from decimal import Decimal as D
from typing import Any

import pytest

from actors.ledger.positions import iso
from actors.monitor.actor import Monitor
from actors.monitor.status import status_document
from actors.monitor.todo import FirstSeen, find_todo
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.trading.fee_reserve.reserve import Reserve
from lotkeeper.trading.halts import Halt
from lotkeeper.trading.reports.fee_rise import FeeRise
from lotkeeper.trading.reports.todo import Todo, in_order
from lotkeeper.trading.trouble_kinds import TroubleKind
from messages.control import AskStatus, StatusReported
from messages.fees import FeeReserveReported
from messages.health import RequestRoute, StreamState, Uncovered, UnresolvedOrder, WaitingLot
from messages.lifecycle import StartMonitor
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS, view

K = TroubleKind


def of_pair(**changes: Any) -> dict[str, Any]:
    return {"pairs": {"BTCUSDT": reports.pair(base="BTC", **changes)}}


def unresolved(age_ms: int) -> UnresolvedOrder:
    return UnresolvedOrder("BTCUSDT-7", "lk1-7-1", "SELL", NOW_MS - age_ms, "HTTP 504", 3, None, NOW_MS)


LOUD = reports.stream(state=StreamState.KEY_UNUSABLE, reason="no key", is_loud=True)
HELD = WaitingLot("BTCUSDT-7", "HELD", "its SELL was cancelled by hand", D(1), needs_a_person=True)
UNCOVERED = Uncovered(D(1), 2, "BTCUSDT-7", 75.0, "refused", "lotkeeper explain BTCUSDT-7")
REFUSED = Todo(K.REFUSED, "the exchange refuses SELLs", "lotkeeper resume BTCUSDT", "BTCUSDT", since_ms=NOW_MS - 5)
LOW = FeeReserveReported(NOW_MS, Reserve(D("0.01"), D("0.05"), "BNB", D(0), None), buys=False)  # type: ignore[arg-type]
ROUTE = RequestRoute("rest", "REFUSED", NOW_MS - 9, "403", needs_a_person=True)


@pytest.mark.parametrize(
    ("changes", "kind", "since_ms", "command"),
    [
        (
            {"gateway": reports.gateway(kill_switch=Halt(True, NOW_MS - 7, who="kim"))},
            K.KILL_SWITCH,
            NOW_MS - 7,
            "lotkeeper kill-switch off",
        ),
        ({"gateway": reports.gateway(trouble="bad key", needs_a_person=True)}, K.GATEWAY, None, "lotkeeper doctor"),
        ({"gateway": reports.gateway(route=ROUTE)}, K.GATEWAY, NOW_MS - 9, "lotkeeper doctor"),
        ({"gateway": reports.gateway(clock_ahead_ms=-2500)}, K.CLOCK, None, "timedatectl set-ntp true"),
        ({"streams": {"": (LOUD, NOW_MS)}}, K.USER_STREAM, NOW_MS - 9000, "lotkeeper doctor"),
        ({"ledger": reports.ledger(trouble="the disk is full")}, K.DATABASE, None, "lotkeeper db check"),
        ({"children": {"x": reports.child(state="given up", reason="OOM")}}, K.GIVEN_UP, None, "lotkeeper restart"),
        ({"children": {"x": reports.child(quarantined=("a",))}}, K.QUARANTINED, None, "lotkeeper restart"),
        (of_pair(is_paused=True, pause=Halt(True, NOW_MS - 60)), K.PAUSED, NOW_MS - 60, "lotkeeper resume BTCUSDT"),
        (of_pair(is_paused=True), K.PAUSED, None, "lotkeeper resume BTCUSDT"),
        (of_pair(waiting=(HELD,)), K.HELD, None, "lotkeeper resume BTCUSDT"),
        (of_pair(uncovered=UNCOVERED), K.UNCOVERED, NOW_MS - 500 - 75_000, "lotkeeper explain BTCUSDT-7"),
        (of_pair(unresolved=(unresolved(60_000),)), K.UNKNOWN_ORDER, NOW_MS - 60_000, "lotkeeper resolve lk1-7-1"),
        (
            of_pair(came=D("0.5"), came_since_ms=NOW_MS - 8),
            K.COINS_CAME,
            NOW_MS - 8,
            "lotkeeper adopt BTCUSDT --quantity 0.5 --cost COST",
        ),
        (
            {"gateway": reports.gateway(delistings=(("BTCUSDT", NOW_MS),))},
            K.DELISTING,
            None,
            "lotkeeper positions --pair BTCUSDT",
        ),
        (
            {"gateway": reports.gateway(at_risk=frozenset({"BTC"})), **of_pair()},
            K.DELISTING,
            None,
            "lotkeeper positions --pair BTCUSDT",
        ),
        (of_pair(todo=(REFUSED,)), K.REFUSED, NOW_MS - 5, "lotkeeper resume BTCUSDT"),
        (of_pair(fee_rise=FeeRise(2, D(1), 1, D("0.001"))), K.FEE_RISE, None, "lotkeeper resume BTCUSDT"),
        ({"fees": LOW}, K.BNB_LOW, None, "lotkeeper status"),
        ({"fees": LOW, "symbols": ("BNBUSDT",)}, K.BNB_LOW, None, "lotkeeper buy BNBUSDT --quantity 0.04"),
    ],
)
def test_each_state_that_only_a_person_ends(changes, kind, since_ms, command):
    (found,) = find_todo(view(**changes), NOW_MS)
    assert (found.kind, found.since_ms, found.command) == (kind, since_ms, command)
    assert found.text


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"gateway": None},
        {"gateway": reports.gateway(trouble="no server was reached", clock_ahead_ms=900)},
        of_pair(is_paused=True, pause=Halt(True, 1, NOW_MS + 1000)),  # ends by itself
        {"gateway": reports.gateway(at_risk=frozenset({"BTC", "ADA"})), **of_pair(lots_open=0)},
        of_pair(unresolved=(unresolved(59_000),)),
        of_pair(waiting=(WaitingLot("BTCUSDT-7", "HELD", "an order list of yours", D(1)),)),
        of_pair(fee_rise=FeeRise(2, D(1), 0, D("0.001"))),
        of_pair(trouble="HTTP 502", watch_only="no comparison has succeeded"),
    ],
)
def test_nothing_that_ends_by_itself(changes):
    assert find_todo(view(**changes), NOW_MS) == []


def test_a_lot_that_is_held_is_named_once():
    found = find_todo(view(**of_pair(waiting=(HELD,), uncovered=UNCOVERED)), NOW_MS)
    assert [each.kind for each in found] == [K.HELD]


def test_what_stops_everything_comes_first_then_the_oldest():
    late, early = (Todo(K.HELD, "", "", "BTCUSDT", lot, since_ms=at) for lot, at in (("b", 9), ("a", 5)))
    switch = Todo(K.KILL_SWITCH, "", "", since_ms=99)
    assert in_order([late, early, switch]) == [switch, early, late]


def test_since_when_is_remembered_until_it_is_over():
    seen, item = FirstSeen(), Todo(K.DATABASE, "the disk is full", "lotkeeper db check")
    assert [each.since_ms for each in seen.dated([item], 100)] == [100]
    assert [each.since_ms for each in seen.dated([item], 200)] == [100]
    assert seen.dated([], 300) == []
    assert [each.since_ms for each in seen.dated([item], 400)] == [400]


def test_the_status_has_them_as_plain_values():
    (found,) = status_document(view(**of_pair(waiting=(HELD,))), NOW_MS)["todo"]
    assert found == {
        "kind": "held",
        "since": None,
        "pair": "BTCUSDT",
        "lot": "BTCUSDT-7",
        "client_order_id": None,
        "actor": None,
        "text": "1 BTC of lot BTCUSDT-7 is not sold: its SELL was cancelled by hand",
        "command": "lotkeeper resume BTCUSDT",
    }


def test_the_monitor_says_since_when():
    desk = ActorBench(Monitor)
    desk.tell(StartMonitor(("BTCUSDT",), desk.actor.wall_ms()))
    first_ms = desk.actor.wall_ms()
    desk.tell(reports.ledger(trouble="the disk is full"), desk.probe("ledger"))
    for wait_s in (0, 100):
        desk.advance(wait_s)
        answer = desk.ask(AskStatus())
        assert isinstance(answer, StatusReported)
        (found,) = (each for each in answer.document["todo"] if each["kind"] == "database")
        assert found["since"] == iso(first_ms)
