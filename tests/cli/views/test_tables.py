"""The tables as a person sees them, at 120 columns."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from io import StringIO
from typing import Any

import pytest
from rich.console import Console, RenderableType

from actors.ledger.positions import position
from actors.monitor.status import status_document
from actors.monitor.view import View
from cli.views.bids import bids_in
from cli.views.tables import duration, limit_lines, lots_table, money, pairs_table, shortened, status_view
from lotkeeper.trading.prices.price_enums import Source
from messages.health import ExchangePause, LimitUse, StreamState, WaitingLot
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS
from tests.persistence import lots


def shown(what: RenderableType, width: int = 120) -> list[str]:
    console = Console(width=width, file=StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(what)
    return [line.rstrip() for line in capture.get().splitlines()]


def status(**changes: Any) -> dict[str, Any]:
    view = View(
        symbols=("BTCUSDT", "ETHUSDT"),
        started_ms=NOW_MS - 3_725_000,
        pairs={"BTCUSDT": reports.pair()},
        streams={symbol: (reports.stream(symbol), NOW_MS) for symbol in ("", "BTCUSDT", "ETHUSDT")},
        prices={"BTCUSDT": reports.price()},
        gateway=reports.gateway(),
        ledger=reports.ledger(),
    )
    for name, value in changes.items():
        setattr(view, name, value)
    return status_document(view, NOW_MS)


def cells(line: str) -> list[str]:
    return line.split()


def test_a_pair_stands_in_a_row_under_its_heads():
    lines = shown(pairs_table(status()))
    heads = next(line for line in lines if line.lstrip().startswith("Pair"))
    assert cells(heads) == (
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
    assert cells(row) == (
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
    row = next(line for line in shown(pairs_table(status())) if "ETHUSDT" in line)
    assert cells(row) == ["ETHUSDT", *["-"] * 8, "starting"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "0.1 s ago"),
        ({"source": Source.REST}, "0.1 s ago by REST"),
        ({"is_stale": True, "at_ms": NOW_MS - 23_000}, "stale, 23 s ago"),
        ({"at_ms": NOW_MS - 90_000}, "stale, 1 m 30 s ago"),
    ],
)
def test_how_old_a_price_is_and_from_where(changes, words):
    prices = {"BTCUSDT": replace(reports.price(), **changes)}
    row = next(line for line in shown(pairs_table(status(prices=prices)), 160) if "BTCUSDT" in line)
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
    row = next(line for line in shown(pairs_table(status(pairs={"BTCUSDT": pair}))) if "BTCUSDT" in line)
    assert row.endswith(words)


def test_the_headline_says_how_it_is():
    line = shown(status_view(status()))[0]
    assert line == "lotkeeper degraded   up 1 h 2 m   user stream proven"
    lost = {"": (reports.stream(state=StreamState.DOWN, reason="cut"), NOW_MS)}
    restarted = {"gateway": reports.child(restarts=2)}
    line = shown(status_view(status(streams=lost, children=restarted)))[0]
    assert line.endswith("user stream not proven   restarts: gateway 2")


def test_problems_are_told_in_words_and_not_without_end():
    lines = shown(status_view(status()))
    assert "! ETHUSDT: no report yet" in lines
    many = {**status(), "problems": [f"problem {number}" for number in range(9)]}
    assert shown(status_view(many))[-2:] == ["! problem 5", "! and 3 more"]


def test_nothing_is_cut_off_at_120_columns():
    whole = "\n".join(shown(status_view(status()))) + "\n".join(shown(lots_table([position(lots.lot(7))], {})))
    assert "…" not in whole
    assert max(map(len, whole.splitlines())) <= 120


def test_a_lot_stands_in_a_row_under_its_heads():
    opened = datetime.now(UTC) - timedelta(hours=5, minutes=2)
    lot = {**position(lots.lot(7)), "opened": opened.isoformat()}
    lines = shown(lots_table([lot], {"BTCUSDT": D("64100.5")}))
    heads = next(line for line in lines if "Lot" in line)
    assert cells(heads) == ["Lot", "State", "Received", "Cost", "SELL", "at", "Sold", "Bid", "Net", "profit", "Held"]
    row = next(line for line in lines if "BTCUSDT-7" in line)
    assert cells(row) == (
        ["BTCUSDT-7", "selling", "0.4995", "BTC", "32000.05", "USDT", "70000", "0", "64100.5", "-", "5", "h", "2", "m"]
    )


def test_a_sold_lot_shows_its_profit():
    row = next(line for line in shown(lots_table([position(lots.sold(20))], {})) if "BTCUSDT-20" in line)
    assert "closed" in row
    assert f"+{D(34965) - D('34.965') - D('32000.05'):.2f} USDT" in row


def test_a_lot_without_a_sell_says_why():
    waiting = {**position(lots.lot(7)), "sells": [], "reason": "the pair is paused"}
    assert "the pair is paused" in "\n".join(shown(lots_table([waiting], {})))


def test_without_a_reason_there_is_no_column_for_it():
    heads = next(line for line in shown(lots_table([position(lots.lot(7))], {})) if "Lot" in line)
    assert "Why" not in heads


def test_the_price_is_the_lowest_of_the_sells_that_stand():
    sells = [
        {"state": "FILLED", "price": "99"},
        {"state": "OPEN", "price": "120"},
        {"state": "CANCELING", "price": "103"},
        {"state": "CANCELED", "price": "98"},
    ]
    lot = {**position(lots.lot(7)), "sells": sells}
    assert "103" in next(line for line in shown(lots_table([lot], {})) if "BTCUSDT-7" in line)
    ended = {**lot, "sells": [sells[0], sells[3]]}
    assert "98" in next(line for line in shown(lots_table([ended], {})) if "BTCUSDT-7" in line)


def test_what_waits_is_told_under_the_pairs_and_not_without_end():
    waits = [WaitingLot(f"BTCUSDT-{number}", "PARKED", f"reason {number}", D(1)) for number in range(1, 9)]
    pair = reports.pair(lots_parked=10, lots_queued=1, waiting=tuple(waits))
    lines = shown(status_view(status(pairs={"BTCUSDT": pair})))
    assert lines.count("BTCUSDT-1 parked: reason 1") == 1
    assert "BTCUSDT-8 parked: reason 8" in lines
    assert "and 3 more that wait: lotkeeper positions" in lines


def test_a_few_that_wait_are_all_there_are():
    pair = reports.pair(lots_queued=1, waiting=(WaitingLot("BTCUSDT-7", "QUEUED", "every order slot is taken", D(1)),))
    lines = shown(status_view(status(pairs={"BTCUSDT": pair})))
    assert "BTCUSDT-7 queued: every order slot is taken" in lines
    assert not any("more that wait" in line for line in lines)


def test_of_many_lots_the_first_are_shown_and_the_rest_counted():
    many = [position(lots.lot(number)) for number in range(1, 8)]
    lines = shown(lots_table(many, {}, most=5))
    assert sum("BTCUSDT-" in line for line in lines) == 5
    assert lines[-1].strip() == "and 2 more"


LIMITS = (
    LimitUse("REQUEST_WEIGHT", "a minute", 60, 420, 6000),
    LimitUse("RAW_REQUESTS", "in 5 minutes", 300, 7, 300_000),
    LimitUse("ORDERS", "in 10 s", 10, 77, 100),
    LimitUse("SOMETHING_NEW", "a day", 86_400, 1, 2),
)


def test_what_is_used_of_the_exchange_s_limits():
    gateway = reports.gateway(limits=LIMITS)
    lines = shown(status_view(status(gateway=gateway)))
    assert lines[-2] == ("limits used: weight 420/6000 a minute, orders 77/100 in 10 s, SOMETHING_NEW 1/2 a day")
    (line,) = limit_lines(status(gateway=gateway))
    assert [line.plain[span.start : span.end] for span in line.spans if span.style == "yellow"] == [
        "orders 77/100 in 10 s"
    ]
    assert limit_lines(status(gateway=None)) == []
    many = LimitUse("RAW_REQUESTS", "in 5 minutes", 300, 290_000, 300_000)
    (line,) = limit_lines(status(gateway=reports.gateway(limits=(many,))))
    assert line.plain == "limits used: requests 290000/300000 in 5 minutes"


def test_until_when_the_exchange_said_wait():
    holds = (
        ExchangePause("everything", NOW_MS + 24_500, "Too many requests."),
        ExchangePause("orders", NOW_MS + 90_000, "Too many new orders."),
    )
    lines = shown(status_view(status(gateway=reports.gateway(holds=holds, trouble="Too many requests."))))
    first = next(number for number, line in enumerate(lines) if line.startswith("the exchange said"))
    assert lines[first : first + 3] == [
        "the exchange said wait: nothing will be sent for 24 s, until 22:13:44 UTC",
        "the exchange said wait: no orders will be sent for 1 m 30 s, until 22:14:50 UTC",
        "! gateway: Too many requests.",
    ]


def test_bids_out_of_a_status_document():
    assert bids_in(status()) == {"BTCUSDT": D(60100)}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (9.96, "10.0 s"), (12.9, "12 s"), (61, "1 m 1 s"), (3_725, "1 h 2 m"), (90_061, "1 d 1 h")],
)
def test_a_length_of_time(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("1234.5678", "1234.57"), ("99.123456", "99.1235"), ("0.00001234", "0.00001234"), ("-250.004", "-250.00")],
)
def test_an_amount_is_shortened(amount, text):
    assert shortened(amount) == text


@pytest.mark.parametrize(("amount", "style"), [("1.5", "green"), ("-1.5", "red"), ("0", "dim")])
def test_money_has_a_sign_and_a_colour(amount, style):
    text = money(amount, "USDT")
    assert (text.style, text.plain.startswith("+")) == (style, amount == "1.5")


def test_a_pair_that_is_only_watched_says_so_and_why():
    why = "another lotkeeper trades BTCUSDT; end the other one, then: lotkeeper resume BTCUSDT"
    lines = shown(status_view(status(pairs={"BTCUSDT": reports.pair(watch_only=why)})), width=160)
    assert cells(next(line for line in lines if "60100" in line))[-4:] == ["4.0", "s", "ago,", "watch-only"]
    assert f"! BTCUSDT: watch-only: {why}" in lines


@pytest.mark.parametrize(("age_s", "style"), [(4, "green"), (150, "green"), (151, "red")])
def test_an_age_that_degrades_the_health_is_red(age_s, style):
    table = pairs_table(status(pairs={"BTCUSDT": reports.pair(complete_as_of_ms=NOW_MS - age_s * 1000)}))
    (cell,) = [each for each in table.table.columns[-1].cells if "ago" in str(each)]
    assert cell.style == style


def test_from_when_on_the_history_is_known():
    pairs = {
        "BTCUSDT": reports.pair(known_since_ms=NOW_MS - 86_400_000),
        "ETHUSDT": reports.pair("ETHUSDT", known_since_ms=NOW_MS - 60_000),
    }
    assert "history before 2023-11-14 22:12 UTC is not known" in shown(status_view(status(pairs=pairs)))
    assert not any("history before" in line for line in shown(status_view(status())))
