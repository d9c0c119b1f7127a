"""How the launcher looks after the process of the HTTP server."""

import logging
import signal
import sys
from pathlib import Path

import pytest

from lotkeeper.service.web_process import WebProcess, web_process
from lotkeeper.verification.staging.waiting import wait_for
from tests.lotkeeper.service.test_configuration import write_config

ENDS = [sys.executable, "-c", "raise SystemExit(3)"]
LASTS = [sys.executable, "-c", "import time; time.sleep(60)"]


def ended(web: WebProcess) -> bool:
    assert web._process is not None
    return web._process.poll() is not None


def test_without_a_port_there_is_none(tmp_path: Path) -> None:
    config, path = write_config(tmp_path)
    assert web_process(config, path) is None


def test_one_that_ends_is_started_again_later_each_time(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "lotkeeper.launcher")
    web, now_s = WebProcess(ENDS), 100.0
    for pause_s in (1.0, 2.0, 4.0):
        web.look_after(now_s)
        wait_for("its end", lambda: ended(web))
        web.look_after(now_s)
        web.look_after(now_s + pause_s - 0.1)
        assert web._process is None
        now_s += pause_s
    assert [record.getMessage() for record in caplog.records] == [
        f"the HTTP server ended with code 3; it is started again in {pause} s" for pause in (1, 2, 4)
    ]


def test_one_that_ran_for_long_is_started_again_soon() -> None:
    web = WebProcess(ENDS)
    web._pause_s = 60.0
    web.look_after(0.0)
    wait_for("its end", lambda: ended(web))
    web.look_after(61.0)
    web.look_after(62.0)
    assert web._process is not None
    web.stop()


def test_a_command_that_cannot_be_run_is_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    web = WebProcess([str(tmp_path / "missing")])
    web.look_after(0.0)
    assert "cannot be started: No such file or directory" in caplog.text
    assert web._process is None


def test_one_that_does_not_listen_yet_reads_the_configuration_again_once_it_does() -> None:
    script = """if True:
        import signal, sys, time
        signal.signal(signal.SIGUSR1, lambda *_: sys.exit(7))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
        time.sleep(60)
    """
    web = WebProcess([sys.executable, "-c", script])
    web.look_after(0.0)
    web.read_again()
    wait_for("its end", lambda: ended(web))
    assert web._process is not None
    assert web._process.returncode == 7
    assert signal.SIGUSR1 not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_it_ends_when_it_is_stopped() -> None:
    web = WebProcess(LASTS)
    web.look_after(0.0)
    process = web._process
    web.stop()
    assert process is not None
    assert process.returncode is not None
    web.stop()  # a second time does nothing
