"""`lotkeeper profit`."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.lots.transfers import Disposal, DisposalKind
from tests.persistence import lots

DAY_MS = 86_400_000
EARNED = D("34965") - D("34.965") - D("32000.05")  # of one lot


def on_day(known, days):
    """The lot, sold so many days later."""
    return replace(known, sells=tuple(replace(each, time_ms=each.time_ms + days * DAY_MS) for each in known.sells))


@pytest.fixture
def found(store):
    """Sold on the 14th of November, twice on the 15th, and in December; the last is not counted by the Ledger yet."""
    lots.record(store, lots.sold(7), on_day(lots.sold(20), 1), on_day(lots.sold(30), 1))
    while store.count_lots(2):
        pass
    lots.record(store, on_day(lots.sold(40), 20))
    return store


def profit(run, *words):
    return json.loads(run("profit", "--json", *words).output)


def rows(document):
    return [(each.get("period") or each["pair"], each["sales"], D(each["profit"])) for each in document["rows"]]


def test_by_pair(run, found):
    document = profit(run)
    assert rows(document) == [("BTCUSDT", 4, 4 * EARNED)]
    assert document["totals"] == [
        {
            "quote": "USDT",
            "sales": 4,
            "cost": "128000.2",
            "proceeds": "139860",
            "sell_fees": "139.86",
            "profit": "11719.94",
            "by_hand": "0",
            "fees": {"BTC": "0.002", "USDT": "139.86"},
        }
    ]
    assert (document["time_zone"], document["uncounted_lots"], document["impossible_lots"]) == ("UTC", 0, [])


def test_by_day_and_by_month_the_newest_first(run, found):
    days = [("2023-12-04", 1, EARNED), ("2023-11-15", 2, 2 * EARNED), ("2023-11-14", 1, EARNED)]
    assert rows(profit(run, "--by", "day")) == days
    assert rows(profit(run, "--by", "month")) == [("2023-12", 1, EARNED), ("2023-11", 3, 3 * EARNED)]
    some = profit(run, "--by", "day", "--limit", "1")
    assert rows(some) == days[:1]
    assert D(some["totals"][0]["profit"]) == 4 * EARNED  # of the whole time


def test_whole_days_are_counted(run, found):
    since = profit(run, "--by", "day", "--since", "2023-11-15T23:00")
    assert [each[0] for each in rows(since)] == ["2023-12-04", "2023-11-15"]
    assert D(since["totals"][0]["profit"]) == 3 * EARNED
    assert (since["since"], since["until"]) == ("2023-11-15", None)
    within = profit(run, "--by", "month", "--since", "2023-11-15", "--until", "2023-11-30")
    assert rows(within) == [("2023-11", 2, 2 * EARNED)]
    assert D(within["totals"][0]["profit"]) == 2 * EARNED
    assert rows(profit(run, "--until", "2023-11-14")) == [("BTCUSDT", 1, EARNED)]
    assert run("profit", "--pair", "ethusdt").exit_code == 1


def test_a_manual_sale_is_named(run, store):
    sold = Disposal(lots.SYMBOL, 7, DisposalKind.SOLD_BY_HAND, 9, 90, D("0.1"), D(50), D(60), 1_700_000_000_000)
    lots.record(store, lots.lot(7, disposals=(sold,)))
    (row,) = profit(run)["rows"]
    assert (row["sales"], row["profit"], row["by_hand"]) == (1, "10", "10")


def test_for_people(run, found):
    lines = run("profit", "--by", "day", "--since", "2023-11-15").output.splitlines()
    assert lines[0] == "Profit by day, since 2023-11-15, in whole days of UTC"
    assert [line.split()[0] for line in lines if "USDT" in line] == ["2023-12-04", "2023-11-15", "total", "fees"]
    assert "fees of the trades in USDT: 104.895 USDT" in lines[-1]


def test_nothing_was_sold(run, store):
    assert run("profit").output == "nothing was bought or sold in this time\n"


def test_for_spreadsheets(run, found):
    first, *_ = csv.DictReader(io.StringIO(run("profit", "--by", "day", "--csv").output))
    assert (first["period"], first["profit"], first["fees"]) == ("2023-12-04", "2929.985", "34.965 USDT")


def test_lots_of_an_earlier_version_that_are_not_counted_yet_are_named(run, store, monkeypatch):
    monkeypatch.setattr("persistence.history.profit.MOST_UNCOUNTED", 1)
    lots.record(store, lots.sold(7), lots.sold(20))
    result = run("profit")
    assert "2 lots of an earlier version are missing" in result.stderr
    assert profit(run)["uncounted_lots"] == 2
    assert run("tax", "--year", "2023", "--csv").exit_code == 1


def test_lots_that_contradict_themselves_are_named(run, store):
    sale = replace(lots.sold(20).sells[0], quote_quantity=D("1e-600"), commission=D("1e600"))
    lots.record(store, replace(lots.sold(20), sells=(sale,)))
    store.count_lots(10)
    assert "contradict each other: BTCUSDT-20" in run("profit").stderr
    assert run("tax", "--year", "2023", "--csv").exit_code == 1
