"""What the status says of the lease of a host."""

from actors.monitor.problems import find_problems
from actors.monitor.service_fields import host_lease_fields
from actors.monitor.view import View
from messages.host_lease import HostLeaseReported


def test_the_time_that_is_left_runs_on_between_two_reports():
    report = HostLeaseReported(1_000, "host-a", 7, 6_500, "")
    assert host_lease_fields(report, 2_500) == {
        "holder": "host-a",
        "token": 7,
        "left_seconds": 5.0,
        "trouble": "",
        "age_seconds": 1.5,
    }
    late = host_lease_fields(report, 60_000)
    assert late is not None
    assert late["left_seconds"] == 0


def test_a_host_that_runs_alone_has_none():
    assert host_lease_fields(None, 0) is None
    assert not any("host lease" in each for each in find_problems(View(), 0))


def test_a_lease_that_is_not_renewed_is_a_problem():
    view = View(host_lease=HostLeaseReported(1_000, "host-a", 7, -1, "the server cannot be reached"))
    assert "host lease: the server cannot be reached" in find_problems(view, 1_500)
