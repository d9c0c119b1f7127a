"""`lotkeeper status`."""

import json

from lotkeeper.service import standby_note
from lotkeeper.service.errors import ServiceNotRunningError
from messages.control import AskStatus, StatusReported
from tests.cli.views.rendering import sample_status


def test_status_for_people_and_for_programs(run, service):
    asked = service(AskStatus=StatusReported(sample_status()))
    assert "BTCUSDT" in run("status").output
    assert json.loads(run("status", "--json").output) == sample_status()
    assert asked == [AskStatus(), AskStatus()]


def test_a_host_that_waits_for_its_turn_says_so(run, service, monkeypatch):
    service(AskStatus=ServiceNotRunningError("lotkeeper is not running with this configuration: no socket"))
    assert run("status").exit_code == 3
    monkeypatch.setattr(standby_note, "read_standby_note", lambda _: "standby: host a holds the lease (7)")
    shown = run("status")
    assert (shown.exit_code, shown.output) == (0, "standby: host a holds the lease (7)\n")
    assert json.loads(run("status", "--json").output) == {
        "health": "standby",
        "waits": "standby: host a holds the lease (7)",
    }
