"""`lotkeeper reconcile`."""

import json
from dataclasses import replace
from getpass import getuser

from messages.pair_commands import Reconciled, ReconcilePair

DIFFERS = Reconciled("BTCUSDT", False, 1_700_000_000_000, ("BUY 7 was not known",), "the balance agrees")
WHO = getuser()


def test_what_differs_is_listed_asked_about_and_taken_over(run, service):
    asked = service(ReconcilePair=DIFFERS)
    lines = run("reconcile", "btcusdt", "--why", "a doubt", answer="y\n").output.splitlines()
    assert lines[:2] == ["To be taken over from the exchange:", "BTCUSDT: BUY 7 was not known"]
    assert lines[-3:] == [
        "BTCUSDT: 1 thing differs; taken over from the exchange",
        "  BUY 7 was not known",
        "  the balance agrees",
    ]
    shown = DIFFERS.differences
    assert asked == [
        ReconcilePair("BTCUSDT", True, WHO, "a doubt"),
        ReconcilePair("BTCUSDT", False, WHO, "a doubt", shown),
    ]


def test_without_a_yes_nothing_is_taken_over(run, service):
    asked = service(ReconcilePair=DIFFERS)
    assert run("reconcile", answer="n\n").exit_code == 1
    assert "there is no terminal to ask at; give --yes" in run("reconcile").stderr
    assert asked == [ReconcilePair("BTCUSDT", True, WHO)] * 2


def test_where_nothing_differs_nothing_is_asked(run, service):
    asked = service(ReconcilePair=replace(DIFFERS, differences=()))
    assert run("reconcile").output == "BTCUSDT: nothing differs\n  the balance agrees\n"
    assert asked == [ReconcilePair("BTCUSDT", True, WHO), ReconcilePair("BTCUSDT", False, WHO, shown=())]


def test_a_dry_run_says_that_nothing_was_changed(run, service):
    asked = service(ReconcilePair=Reconciled("BTCUSDT", True, 1, ("one", "two"), "the balance agrees"))
    assert "2 things differ; nothing was changed" in run("reconcile", "--dry-run").output
    assert asked == [ReconcilePair("BTCUSDT", True, WHO)]  # of every configured pair


def test_as_json(run, service):
    service(ReconcilePair=DIFFERS)
    assert json.loads(run("reconcile", "--json", "--yes").output) == [
        {
            "pair": "BTCUSDT",
            "dry_run": False,
            "as_of_ms": 1_700_000_000_000,
            "differences": ["BUY 7 was not known"],
            "money": "the balance agrees",
        }
    ]
