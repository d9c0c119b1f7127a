"""`lotkeeper kill-switch`."""

import getpass
import json
from types import SimpleNamespace

import pytest

from actors.monitor.status import status_document
from lotkeeper.service.documents.kill_switch import kill_switch_line, plan
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from lotkeeper.trading.halts import Halt
from messages.control import CommandDone, SetKillSwitch
from tests.actors.monitor import reports

DONE = CommandDone("the kill switch is on")


def status(*, is_on: bool = False) -> SimpleNamespace:
    halt = Halt(is_on, 1_700_000_000_000, who="kim", why="a fork")
    view = reports.view(gateway=reports.gateway(kill_switch=halt))
    return SimpleNamespace(document=status_document(view, reports.NOW_MS))


def test_on_acts_at_once(run, service):
    """It is for an emergency, and for a script without a terminal: a question would stand in its way."""
    asked = service(SetKillSwitch=DONE)
    assert run("kill-switch", "on", "--why", "maintenance").output == "the kill switch is on\n"
    assert run("kill-switch", "on", "--yes", "--json").exit_code == 0
    assert asked == [SetKillSwitch(True, getpass.getuser(), why) for why in ("maintenance", "")]


def test_off_says_what_will_happen_and_asks(run, service):
    asked = service(AskStatus=status(is_on=True), SetKillSwitch=DONE)
    result = run("kill-switch", "off", answer="y\n")
    assert "From now on orders are placed again on 2 pairs" in result.output
    assert asked[-1] == SetKillSwitch(False, getpass.getuser(), "", 1_700_000_000_000)


def test_without_a_yes_nothing_is_done(run, service):
    asked = service(AskStatus=status(is_on=True))
    assert run("kill-switch", "off", answer="n\n").exit_code == 1
    assert "there is no terminal to ask at; give --yes" in run("kill-switch", "off").stderr
    assert run("kill-switch", "off", "--json").exit_code == 1
    assert {type(each).__name__ for each in asked} == {"AskStatus"}


def test_a_dry_run_only_says_it(run, service):
    service(AskStatus=status())
    done = json.loads(run("kill-switch", "on", "--dry-run", "--json").output)["done"]
    assert done.startswith("the kill switch is off since 2023-11-14 22:13:20 UTC, by kim (a fork).")


def test_it_works_without_a_status(run, service):
    """The Monitor may be what is broken."""
    service(AskStatus=ServiceError("the monitor is being restarted"), SetKillSwitch=DONE)
    assert run("kill-switch", "off", answer="y\n").exit_code == 0
    service(AskStatus=ServiceNotRunningError("it is not running"))
    assert run("kill-switch", "off", answer="y\n").exit_code == 3


def test_without_a_word_it_says_how_it_is(run, service):
    service(AskStatus=status(is_on=True))
    assert run("kill-switch").output.startswith("the kill switch is on since 2023-11-14 22:13:20 UTC, by kim (a fork)")
    found = json.loads(run("kill-switch", "--json").output)
    assert found == {"on": True, "since": "2023-11-14T22:13:20.000+00:00", "who": "kim", "why": "a fork"}


def test_another_word_is_a_usage_error(run, service):
    service()
    refused = run("kill-switch", "of")
    assert (refused.exit_code, "'of' is not one of 'on', 'off'" in refused.stderr) == (2, True)


@pytest.mark.parametrize("is_on", [True, False])
def test_the_plan_without_a_status_has_no_numbers_of_it(is_on):
    assert plan({}, is_on=is_on).startswith("From now on")
    assert "not said yet" in kill_switch_line(None)
