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

BEGINS_WITH_A_LEVEL = """if True:
    import signal, sys
    from lotkeeper.service.level_note import LevelNote
    note = LevelNote(int(sys.argv[sys.argv.index("--log-level-fd") + 1]))
    sys.exit({"": 1, "DEBUG": 7, "ERROR": 9}[note.read()])
"""
WAITS_FOR_A_LEVEL = BEGINS_WITH_A_LEVEL.replace("sys.exit", "signal.sigwait({signal.SIGUSR1})\n    sys.exit")


def ended(web: WebProcess) -> bool:
    assert web._process is not None
    return web._process.poll() is not None


def end_code(web: WebProcess) -> int:
    wait_for("its end", lambda: ended(web))
    assert web._process is not None
    return int(web._process.returncode)


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


SAYS_ITS_LEVEL = """if True:
    import signal, sys
    from lotkeeper.service.level_note import LevelNote
    note = LevelNote.of(int(sys.argv[sys.argv.index("--log-level-fd") + 1]))
    if not note.read():
        signal.sigwait({signal.SIGUSR1})
    sys.exit({"": 1, "DEBUG": 7, "ERROR": 9}[note.read()])
"""


def test_one_that_does_not_listen_yet_takes_a_level_over_once_it_does() -> None:
    web = WebProcess([sys.executable, "-c", WAITS_FOR_A_LEVEL])
    web.look_after(0.0)
    web.log_from("DEBUG")
    assert end_code(web) == 7
    assert signal.SIGUSR1 not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_one_that_is_started_again_begins_with_the_level_that_was_set() -> None:
    web = WebProcess([sys.executable, "-c", BEGINS_WITH_A_LEVEL])
    web.look_after(0.0)
    assert end_code(web) == 1
    web.log_from("ERROR")  # it has ended: nobody is told
    web.look_after(0.0)
    web.look_after(1.0)
    assert end_code(web) == 9


def test_it_ends_when_it_is_stopped() -> None:
    web = WebProcess(LASTS)
    web.look_after(0.0)
    process = web._process
    web.stop()
    assert process is not None
    assert process.returncode is not None
    web.stop()  # a second time does nothing
