"""The page, the command line, the metrics and the database say the same of a service that has traded much.

Lots with stops, ladders and trailing, sold in parts, some by hand, with dust. Prices stand still while it is compared:
what is then told apart by a glance is the same moment.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.sync_api import Browser
from prometheus_client.parser import text_string_to_metric_families

from lotkeeper.verification.staging.waiting import StagingError, wait_for
from tests.e2e.environment import SystemUnderTest
from tests.e2e.page.browser import OpenPage
from tests.e2e.page.served import WITHIN_S, ServedPage
from tests.e2e.web_client import WebClient, free_port

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
PAIRS = ("BTCUSDT", "ETHUSDT", "SOLUSDT", "ADAUSDT", "ETHBTC")
_SOLD, _OPEN = 12, 8  # lots at least, before it is compared
_EXITS: dict[str, dict[str, Any]] = {
    "BTCUSDT": {"stop_loss": {"below_cost_pct": 4, "limit_below_pct": 1}},
    "ETHUSDT": {"ladder": [{"share_pct": 60, "net_profit_pct": "0.1"}, {"share_pct": 40, "net_profit_pct": 3}]},
    "SOLUSDT": {"trailing": {"distance_pct": "1.5", "share_pct": 70}},
}
_UNKNOWN = {"-": "\u2013"}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPage]:
    port = free_port()
    symbols = [word for pair in PAIRS for word in ("--symbol", pair)]
    options = [*symbols, "--seed", "4", "--buy-every", "0.2"]
    more = f"web: {{loopback_port: {port}}}\n"
    folder = tmp_path_factory.mktemp("busy")
    with SystemUnderTest(folder, options, profit_pct="0.1", exits=_EXITS, more_config=more) as system:
        system.run()
        served = ServedPage(system, WebClient(system.config, port))
        served.wait_until_proven()
        _trade(served)
        yield served


@pytest.fixture(scope="module")
def page(chromium: Browser, busy: ServedPage) -> Iterator[OpenPage]:
    """Of a browser in UTC, as the command line is; at the width that shows every column."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, timezone_id="UTC")
    with closing(context):
        found = OpenPage(context, busy.address, busy.client.token)
        found.open()
        yield found
        assert found.complaints.errors == []


def _trade(served: ServedPage) -> None:
    """Until there is enough of each kind; then nothing moves any more."""
    system = served.system
    system.control("trader/start")
    wait_for("enough lots", lambda: _has_enough(served), WITHIN_S)
    system.control("trader/stop")
    system.control("source/stop")
    wait_for("a SELL for each lot", lambda: not system.unprotected(), WITHIN_S)
    lot, _ = served.buy("BTCUSDT"), served.buy("ETHUSDT")
    sold = system.command("sell", lot, "--market", "--below-floor", "--yes", "--why", "to compare")
    assert sold.returncode == 0, sold.stderr
    wait_for("its sale", lambda: served.lot(lot)["state"] == "CLOSED", WITHIN_S)


def _has_enough(served: ServedPage) -> bool:
    rows = served.read("/positions?all=true&limit=1000")
    opened = [row for row in rows if row["state"] != "CLOSED"]
    return len(opened) >= _OPEN and len(rows) - len(opened) >= _SOLD


def test_the_pairs_of_the_page_are_those_of_the_status(page: OpenPage, busy: ServedPage):
    page.go("pairs")
    agree(
        lambda: [[row[0], row[1], row[3], *row[5:9]] for row in printed(busy, "status") if row[0] in PAIRS],
        lambda: [[row[0], *row[2:8]] for row in page.cells("pairs")],
    )


def test_the_lots_of_the_page_are_the_positions(page: OpenPage, busy: ServedPage):
    page.go("lots")
    agree(
        lambda: sorted([*row[:6], row[8]] for row in printed(busy, "positions", "--limit", "1000")),
        lambda: sorted([row[0], row[1], *row[3:7], row[7]] for row in page.cells("lots")),
    )


def test_the_fills_of_the_page_are_the_printed_ones(page: OpenPage, busy: ServedPage):
    page.go("orders/fills")
    agree(
        lambda: [[row[7], row[2], row[3], row[5], row[6]] for row in printed(busy, "fills", "--limit", "100")],
        lambda: [[row[0], row[1], row[2], row[4], row[5]] for row in page.cells("fills")],
    )
    moments = [row[0] for row in printed(busy, "fills", "--limit", "100")]
    shown = [row[6] for row in page.cells("fills")]
    assert all(short in (whole[11:], whole[5:16]) for short, whole in zip(shown, moments, strict=True))


def test_the_orders_of_the_page_are_the_printed_ones(page: OpenPage, busy: ServedPage):
    page.go("orders")
    agree(
        lambda: sorted(
            [pair, f"{side} {state}", kind, price, f"{filled} of {quantity}", lot]
            for pair, side, kind, price, quantity, filled, state, _, lot, _ in printed(busy, "orders")
        ),
        lambda: sorted(row[:6] for row in page.cells("orders")),
    )


def test_the_profit_of_the_page_is_the_printed_one(page: OpenPage, busy: ServedPage):
    page.go("profit")
    agree(
        lambda: sorted(row for row in printed(busy, "profit") if row[0] in PAIRS),
        lambda: sorted(row for row in page.cells("profit") if row[0] in PAIRS),
    )


