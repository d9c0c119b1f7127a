"""`lotkeeper decisions`."""

import csv
import io
import json

from lotkeeper.trading.journal import Cause, DecisionKind
from tests.persistence.decisions import decide, made


def test_decisions_for_programs(run, store):
    decide(store, made(1))
    assert json.loads(run("decisions", "--json").output) == [
        {
            "time": "2023-11-14T22:13:20.000+00:00",
            "pair": "BTCUSDT",
            "lot": "BTCUSDT-7",
            "decision": "SELL_PLACED",
            "cause": "TARGET",
            "order": "lk1-7-1",
            "facts": {"price": "70000.10", "quantity": "0.4995"},
            "who": "lotkeeper",
            "why": "",
            "key": "1700000000000/BTCUSDT/1/1",
        }
    ]


def test_decisions_for_people(run, store):
    paused = {"kind": DecisionKind.PAIR_PAUSED, "cause": Cause.OPERATOR, "lot_id": None, "order": "", "facts": ()}
    decide(store, made(1), made(2, **paused, who="alice", why="holiday"))
    newest, placed = [line for line in run("decisions").output.splitlines() if "2023" in line]
    assert newest.split() == [
        *("2023-11-14", "22:13:20", "BTCUSDT", "pair", "paused", "operator", "holiday;", "by", "alice"),
    ]
    assert "lk1-7-1; price 70000.10, quantity 0.4995" in placed
    assert run("decisions", "--lot", "ethusdt-9").output == "no decisions\n"


def test_of_one_lot_and_one_page_after_the_other(run, store):
    decide(store, *(made(number, lot_id=f"BTCUSDT-{number % 2}") for number in range(1, 8)))
    first = json.loads(run("decisions", "--lot", "btcusdt-1", "--limit", "3", "--json").output)
    rest = json.loads(run("decisions", "--lot", "BTCUSDT-1", "--before", first[-1]["key"], "--json").output)
    assert [each["key"][-1] for each in (*first, *rest)] == ["7", "5", "3", "1"]
    assert f"--before {first[-1]['key']}" in run("decisions", "--lot", "BTCUSDT-1", "--limit", "3").output


def test_decisions_for_spreadsheets(run, store):
    decide(store, made(1))
    (row,) = csv.DictReader(io.StringIO(run("decisions", "--csv").output))
    assert (row["decision"], row["facts"]) == ("SELL_PLACED", "price 70000.10, quantity 0.4995")


def test_a_key_of_another_list(run, store):
    result = run("decisions", "--before", "BTCUSDT-7")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "'BTCUSDT-7' is no key of this list" in result.stderr
