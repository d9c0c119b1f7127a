"""`lotkeeper adopt` and `lotkeeper release`."""

import json
from dataclasses import replace
from decimal import Decimal as D
from getpass import getuser

import pytest

from messages.control import CommandDone
from messages.pair_commands import AdoptCoins, AdoptOrder, AdoptSince, ReleaseLot


def test_the_plan_is_shown_confirmed_and_carried_out(run, service):
    asked = service(AdoptOrder=CommandDone("0.5 BTC of order 7"))
    result = run("adopt", "btcusdt", "--order", "7", answer="y\n")
    assert "To be adopted: 0.5 BTC of order 7." in result.output
    planned = AdoptOrder("BTCUSDT", 7, True, getuser())
    assert asked == [planned, replace(planned, is_dry_run=False, shown="0.5 BTC of order 7")]


def test_a_no_changes_nothing(run, service):
    asked = service(AdoptOrder=CommandDone("0.5 BTC of order 7"))
    assert run("adopt", "BTCUSDT", "--order", "7", answer="n\n").exit_code == 1
    assert asked == [AdoptOrder("BTCUSDT", 7, True, getuser())]


def test_with_yes_nothing_is_asked(run, service):
    asked = service(AdoptSince=CommandDone("3 lots adopted"))
    result = run("adopt", "BTCUSDT", "--since", "2026-01-31", "--yes", "--json")
    assert json.loads(result.output) == {"done": "3 lots adopted"}
    assert asked == [AdoptSince("BTCUSDT", 1_769_817_600_000, False, getuser())]


def test_coins_have_a_quantity_and_a_cost(run, service):
    asked = service(AdoptCoins=CommandDone("adopted"))
    assert run("adopt", "BTCUSDT", "--quantity", "0.5", "--cost", "30000", "--yes").exit_code == 0
    (message,) = asked
    assert isinstance(message, AdoptCoins)
    assert (message.symbol, message.quantity, message.cost) == ("BTCUSDT", D("0.5"), D(30000))


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--order", "7", "--since", "2026-01-31"),
        ("--quantity", "1"),
        ("--quantity", "0", "--cost", "1"),
        ("--quantity", "one", "--cost", "1"),
        ("--since", "2999-01-01"),
    ],
)
def test_what_cannot_be_adopted_is_a_wrong_usage(run, service, words):
    asked = service()
    assert run("adopt", "BTCUSDT", *words).exit_code == 2
    assert asked == []


def test_a_lot_is_released(run, service):
    asked = service(ReleaseLot=CommandDone("BTCUSDT-7 is released"))
    assert run("release", "btcusdt-7", "--yes").output == "BTCUSDT-7 is released\n"
    assert asked == [ReleaseLot("BTCUSDT", "BTCUSDT-7", False, getuser())]


@pytest.mark.parametrize("words", ["adopt BTCUSDT --order 7", "dismiss BTCUSDT", "release BTCUSDT-7"])
def test_a_dry_run_only_says_it(run, service, words):
    done = CommandDone("0.5 BTC")
    asked = service(AdoptOrder=done, DismissCoins=done, ReleaseLot=done)
    found = json.loads(run(*words.split(), "--dry-run", "--json").output)["done"]
    assert (found.startswith("To be "), found.endswith(": 0.5 BTC")) == (True, True)
    assert [each.is_dry_run for each in asked] == [True]


def test_what_is_not_the_name_of_a_lot_is_refused(run, service):
    refused = run("release", "BTCUSDT", "--yes")
    assert (refused.exit_code, "is not the name of a lot" in refused.stderr) == (1, True)
