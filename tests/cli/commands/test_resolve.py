"""`lotkeeper resolve`."""

import json
from dataclasses import replace
from getpass import getuser

import pytest

from messages.control import AskStatus, CommandDone, StatusReported
from messages.pair_commands import ResolveOrder
from tests.cli.views.rendering import sample_status

ORDER = {
    "lot": "BTCUSDT-7",
    "order": "lk1-7-1",
    "what": "SELL",
    "evidence": "no reply",
    "age_seconds": 12.3,
    "asked": 3,
    "next_question_seconds": 2.5,
    "may_arrive_seconds": 8.0,
}


def status(*orders):
    document = sample_status()
    document["pairs"]["BTCUSDT"]["in_doubt"] = list(orders)
    return StatusReported(document)


def test_without_an_order_all_of_unknown_outcome_are_shown(run, service):
    asked = service(AskStatus=status(ORDER))
    assert run("resolve").output == (
        "BTCUSDT-7: SELL lk1-7-1 unknown for 12 s: no reply; asked 3 times, asking again in 2.5 s; "
        "it may still arrive for 8 s\n"
    )
    assert json.loads(run("resolve", "--json").output) == [{"pair": "BTCUSDT", **ORDER}]
    assert asked == [AskStatus(), AskStatus()]


def test_when_every_outcome_is_known_it_says_so(run, service):
    service(AskStatus=status())
    assert run("resolve").output == "the outcome of every order is known\n"


@pytest.mark.parametrize(
    ("words", "found_id", "verdict"),
    [
        (["--found", "41"], 41, "is order 41"),
        (["--never-arrived"], None, "never arrived; its coins can be sold again"),
    ],
)
def test_a_settled_order_is_confirmed_and_sent(run, service, words, found_id, verdict):
    asked = service(AskStatus=status(ORDER), ResolveOrder=CommandDone("settled"))
    result = run("resolve", "lk1-7-1", *words, answer="y\n")
    assert f"You say that SELL lk1-7-1 {verdict}." in result.output
    assert result.output.endswith("settled\n")
    planned = ResolveOrder("BTCUSDT", "lk1-7-1", found_id, getuser(), is_dry_run=True)
    assert asked == [AskStatus(), planned, replace(planned, is_dry_run=False, shown="settled")]


def test_without_a_yes_nothing_is_settled(run, service):
    asked = service(AskStatus=status(ORDER), ResolveOrder=CommandDone("settled"))
    assert run("resolve", "lk1-7-1", "--never-arrived", answer="n\n").exit_code == 1
    assert run("resolve", "lk1-7-1", "--never-arrived", "--dry-run").output == "settled\n"
    refused = run("resolve", "lk1-7-1", "--never-arrived", "--json")
    assert (refused.exit_code, "with --json give --yes" in refused.output) == (1, True)
    assert all(each.is_dry_run for each in asked if isinstance(each, ResolveOrder))


def test_an_order_whose_outcome_is_known_is_refused(run, service):
    service(AskStatus=status(ORDER))
    refused = run("resolve", "lk1-8-1", "--never-arrived", "--yes")
    assert refused.exit_code == 1
    assert refused.stderr == (
        "Error: lk1-8-1 is not an order of unknown outcome; these are: lk1-7-1; did you mean lk1-7-1?\n"
    )


def test_both_verdicts_at_once_are_a_wrong_usage(run, service):
    assert run("resolve", "lk1-7-1", "--found", "41", "--never-arrived").exit_code == 2
