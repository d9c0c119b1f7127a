"""Whether the heartbeat stops while a kind is told: what the table says is what the Monitor does."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

import pytest

from actors.monitor.causes import find_causes
from actors.monitor.restart_watch import RestartWatch
from actors.monitor.todo import find_todo
from lotkeeper.trading.alerts.heartbeat_effects import HEARTBEAT, PingEffect
from lotkeeper.trading.fee_reserve.reserve import Reserve
from lotkeeper.trading.halts import Halt
from lotkeeper.trading.reports.fee_rise import FeeRise
from lotkeeper.trading.reports.todo import Todo
from lotkeeper.trading.trouble_kinds import TOLD, TroubleKind
from messages.alerts import AlertsReported, ChannelState, DiskSpace
from messages.fees import FeeReserveReported
from messages.health import (
    EVERYTHING,
    ExchangePause,
    LimitUse,
    OldestLot,
    RequestRoute,
    StreamState,
    Uncovered,
    UnresolvedOrder,
    WaitingLot,
)
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS

K = TroubleKind
STOPS, GOES_ON = True, False
DAY_MS = 86_400_000


def of_pair(**changes: Any) -> dict[str, Any]:
    return {"pairs": {**reports.view().pairs, "BTCUSDT": reports.pair(base="BTC", **changes)}}


def of_todo(kind: TroubleKind, **changes: Any) -> dict[str, Any]:
    """As a keeper tells it: its trouble says the same, where it has one of it."""
    return of_pair(todo=(Todo(kind, "why", "lotkeeper status", "BTCUSDT"),), **changes)


def of_alerts(**changes: Any) -> dict[str, Any]:
    return {"alerts": replace(AlertsReported(NOW_MS, 0, 0, (), (), None), **changes)}


LOUD = reports.stream(state=StreamState.KEY_UNUSABLE, reason="no key", is_loud=True)
ROUTE = RequestRoute("rest", "REFUSED", NOW_MS - 9, "403", needs_a_person=True)
UNKNOWN = UnresolvedOrder("BTCUSDT-7", "lk1-7-1", "SELL", NOW_MS - 60_000, "HTTP 504", 3, None, NOW_MS)
HELD = WaitingLot("BTCUSDT-7", "HELD", "its SELL was cancelled by hand", D(1), needs_a_person=True)
UNCOVERED = Uncovered(D(1), 1, "BTCUSDT-7", 75.0, "its order is UNKNOWN", "lotkeeper explain BTCUSDT-7")
LOW = FeeReserveReported(NOW_MS, Reserve(D("0.01"), D("0.05"), "BNB", D(0), None), buys=False)  # type: ignore[arg-type]
PAUSE = ExchangePause(EVERYTHING, NOW_MS + 1000, "429")
ASKED_TO_WAIT = reports.gateway(pauses=(PAUSE,), trouble="429")
OLD = OldestLot("BTCUSDT-7", NOW_MS - 3 * DAY_MS, D("0.5"))
FAILS = ChannelState("phone", NOW_MS, "HTTP 500", 3)
FULL = DiskSpace("/var/lib/lotkeeper", 5, 500)

CASES: list[tuple[TroubleKind, dict[str, Any], bool]] = [
    (K.KILL_SWITCH, {"gateway": reports.gateway(kill_switch=Halt(True, NOW_MS, who="kim"))}, GOES_ON),
    (K.GATEWAY, {"gateway": reports.gateway(trouble="the key is refused", needs_a_person=True)}, STOPS),
    (K.GATEWAY, {"gateway": reports.gateway(route=ROUTE)}, GOES_ON),
    (K.USER_STREAM, {"streams": {**reports.view().streams, "": (LOUD, NOW_MS)}}, STOPS),
    (K.DATABASE, {"ledger": reports.ledger(trouble="the disk is full")}, STOPS),
    (K.QUARANTINED, {"children": {"x": reports.child("x", quarantined=("PausePair",))}}, GOES_ON),
    (
        K.QUARANTINED,
        {
            "children": {"x": reports.child("x", quarantined=("TradesFetched",))},
            **of_pair(trouble="a message is quarantined: TradesFetched"),
        },
        STOPS,
    ),
    (K.GIVEN_UP, {"children": {"x": reports.child("x", state="given up", reason="OOM")}}, STOPS),
    (K.CLOCK, {"gateway": reports.gateway(clock_ahead_ms=-2500)}, GOES_ON),
    (K.NOT_LISTED, of_todo(K.NOT_LISTED, trouble="the exchange does not list it any more"), STOPS),
    (K.DELISTING, {"gateway": reports.gateway(delistings=(("BTCUSDT", NOW_MS),))}, GOES_ON),
    (K.WATCH_ONLY, of_todo(K.WATCH_ONLY, watch_only="another lotkeeper trades BTCUSDT"), STOPS),
    (K.REFUSED, of_todo(K.REFUSED, trouble="the exchange refuses SELLs"), STOPS),
    (K.PAUSED, of_pair(is_paused=True, pause=Halt(True, NOW_MS - 60)), GOES_ON),
    (K.UNKNOWN_ORDER, of_pair(unresolved=(UNKNOWN,)), GOES_ON),
    (K.UNKNOWN_ORDER, of_pair(unresolved=(UNKNOWN,), trouble="reconciliation: HTTP 504"), STOPS),
    (K.HELD, of_pair(waiting=(HELD,)), GOES_ON),
    (K.UNCOVERED, of_pair(uncovered=UNCOVERED), GOES_ON),
    (K.UNCOVERED, of_pair(uncovered=UNCOVERED, trouble="the exchange refuses SELLs"), STOPS),
    (K.STOP_REFUSED, of_todo(K.STOP_REFUSED), GOES_ON),
    (K.COINS_CAME, of_pair(came=D("0.5"), came_since_ms=NOW_MS - 8), GOES_ON),
    (K.UNREADABLE, of_todo(K.UNREADABLE, trouble="trade 7 of order 8 cannot be read"), STOPS),
    (K.STRANGE_STATUS, of_todo(K.STRANGE_STATUS, trouble="the exchange says FROZEN of SELL lk1-7-1"), STOPS),
    (K.FEE_RISE, of_pair(fee_rise=FeeRise(2, D(1), 1, D("0.001")), sell_rate=D("0.002")), GOES_ON),
    (K.BNB_LOW, {"fees": LOW}, GOES_ON),
    (K.DISK_LOW, of_alerts(disks=(FULL,)), GOES_ON),
    (K.CHANNEL, of_alerts(channels=(FAILS,)), GOES_ON),
    (K.DEGRADED, of_pair(complete_as_of_ms=NOW_MS - 200_000), STOPS),
    (K.BUDGET, {"gateway": ASKED_TO_WAIT}, STOPS),
    (K.BUDGET, {"gateway": reports.gateway(limits=(LimitUse("ORDERS", "day", 86_400, 190, 200),))}, GOES_ON),
    (K.LONG_HELD, of_pair(oldest=OLD), GOES_ON),
]


@pytest.mark.parametrize(("kind", "changes", "does_stop"), CASES)
def test_the_monitor_does_what_the_table_says(kind: TroubleKind, changes: dict[str, Any], does_stop: bool) -> None:
    prices = {symbol: reports.price(symbol) for symbol in ("BTCUSDT", "ETHBTC")}
    view = reports.view(**{"prices": prices, **changes})
    found = find_causes(view, find_todo(view, NOW_MS), RestartWatch(), 2 * DAY_MS, NOW_MS)
    assert kind in {each.kind for each in found.causes}
    assert bool(found.unproven) == does_stop
    assert HEARTBEAT[kind].effect in (PingEffect.STOPS if does_stop else PingEffect.GOES_ON, PingEffect.DEPENDS)


def test_each_kind_has_its_cases_but_news_and_deaths_that_unprove_for_a_moment() -> None:
    seen = {kind: {stops for other, _, stops in CASES if other is kind} for kind in TOLD}
    lacking = {kind for kind in TOLD if not seen[kind]}
    assert lacking == {K.RESTARTS, K.STARTED, K.SALE}
    both = {kind for kind in TOLD if seen[kind] == {STOPS, GOES_ON}}
    assert both | {K.RESTARTS} == {kind for kind in TOLD if HEARTBEAT[kind].effect is PingEffect.DEPENDS}
