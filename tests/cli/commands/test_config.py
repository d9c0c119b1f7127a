"""`lotkeeper config`."""

import json
from getpass import getuser

import pytest
import yaml

from actors.ledger.positions import position
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from messages.configuration import AskChanges, ChangesReported, ConfigReloaded, KeyChange, ReloadConfig
from messages.control import AskPositions, PositionsReported
from tests.cli.commands.test_changes import CHANGE
from tests.cli.conftest import CONFIG
from tests.persistence.lots import lot

PROFIT = KeyChange("exit.net_profit_pct", "1", "3")
KEPT = KeyChange("logs.keep", "14", "3")
ETHUSDT = KeyChange("pairs.ETHUSDT", "none", "kept")
SELLS = ChangesReported((CHANGE,))
LINE = "exit.net_profit_pct: 1 -> 3"


def commands(asked):
    """Of each reload that was asked for: whether it was a dry run."""
    return [each.is_dry_run for each in asked if isinstance(each, ReloadConfig)]


def test_what_changes_is_shown_and_asked_about_first(run, service):
    asked = service(ReloadConfig=ConfigReloaded((PROFIT,), (KEPT,)), AskChanges=SELLS)
    result = run("config", "reload", answer="n\n")
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert any(line.split()[:2] == ["BTCUSDT-7", "lk1-7-1"] for line in lines)
    assert LINE in lines
    assert "logs.keep: 14 -> 3; takes effect at a restart" in lines
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
    service(ReloadConfig=ConfigReloaded((PROFIT,), (KEPT,)), AskChanges=SELLS)
    refused = run("config", "reload", "--json")
    assert (refused.exit_code, "--yes" in json.loads(refused.output)["error"]) == (1, True)
    assert json.loads(run("config", "reload", "--json", "--yes").output) == {
        "dry_run": False,
        "in_force": [{"key": "exit.net_profit_pct", "before": "1", "now": "3"}],
        "at_restart": [{"key": "logs.keep", "before": "14", "now": "3"}],
        "sells": [CHANGE],
        "added": [],
        "removed": [],
        "ended": [],
    }


def test_where_nothing_differs_nothing_is_asked(run, service):
    asked = service(ReloadConfig=ConfigReloaded((), ()))
    assert run("config", "reload").output == "the running service has this configuration already\n"
    assert commands(asked) == [True, False]


def test_how_a_pair_has_ended_is_told_where_an_earlier_command_had_no_answer(run, service):
    service(ReloadConfig=ConfigReloaded((), (), ("ETHUSDT is not kept any more",)))
    lines = run("config", "reload").output.splitlines()
    assert lines == ["ETHUSDT is not kept any more", "the running service has this configuration already"]


def test_what_waits_for_a_restart_alone_is_named_and_not_asked_about(run, service):
    asked = service(ReloadConfig=ConfigReloaded((), (KEPT,)))
    result = run("config", "reload")
    assert result.output.splitlines() == [
        "logs.keep: 14 -> 3; takes effect at a restart",
        "nothing of it can change while the service runs",
    ]
    assert commands(asked) == [True]


def test_of_a_pair_that_is_added_no_sells_are_looked_at(run, service, config):
    config.write_text(CONFIG + "  ETHUSDT: {}\n")
    asked = service(ReloadConfig=ConfigReloaded((ETHUSDT,), ()), AskChanges=ChangesReported(()))
    output = run("config", "reload", "--dry-run").output
    assert "ETHUSDT is added: what is bought from now on is kept; what was bought before is yours" in output
    assert [[symbol for symbol, _ in each.policies] for each in asked if isinstance(each, AskChanges)] == [["BTCUSDT"]]


def test_what_becomes_of_a_pair_that_is_taken_out_is_said_before(run, service):
    gone = KeyChange("pairs.ETHUSDT", "kept", "none")
    lots = PositionsReported((position(lot(7)), position(lot(8, orders=()))))
    ended = ConfigReloaded((gone,), (), ("ETHUSDT is not kept any more",))
    asked = service(ReloadConfig=ended, AskChanges=ChangesReported(()), AskPositions=lots)
    output = run("config", "reload", "--why", "enough", answer="y\n").output
    assert "ETHUSDT is taken out with 2 open lots: 1 SELL stays on the exchange's book" in output
    assert output.index("Do it?") < output.rindex("ETHUSDT is not kept any more")
    assert AskPositions("ETHUSDT", True, 100_000) in asked
    assert (asked[-1].who, asked[-1].why, asked[-1].shown) == (getuser(), "enough", ended)
    found = json.loads(run("config", "reload", "--yes", "--json").output)
    assert found["removed"] == [{"pair": "ETHUSDT", "open_lots": 2, "sells": 1, "lots_without_sell": 1}]
    assert found["ended"] == ["ETHUSDT is not kept any more"]
    assert asked[-1].shown is None


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
