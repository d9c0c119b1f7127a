"""The status as a person sees it, at 120 columns."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from actors.ledger.positions import position
from cli.views.lots import lots_table
from cli.views.status import broker_lines, limit_lines, pairs_table, route_lines, status_view
from lotkeeper.engine.actor.log_levels import ActorLevel, LogLevels
from lotkeeper.trading.prices.best_prices import PriceSource
from messages.health import ExchangePause, LimitUse, RequestRoute, StreamState, WaitingLot
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS
from tests.cli.views.rendering import render, sample_status
from tests.persistence import lots


def test_a_pair_stands_in_a_row_under_its_heads():
    lines = render(pairs_table(sample_status()))
    heads = next(line for line in lines if line.lstrip().startswith("Pair"))
    assert heads.split() == (
        [
            "Pair",
            "Bid",
            "seen",
            "Lots",
            "open",
            "closed",
            "Quantity",
            "Next",
            "SELL",
            "at",
            "Realised",
            "Unrealised",
            "Complete",
        ]
    )
    row = next(line for line in lines if "BTCUSDT" in line)
    assert row.split() == (
        [
            "BTCUSDT",
            "60100",
            "0.1",
            "s",
            "ago",
            "1",
            "2",
            "0.001",
            "60360.37",
            "+0.6200",
            "USDT",
            "+0.1000",
            "USDT",
            "4.0",
            "s",
            "ago",
        ]
    )
    # Numbers stand under the ends of their heads.
    for head, value in (("Bid", "60100"), ("closed", " 2 "), ("Next SELL at", "60360.37"), ("Complete", "4.0 s ago")):
        assert heads.index(head) + len(head) == row.rindex(value.rstrip()) + len(value.rstrip())


def test_a_pair_that_starts_has_dashes():
    row = next(line for line in render(pairs_table(sample_status())) if "ETHUSDT" in line)
    assert row.split() == ["ETHUSDT", *["-"] * 8, "starting"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "0.1 s ago"),
        ({"source": PriceSource.REST}, "0.1 s ago by REST"),
        ({"is_stale": True, "at_ms": NOW_MS - 23_000}, "stale, 23 s ago"),
        ({"at_ms": NOW_MS - 90_000}, "stale, 1 m 30 s ago"),
    ],
)
def test_how_old_a_price_is_and_from_where(changes, words):
    prices = {"BTCUSDT": replace(reports.price(), **changes)}
    row = next(line for line in render(pairs_table(sample_status(prices=prices)), 160) if "BTCUSDT" in line)
    assert words in row


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        (reports.pair(is_paused=True), "paused"),
        (reports.pair(complete_as_of_ms=None, phase="reconciling"), "reconciling"),
        (reports.pair(complete_as_of_ms=NOW_MS - 200_000), "3 m 20 s ago"),
    ],
)
def test_how_complete_a_pair_is(pair, words):
    row = next(line for line in render(pairs_table(sample_status(pairs={"BTCUSDT": pair}))) if "BTCUSDT" in line)
    assert row.endswith(words)


def test_the_headline_says_how_it_is():
    line = render(status_view(sample_status()))[0]
    assert line == "lotkeeper degraded   up 1 h 2 m   user stream proven"
    lost = {"": (reports.stream(state=StreamState.DOWN, reason="cut"), NOW_MS)}
    restarted = {"gateway": reports.child(restarts=2)}
    line = render(status_view(sample_status(streams=lost, children=restarted)))[0]
    assert line.endswith("user stream not proven   restarts: gateway 2")


def test_problems_are_told_in_words_and_not_without_end():
    lines = render(status_view(sample_status()))
    assert "! ETHUSDT: no report yet" in lines
    many = {**sample_status(), "problems": [f"problem {number}" for number in range(9)]}
    assert render(status_view(many))[-2:] == ["! problem 5", "! and 3 more"]


def test_nothing_is_cut_off_at_120_columns():
    lines = [*render(status_view(sample_status())), *render(lots_table([position(lots.lot(7))], {}))]
    assert not any("…" in line for line in lines)
    assert max(map(len, lines)) <= 120


def test_what_waits_is_told_under_the_pairs_and_not_without_end():
    waits = [WaitingLot(f"BTCUSDT-{number}", "PARKED", f"reason {number}", D(1)) for number in range(1, 9)]
    pair = reports.pair(lots_parked=10, lots_queued=1, waiting=tuple(waits))
    lines = render(status_view(sample_status(pairs={"BTCUSDT": pair})))
    assert lines.count("BTCUSDT-1 parked: reason 1") == 1
    assert "BTCUSDT-8 parked: reason 8" in lines
    assert "and 3 more that wait: lotkeeper positions" in lines


def test_a_few_that_wait_are_all_there_are():
    pair = reports.pair(lots_queued=1, waiting=(WaitingLot("BTCUSDT-7", "QUEUED", "every order slot is taken", D(1)),))
    lines = render(status_view(sample_status(pairs={"BTCUSDT": pair})))
    assert "BTCUSDT-7 queued: every order slot is taken" in lines
    assert not any("more that wait" in line for line in lines)


LIMITS = (
    LimitUse("REQUEST_WEIGHT", "a minute", 60, 420, 6000),
    LimitUse("RAW_REQUESTS", "in 5 minutes", 300, 7, 300_000),
    LimitUse("ORDERS", "in 10 s", 10, 77, 100),
    LimitUse("SOMETHING_NEW", "a day", 86_400, 1, 2),
)


def test_what_is_used_of_the_exchange_s_limits():
    gateway = reports.gateway(limits=LIMITS)
    lines = render(status_view(sample_status(gateway=gateway)))
    assert lines[-2] == ("limits used: weight 420/6000 a minute, orders 77/100 in 10 s, SOMETHING_NEW 1/2 a day")
    (line,) = limit_lines(sample_status(gateway=gateway))
    assert [line.plain[span.start : span.end] for span in line.spans if span.style == "yellow"] == [
        "orders 77/100 in 10 s"
    ]
    assert limit_lines(sample_status(gateway=None)) == []
    many = LimitUse("RAW_REQUESTS", "in 5 minutes", 300, 290_000, 300_000)
    (line,) = limit_lines(sample_status(gateway=reports.gateway(limits=(many,))))
    assert line.plain == "limits used: requests 290000/300000 in 5 minutes"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "2 services share the weight of this address: bob 850/900, alice 40/320"),
        ({"services": 1, "usage": ()}, "1 service shares the weight of this address"),
        ({"waits": "its share is used up"}, "questions wait: its share is used up"),
        ({"is_connected": False}, "the budget broker does not answer: requests are counted alone"),
    ],
)
def test_how_services_share_the_weight_of_an_address(changes, line):
    assert [each.plain for each in broker_lines(sample_status(gateway=reports.gateway()))] == []
    gateway = reports.gateway(broker=reports.broker(**changes))
    assert [each.plain for each in broker_lines(sample_status(gateway=gateway))] == [line]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"route": RequestRoute("websocket-api", "READY", NOW_MS)}, "requests go over the WebSocket API"),
        ({"route": RequestRoute("rest", "REST_ONLY", NOW_MS)}, "requests go by REST"),
        (
            {"route": RequestRoute("rest", "LOST", NOW_MS, "no route to host"), "in_flight": 2, "waiting": 7}
            | {"oldest_in_flight_ms": 300},
            "requests go by REST: the WebSocket API is lost (no route to host); 2 in flight, the oldest for 0.3 s, "
            "7 questions wait",
        ),
        ({"journal": "/run/j"}, "orders in flight are noted on a disk, which may hold them up: /run/j"),
    ],
    ids=["websocket", "REST alone", "REST meanwhile", "disk"],
)
def test_which_way_requests_go(changes, line):
    (found,) = route_lines(sample_status(gateway=reports.gateway(**changes)))
    assert found.plain == line


def test_of_the_way_of_requests_nothing_is_said_while_it_is_not_known():
    assert route_lines(sample_status(gateway=None)) == []
    assert route_lines(sample_status(gateway=reports.gateway(journal="/dev/shm/j", is_journal_memory=True))) == []


def test_until_when_the_exchange_said_wait():
    holds = (
        ExchangePause("everything", NOW_MS + 24_500, "Too many requests."),
        ExchangePause("orders", NOW_MS + 90_000, "Too many new orders."),
    )
    lines = render(status_view(sample_status(gateway=reports.gateway(pauses=holds, trouble="Too many requests."))))
    first = next(number for number, line in enumerate(lines) if line.startswith("the exchange asked"))
    assert lines[first : first + 4] == [
        "the exchange asked for a pause: nothing is sent for 24 s, until 22:13:44 UTC",
        "the exchange asked for a pause: no orders are sent for 1 m 30 s, until 22:14:50 UTC",
        "! starting: asked to wait until 2023-11-14T22:13:44.500+00:00: Too many requests.",
        "! gateway: Too many requests.",
    ]


def test_a_pair_that_is_only_watched_says_so_and_why():
    why = "another lotkeeper trades BTCUSDT; end the other one, then: lotkeeper resume BTCUSDT"
    lines = render(status_view(sample_status(pairs={"BTCUSDT": reports.pair(watch_only=why)})), width=160)
    assert next(line for line in lines if "60100" in line).split()[-4:] == ["4.0", "s", "ago,", "watch-only"]
    assert f"! BTCUSDT: watch-only: {why}" in lines


@pytest.mark.parametrize(("age_s", "style"), [(4, "green"), (150, "green"), (151, "red")])
def test_an_age_that_degrades_the_health_is_red(age_s, style):
    table = pairs_table(sample_status(pairs={"BTCUSDT": reports.pair(complete_as_of_ms=NOW_MS - age_s * 1000)}))
    (cell,) = [each for each in table.table.columns[-1].cells if "ago" in str(each)]
    assert cell.style == style


def test_from_when_on_the_history_is_known():
    pairs = {
        "BTCUSDT": reports.pair(history_from_ms=NOW_MS - 86_400_000),
        "ETHUSDT": reports.pair("ETHUSDT", history_from_ms=NOW_MS - 60_000),
    }
    lines = render(status_view(sample_status(pairs=pairs)))
    newest = lines.index("history from 2023-11-14 22:12 UTC: ETHUSDT")
    assert lines[newest + 1] == "history from 2023-11-13 22:13 UTC: BTCUSDT"
    assert not any("history" in line for line in render(status_view(sample_status())))


def test_pairs_that_began_together_are_one_line():
    pairs = {f"COIN{number}USDT": reports.pair(history_from_ms=NOW_MS + number) for number in range(8)}
    assert "history from 2023-11-14 22:13 UTC" in render(status_view(sample_status(symbols=tuple(pairs), pairs=pairs)))
    pairs["BTCUSDT"] = reports.pair(history_from_ms=NOW_MS + 60_000)
    lines = render(status_view(sample_status(symbols=tuple(pairs), pairs=pairs)))
    assert any(line.startswith("history from 2023-11-14 22:13 UTC: COIN0USDT, ") for line in lines)
    assert any(line.endswith(" and 3 more") for line in lines)


@pytest.mark.parametrize(
    ("left_seconds", "words"),
    [(5.0, "host host-a has the lease (7)"), (0, "may send no order before it is renewed")],
)
def test_who_has_the_lease_of_two_hosts(left_seconds, words):
    lease = {"holder": "host-a", "token": 7, "left_seconds": left_seconds, "trouble": "", "age_seconds": 0.5}
    assert any(words in line for line in render(status_view({**sample_status(), "host_lease": lease})))
    assert not any("lease" in line for line in render(status_view(sample_status())))


def test_a_level_of_the_log_that_somebody_changed_is_shown():
    levels = LogLevels((ActorLevel("", "DEBUG"), ActorLevel("Ledger", "ERROR", NOW_MS + 60_000, "kim")))
    lines = render(status_view(sample_status(levels=levels)), 160)
    (first, second) = (line.strip() for line in lines if line.strip().startswith("log level"))
    assert first == "log level all: DEBUG"
    assert second.startswith("log level Ledger: ERROR until 20")
    assert second.endswith(" UTC (by kim)")