def test_a_lot_is_explained_with_the_same_figures(page: OpenPage, busy: ServedPage):
    """Each kind of lot: every amount of the command stands on the page."""
    rows = busy.read("/positions?all=true&limit=1000")
    for pair in PAIRS:
        lot = next((row["lot"] for row in rows if row["pair"] == pair), None)
        if lot is None:
            continue
        page.go(f"lots/{lot}")
        agree(lambda name=lot: missing(page, amounts(busy.system.command("explain", name).stdout)), set)


def test_the_metrics_are_the_status(busy: ServedPage):
    names = {
        "lots_open": "lots_open", "lots_parked": "lots_parked", "lots_closed_total": "lots_closed",
        "buys_total": "buys", "sells_placed_total": "sells_placed", "sells_filled_total": "sells_filled",
        "open_quantity": "open_quantity", "open_cost": "open_cost", "nearest_floor": "nearest_sell",
        "realised_profit": "realised_profit", "unrealised_profit": "unrealised_profit", "fees": "fees_quote",
    }  # fmt: skip
    told = lambda: {  # noqa: E731
        (pair, name): float(fields[key])
        for pair, fields in document(busy, "status")["pairs"].items()
        for name, key in names.items()
        if fields[key] is not None
    }
    agree(told, lambda: {key: value for key, value in scraped(busy).items() if key[1] in names})


def test_the_database_has_what_the_service_says(busy: ServedPage):
    """What was earned is counted by the keepers from their lots, and by the database from its rows."""
    agree(
        lambda: {pair: Decimal(each["realised_profit"]) for pair, each in document(busy, "status")["pairs"].items()},
        lambda: {pair: _earned(busy).get(pair, Decimal(0)) for pair in PAIRS},
    )
    agree(
        lambda: {pair: each["lots_open"] for pair, each in document(busy, "status")["pairs"].items()},
        lambda: {pair: _rows(busy, "lots", "symbol = ? AND state <> 'CLOSED'", pair) for pair in PAIRS},
    )
    agree(
        lambda: {pair: each["buys"] for pair, each in document(busy, "status")["pairs"].items()},
        lambda: {pair: _rows(busy, "lots", "symbol = ?", pair) for pair in PAIRS},
    )


def test_the_page_names_the_time_zone_of_its_times(chromium: Browser, busy: ServedPage):
    with closing(chromium.new_context(timezone_id="Asia/Tokyo")) as context:
        far = OpenPage(context, busy.address, busy.client.token)
        far.open()
        assert "Times are of the zone Asia/Tokyo" in far.text("footer")


def agree(one: Any, other: Any) -> None:
    """Both say the same, of one moment: what the first says is the same before and after."""
    seen: list[Any] = [None, None]

    def is_met() -> bool:
        before = one()
        seen[:] = [other(), before]
        return bool(seen[0] == before == one())

    try:
        wait_for("the same", is_met, WITHIN_S / 3)
    except StagingError:
        assert seen[0] == seen[1]
        raise


def printed(busy: ServedPage, *words: str) -> list[list[str]]:
    """The cells of each line that a command prints."""
    shown = busy.system.command(*words)
    assert shown.returncode == 0, shown.stderr
    lines = [re.split(r"\s{2,}", line.strip()) for line in shown.stdout.splitlines() if line.strip()]
    return [[_UNKNOWN.get(cell, cell) for cell in line] for line in lines if line[0] not in _HEADS and len(line) > 4]


_HEADS = ("Pair", "Lot", "Time (UTC)", "total")


def document(busy: ServedPage, *words: str) -> Any:
    shown = busy.system.command(*words, "--json")
    assert shown.returncode == 0, shown.stderr
    return orjson.loads(shown.stdout)


def amounts(text: str) -> set[str]:
    """Each figure with its asset, and each length of time."""
    return set(re.findall(r"[+-]?\d[\d.]* (?:USDT|BTC|ETH|SOL|ADA)\b|\bheld for [^,\n]+?(?= {2,}|$)", text, re.M))


def missing(page: OpenPage, wanted: set[str]) -> set[str]:
    text = str(page.evaluate("document.querySelector('main').textContent"))
    return {each for each in wanted if each not in text} if wanted else {"nothing is explained"}


def scraped(busy: ServedPage) -> dict[tuple[str, str], float]:
    got = busy.client.get("/metrics")
    assert got is not None
    samples = (each for family in text_string_to_metric_families(got.text) for each in family.samples)
    return {
        (each.labels["pair"], each.name.removeprefix("lotkeeper_")): each.value
        for each in samples
        if "pair" in each.labels
    }


def _earned(busy: ServedPage) -> dict[str, Decimal]:
    return {row["pair"]: Decimal(row["profit"]) for row in document(busy, "profit")["rows"]}


def _rows(busy: ServedPage, table: str, condition: str, *values: str) -> int:
    path: Path = busy.system.database
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        query = f"SELECT COUNT(*) FROM {table} WHERE {condition}"
        return int(connection.execute(query, values).fetchone()[0])
