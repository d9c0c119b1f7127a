"""The status document as a whole."""

from decimal import Decimal as D

import orjson
import pytest

from actors.monitor.status import status_document
from actors.monitor.view import View
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS, view


def test_before_any_report_the_document_says_that_nothing_is_known():
    document = status_document(View(("BTCUSDT",), NOW_MS), NOW_MS)
    assert document["health"] == "starting"
    assert document["problems"] == [
        "user stream: no report yet",
        "market stream BTCUSDT: no report yet",
        "gateway: no report yet",
        "ledger: no report yet",
        "BTCUSDT: no report yet",
    ]
    assert document["pairs"]["BTCUSDT"] == {
        "phase": "starting",
        "stream": None,
        "price": None,
        "price_mode": None,
        "frames": None,
    }
    assert document["gateway"] is document["ledger"] is document["user_stream"] is None


def test_totals_keep_quote_assets_apart():
    pairs = {**view().pairs, "BTCUSDT": reports.pair(unprotected=D("0.00010"))}
    assert status_document(view(pairs=pairs), NOW_MS)["totals"] == {
        "buys": 6,
        "lots_open": 2,
        "lots_closed": 4,
        "sells_placed": 6,
        "sells_filled": 4,
        "sells_unknown": 0,
        "lots_parked": 0,
        "lots_queued": 0,
        "net_profit": {"BTC": "0.001", "USDT": "0.62"},
        "fees_quote": {"BTC": "0", "USDT": "0"},
        "mean_held_seconds": None,
        "unprotected": {"BTCUSDT": "0.0001"},
        "first_sell_ms": NOW_MS - 60_000,
    }


def test_restarts_are_shown_where_there_were_some():
    children = {key: reports.child(key, restarts=count) for key, count in (("b", 2), ("a", 1), ("c", 0))}
    assert status_document(view(children=children), NOW_MS)["restarts"] == {"a": 1, "b": 2}


def test_ages_and_uptime():
    document = status_document(view(), NOW_MS)
    assert (document["uptime_seconds"], document["started"]) == (120.0, "2023-11-14T22:11:20.000+00:00")
    assert document["gateway"]["age_seconds"] == 0.0


@pytest.mark.parametrize("whole", [View(), View(("BTCUSDT",), NOW_MS), view()], ids=["empty", "starting", "well"])
def test_it_is_a_json_document(whole):
    document = status_document(whole, NOW_MS)
    assert orjson.loads(orjson.dumps(document)) == document
