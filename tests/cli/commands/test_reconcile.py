"""`lotkeeper reconcile`."""

import json

from messages.pair_commands import Reconciled, ReconcilePair

DIFFERS = Reconciled("BTCUSDT", False, 1_700_000_000_000, ("BUY 7 was not known",), "the balance agrees")


def test_what_differs_is_listed(run, service):
    asked = service(ReconcilePair=DIFFERS)
    assert run("reconcile", "btcusdt").output == (
        "BTCUSDT: 1 thing differs; taken over from the exchange\n  BUY 7 was not known\n  the balance agrees\n"
    )
    assert asked == [ReconcilePair("BTCUSDT", False)]


def test_a_dry_run_says_that_nothing_was_changed(run, service):
    asked = service(ReconcilePair=Reconciled("BTCUSDT", True, 1, ("one", "two"), "the balance agrees"))
    assert "2 things differ; nothing was changed" in run("reconcile", "--dry-run").output
    assert asked == [ReconcilePair("BTCUSDT", True)]  # of every configured pair


def test_as_json(run, service):
    service(ReconcilePair=DIFFERS)
    assert json.loads(run("reconcile", "--json").output) == [
        {
            "pair": "BTCUSDT",
            "dry_run": False,
            "as_of_ms": 1_700_000_000_000,
            "differences": ["BUY 7 was not known"],
            "money": "the balance agrees",
        }
    ]
