"""`lotkeeper config`."""

import json

import pytest
import yaml

from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from messages.configuration import AskChanges, ChangesReported, ConfigReloaded, KeyChange, ReloadConfig
from tests.cli.commands.test_changes import CHANGE

PROFIT = KeyChange("exit.net_profit_pct", "1", "3")
LEVEL = KeyChange("logs.level", "INFO", "DEBUG")
ETHUSDT = KeyChange("pairs.ETHUSDT", "none", "kept")
SELLS = ChangesReported((CHANGE,))
LINE = "exit.net_profit_pct: 1 -> 3"


def commands(asked):
    """Of each reload that was asked for: whether it was a dry run."""
    return [each.is_dry_run for each in asked if isinstance(each, ReloadConfig)]


def test_what_changes_is_shown_and_asked_about_first(run, service):
    asked = service(ReloadConfig=ConfigReloaded((PROFIT,), (LEVEL,)), AskChanges=SELLS)
    result = run("config", "reload", answer="n\n")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert any(line.split()[:2] == ["BTCUSDT-7", "lk1-7-1"] for line in lines)
    assert LINE in lines
    assert "logs.level: INFO -> DEBUG; takes effect at a restart" in lines
    assert "standing SELLs to cancel and to place again: 1" in lines
    assert commands(asked) == [True]


def test_with_yes_it_is_done(run, service):
    asked = service(ReloadConfig=ConfigReloaded((PROFIT,), ()), AskChanges=SELLS)
    assert run("config", "reload", "--yes").exit_code == 0
    assert commands(asked) == [True, False]


def test_a_dry_run_only_says_it(run, service):
    asked = service(ReloadConfig=ConfigReloaded((PROFIT,), ()), AskChanges=SELLS)
    result = run("config", "reload", "--dry-run")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "nothing was changed")
    assert (LINE in result.output, "BTCUSDT-7" in result.output) == (True, True)
    assert commands(asked) == [True]


def test_programs_have_to_give_yes_and_get_one_document(run, service):
    service(ReloadConfig=ConfigReloaded((PROFIT,), (LEVEL,)), AskChanges=SELLS)
    refused = run("config", "reload", "--json")
    assert (refused.exit_code, "--yes" in json.loads(refused.output)["error"]) == (1, True)
    assert json.loads(run("config", "reload", "--json", "--yes").output) == {
        "dry_run": False,
        "in_force": [{"key": "exit.net_profit_pct", "before": "1", "now": "3"}],
        "at_restart": [{"key": "logs.level", "before": "INFO", "now": "DEBUG"}],
        "sells": [CHANGE],
    }


def test_where_nothing_differs_nothing_is_asked(run, service):
    asked = service(ReloadConfig=ConfigReloaded((), ()))
    assert run("config", "reload").output == "the running service has this configuration already\n"
    assert commands(asked) == [True]


def test_what_waits_for_a_restart_alone_is_named_and_not_asked_about(run, service):
    asked = service(ReloadConfig=ConfigReloaded((), (LEVEL,)))
    result = run("config", "reload")
    assert result.output.splitlines() == [
        "logs.level: INFO -> DEBUG; takes effect at a restart",
        "nothing of it can change while the service runs",
    ]
    assert commands(asked) == [True]


def test_sells_of_a_pair_that_waits_for_a_restart_are_not_looked_at(run, service):
    waiting = KeyChange("pairs.BTCUSDT", "none", "kept")
    asked = service(ReloadConfig=ConfigReloaded((PROFIT,), (waiting,)), AskChanges=ChangesReported(()))
    assert "place again: none" in run("config", "reload", "--dry-run").output
    assert [each.policies for each in asked if isinstance(each, AskChanges)] == [()]


def test_a_file_with_problems_changes_nothing_and_tells_all(run, service, config):
    asked = service(ReloadConfig=ConfigReloaded((PROFIT,), ()))
    config.write_text("exit: {net_profit_pct: abc, dust: mud}\npairs: {BTCUSDT: }\n")
    result = run("config", "reload", "--yes")
    assert (result.exit_code, len(result.stderr.splitlines()), asked) == (2, 2, [])


@pytest.mark.parametrize(("error", "code"), [(ServiceError("it starts"), 1), (ServiceNotRunningError("no"), 3)])
def test_a_service_that_does_not_answer(run, service, error, code):
    service(ReloadConfig=error)
    assert run("config", "reload", "--yes").exit_code == code


def test_the_whole_configuration_is_shown_with_defaults(run, config):
    result = run("config", "show")
    document = yaml.safe_load(result.output)
    assert document["exit"]["net_profit_pct"] == "0.5"
    assert document["pairs"] == {"BTCUSDT": {}}
    assert json.loads(run("config", "show", "--json").output) == document


def test_a_configuration_is_checked_without_the_service(run, config):
    assert run("config", "check").output == "config.yaml: no problem; pairs: BTCUSDT\n"
    assert json.loads(run("config", "check", "--json").output) == {"file": "config.yaml", "pairs": ["BTCUSDT"]}
    config.write_text("exit: {dust: mud}\npairs: {}\n")
    result = run("config", "check")
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 2)
