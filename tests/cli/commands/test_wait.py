"""`lotkeeper wait`."""

import json

from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from messages.control import StatusReported
from tests.actors.monitor import reports
from tests.cli.views.rendering import sample_status


def status(**changes):
    return StatusReported(sample_status(symbols=("BTCUSDT",), pairs={"BTCUSDT": reports.pair(**changes)}))


def test_it_ends_when_every_pair_is_proven(run, service):
    service(AskStatus=status())
    assert run("wait", "--proven").output == "proven complete: BTCUSDT\n"
    assert json.loads(run("wait", "--proven", "--pair", "btcusdt", "--json").output) == {"proven": ["BTCUSDT"]}


def test_what_is_not_proven_in_time_is_named(run, service):
    service(AskStatus=status(watch_only="another keeper"))
    result = run("wait", "--proven", "--timeout", "0")
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: not proven within 0 s: BTCUSDT: watch-only: another keeper\n",
    )


def test_a_monitor_that_restarts_is_waited_for(run, service):
    service(AskStatus=ServiceError("the monitor is being restarted; try again in a moment"))
    assert "the status: it cannot be asked for yet" in run("wait", "--proven", "--timeout", "0").stderr


def test_a_service_that_does_not_run_is_not(run, service):
    service(AskStatus=ServiceNotRunningError("lotkeeper is not running with this configuration"))
    assert run("wait", "--proven").exit_code == 3


def test_it_has_to_be_said_what_for(run, config):
    assert run("wait").exit_code == 2
    refused = run("wait", "--proven", "--pair", "BTCUSD")
    assert (refused.exit_code, "configured: BTCUSDT" in refused.stderr) == (1, True)
