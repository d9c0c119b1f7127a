"""What is told, from the newest reports."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.monitor.causes import find_causes
from actors.monitor.restart_watch import RestartWatch
from actors.monitor.todo import find_todo
from actors.monitor.view import View
from lotkeeper.trading.alerts.causes import Cause
from lotkeeper.trading.halts import Halt
from lotkeeper.trading.reports.todo import Todo
from lotkeeper.trading.trouble_kinds import Severity, TroubleKind
from messages.alerts import CausesFound, PairSales
from messages.health import EVERYTHING, ORDERS, ExchangePause, LimitUse, OldestLot, StreamState
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS

DAY_MS = 86_400_000


def well(**changes: object) -> View:
    """Two pairs, all proven, with their prices."""
    prices = {symbol: reports.price(symbol) for symbol in ("BTCUSDT", "ETHBTC")}
    return reports.view(**{"prices": prices, **changes})


def find(view: View, held_longer_than_ms: int = 0, restarts: RestartWatch | None = None) -> CausesFound:
    return find_causes(view, find_todo(view, NOW_MS), restarts or RestartWatch(), held_longer_than_ms, NOW_MS)


def causes(view: View, **more: object) -> list[tuple[TroubleKind, str]]:
    return [(each.kind, each.subject) for each in find(view, **more).causes]  # type: ignore[arg-type]


def with_pair(view: View, **changes: object) -> View:
    return replace(view, pairs={**view.pairs, "BTCUSDT": reports.pair(**changes)})


def test_while_all_is_well_there_is_none_and_every_pair_is_proven():
    found = find(well())
    assert (found.causes, found.unproven) == ((), ())
    assert PairSales("BTCUSDT", "USDT", 2, D("0.62")) in found.sales


def test_what_needs_a_person_is_told_and_does_not_unprove_a_pair():
    view = well(gateway=reports.gateway(kill_switch=Halt(True, 5, who="kim")))
    found = find(view)
    assert [(each.kind, each.command) for each in found.causes] == [
        (TroubleKind.KILL_SWITCH, "lotkeeper kill-switch off")
    ]
    assert found.unproven == ()


def test_a_pair_that_is_not_proven_is_named_with_its_reasons():
    view = with_pair(well(), complete_as_of_ms=NOW_MS - 200_000)
    found = find(view)
    assert [(each.kind, each.subject) for each in found.causes] == [(TroubleKind.DEGRADED, "BTCUSDT")]
    assert "accounted for up to 200 s ago" in found.causes[0].text
    assert found.unproven == (found.causes[0].text,)


def test_what_all_pairs_share_is_told_once():
    down = (reports.stream(state=StreamState.DOWN, reason="no answer"), NOW_MS)
    view = well(streams={**well().streams, "": down})
    assert causes(view) == [(TroubleKind.DEGRADED, "")]
    assert find(view).causes[0].text == "user stream: no answer"


def test_what_is_told_by_its_own_kind_is_not_told_as_degraded_too():
    assert causes(well(ledger=reports.ledger(trouble="the disk is full"))) == [(TroubleKind.DATABASE, "")]
    assert causes(well(children={"x": reports.child("x", state="given up", reason="SIGSEGV")})) == [
        (TroubleKind.GIVEN_UP, "x")
    ]


UNREADABLE = Todo(TroubleKind.UNREADABLE, "trade 5 of order 8 cannot be read", "lotkeeper adopt", "BTCUSDT")


def test_the_coins_of_a_trade_that_cannot_be_read_are_told_with_it_and_not_as_coins_without_a_trade():
    view = with_pair(well(), base="BTC", trouble=UNREADABLE.text, todo=(UNREADABLE,), came=D("0.5"))
    (told,) = find(view).causes
    assert (told.kind, told.command) == (
        TroubleKind.UNREADABLE,
        "lotkeeper adopt BTCUSDT --quantity 0.5 --cost COST",
    )


def test_a_pause_of_the_exchange_is_told_and_a_ban_is_critical():
    pauses = (ExchangePause(ORDERS, NOW_MS + 1000, "429"), ExchangePause(EVERYTHING, NOW_MS, "418", is_ban=True))
    found = find(well(gateway=reports.gateway(pauses=pauses))).causes
    assert [(each.kind, each.subject, each.urgency) for each in found] == [
        (TroubleKind.BUDGET, "orders", Severity.WARNING),
        (TroubleKind.BUDGET, "everything", Severity.CRITICAL),
    ]


@pytest.mark.parametrize(("used", "seconds", "is_told"), [(180, 86_400, True), (179, 86_400, False), (199, 10, False)])
def test_a_limit_of_the_day_that_is_nearly_used_up_is_told(used, seconds, is_told):
    limits = (LimitUse("ORDERS", "day", seconds, used, 200),)
    found = find(well(gateway=reports.gateway(limits=limits))).causes
    assert bool(found) == is_told


def test_the_oldest_lot_is_told_from_its_age_on():
    view = with_pair(well(), base="BTC", oldest=OldestLot("BTCUSDT-7", NOW_MS - 3 * DAY_MS, D("0.5")))
    (told,) = find(view, 2 * DAY_MS).causes
    assert told == Cause(
        TroubleKind.LONG_HELD,
        "BTCUSDT",
        "lot BTCUSDT-7 waits for its sale for 3.0 days (0.5 BTC)",
        "lotkeeper explain BTCUSDT-7",
        NOW_MS - 3 * DAY_MS,
    )
    assert causes(view, held_longer_than_ms=4 * DAY_MS) == causes(view) == []


def test_a_storm_of_restarts_is_told_while_it_lasts():
    watch = RestartWatch()
    for count in range(3, 9):
        watch.note(reports.child(restarts=count, reason="SIGKILL"), NOW_MS)
    assert causes(well(), restarts=watch) == [(TroubleKind.RESTARTS, "gateway")]
    assert list(watch.causes(NOW_MS + 600_001)) == []


def test_few_restarts_and_those_of_before_are_none():
    watch = RestartWatch()
    watch.note(reports.child(restarts=50), NOW_MS)
    watch.note(reports.child(restarts=54), NOW_MS)
    assert list(watch.causes(NOW_MS)) == []
    watch.note(reports.child(restarts=1), NOW_MS)  # of a new supervisor, which counts from nothing
    assert [each.subject for each in watch.causes(NOW_MS)] == ["gateway"]


def test_of_many_pairs_that_are_not_proven_each_is_told_and_a_heartbeat_names_some():
    symbols = tuple(f"P{number}USDT" for number in range(200))
    view = View(symbols=symbols, started_ms=0)
    found = find(view)
    assert len(found.causes) == 201
    assert len(found.unproven) == 20
