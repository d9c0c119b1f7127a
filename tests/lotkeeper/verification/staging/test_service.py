"""A staged service as a process: it is started, found by its mark, stopped and killed."""

import os
import sys
from pathlib import Path

import pytest

from lotkeeper.verification.staging.service import StagedService
from lotkeeper.verification.staging.waiting import wait_for

MODULE = """\
import os, signal, sys, time
print("started", *sys.argv[1:], flush=True)
if "stubborn" in os.environ["KIND"]:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(60 if "ends" not in os.environ["KIND"] else 0)
sys.exit(5)
"""


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Starts a module in place of the service, and returns when it runs."""
    (tmp_path / "staged_module.py").write_text(MODULE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("LOTKEEPER_LOGS__LEVEL", "DEBUG")
    services: list[StagedService] = []

    def started(kind: str, **more: bool) -> StagedService:
        monkeypatch.setenv("KIND", kind)
        mark, output = f"test-{os.getpid()}-{kind}", tmp_path / "service.out"
        service = StagedService(tmp_path / "config.yaml", {"SECRET": "x"}, output, mark, module="staged_module", **more)
        services.append(service)
        service.start()
        wait_for("it runs", lambda: "started" in service.output())
        return service

    yield started
    for service in services:
        service.stop(0.1)


def test_it_runs_with_its_own_variables_and_no_other_of_lotkeeper(start):
    service = start("plain")
    (process,) = service.processes(sys.executable)
    assert process.pid == service.pid
    variables = Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
    assert b"SECRET=x" in variables
    assert not [each for each in variables if each.startswith(b"LOTKEEPER_")]
    assert "--quiet" in service.output()
    assert service.exit_code() is None
    service.stop()
    assert service.processes() == []


def test_its_logs_may_go_to_its_output(start):
    assert "--quiet" not in start("plain", is_quiet=False).output()


def test_one_that_does_not_stop_in_time_is_killed(start):
    service = start("stubborn")
    service.stop(0.2)
    assert service.processes() == []


def test_a_kill_returns_when_no_process_is_left(start):
    service = start("stubborn")
    service.kill()
    assert service.processes() == []


def test_one_that_ended_by_itself_has_an_exit_code(start):
    service = start("ends")
    assert wait_for("its end", service.exit_code) == 5
