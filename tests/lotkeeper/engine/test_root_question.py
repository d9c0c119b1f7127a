"""One question by a process that knows nothing of Thespian, to a system of real processes."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from lotkeeper.engine.errors import (
    ActorGoneError,
    AskError,
    AskFailedError,
    AskTimedOutError,
    NotRunningError,
    OtherLabelError,
    SystemGoneError,
)
from lotkeeper.engine.root_question import ask_root
from lotkeeper.engine.service import RunningSystem, start
from lotkeeper.engine.transport.directory import root_of
from tests.lotkeeper.engine.actors import Begin, CommandedActor, Die, Echo, GetPid, LateEcho
from tests.lotkeeper.engine.conftest import living, wait_for

pytestmark = pytest.mark.e2e

LARGE = "x" * 3_000_000
LIGHT = """
import sys
from pathlib import Path
from lotkeeper.engine.root_question import ask_root
from lotkeeper.engine.asking import Ping
print(type(ask_root(Path(sys.argv[1]), None, Ping(), 10)).__name__)
print([name for name in sys.modules if name.startswith(("thespian", "logging"))])
"""
FEW_DESCRIPTORS = """
import resource, sys
from pathlib import Path
from lotkeeper.engine.asking import Ping
from lotkeeper.engine.errors import EngineError
from lotkeeper.engine.root_question import ask_root
limit = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
try:
    print(type(ask_root(Path(sys.argv[1]), None, Ping(), 10)).__name__)
except EngineError as error:
    print(type(error).__name__, error)
"""


def test_the_root_answers_and_nothing_is_left(system: RunningSystem, directory: Path):
    before = sorted(directory.iterdir())
    for message in ("a", 2, LARGE):
        assert ask_root(directory, None, Echo(message), 10) == message
    assert sorted(directory.iterdir()) == before


def test_thespian_is_not_imported(system: RunningSystem, directory: Path):
    said = subprocess.run([sys.executable, "-c", LIGHT, str(directory)], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == ["Pong", "[]"]


def test_the_errors_are_those_of_an_attached_client(system: RunningSystem, directory: Path):
    with pytest.raises(AskTimedOutError, match=r"no answer to LateEcho within 0\.05 s"):
        ask_root(directory, None, LateEcho("late", 0.3), 0.05)
    with pytest.raises(AskFailedError, match="ValueError: told to"):
        ask_root(directory, None, Die("error"), 10)
    assert ask_root(directory, None, Echo(1), 10) == 1


def test_a_message_that_the_root_cannot_read_is_said_so(system: RunningSystem, directory: Path):
    message = type("OnlyHere", (), {"__module__": __name__})
    globals()["OnlyHere"] = message
    with pytest.raises(AskError, match="OnlyHere"):
        ask_root(directory, None, message(), 1)
    del globals()["OnlyHere"]


def test_a_root_that_dies_over_the_question(system: RunningSystem, directory: Path):
    with pytest.raises((ActorGoneError, SystemGoneError)):
        ask_root(directory, None, Die("SIGKILL"), 60)


def test_a_system_that_dies_over_the_question(directory: Path, no_children_left: None):
    system = start(directory, CommandedActor, Begin())
    root = system.ask(GetPid(), 10)
    admin = psutil.Process(root).ppid()
    killer = threading.Timer(0.2, os.kill, (admin, signal.SIGKILL))
    killer.start()
    with pytest.raises(SystemGoneError, match="has ended"):
        ask_root(directory, None, LateEcho("never", 50), 60)
    killer.join()
    system.stop()


def test_what_does_not_run_is_said_as_by_attach(directory: Path, no_children_left: None):
    with pytest.raises(NotRunningError, match="no system is running"):
        ask_root(directory, None, Echo(1), 1)
    with start(directory, CommandedActor, Begin(), label="teller 1.0"):
        assert ask_root(directory, "teller 1.0", Echo(1), 10) == 1
        with pytest.raises(OtherLabelError, match=r"is teller 1\.0, not teller 2\.0"):
            ask_root(directory, "teller 2.0", Echo(1), 10)
        directory.chmod(0o755)
        with pytest.raises(Exception, match="chmod 700"):
            ask_root(directory, "teller 1.0", Echo(1), 10)
        directory.chmod(0o700)
    with pytest.raises(NotRunningError, match="no system is running"):
        ask_root(directory, "teller 1.0", Echo(1), 1)


@pytest.mark.parametrize("noted", [None, "", "/nowhere/a1-1.sock"])
def test_a_root_that_is_not_noted_is_found_by_asking_the_admin(system: RunningSystem, directory: Path, noted: str):
    (directory / "root").unlink()
    if noted is not None:
        (directory / "root").write_text(noted)
    assert ask_root(directory, None, Echo(1), 10) == 1


def test_the_note_of_a_killed_system_does_no_harm(directory: Path, no_children_left: None):
    system = start(directory, CommandedActor, Begin())
    root, noted = system.ask(GetPid(), 10), root_of(directory) or ""
    os.kill(psutil.Process(root).ppid(), signal.SIGKILL)
    wait_for(lambda: not living([root]))
    with pytest.raises(NotRunningError):
        ask_root(directory, None, Echo(1), 1)
    system.stop()
    assert root_of(directory) is None
    (directory / "root").write_text(noted)
    with start(directory, CommandedActor, Begin()):
        assert root_of(directory) not in (None, noted)
        assert ask_root(directory, None, Echo(1), 10) == 1


@pytest.mark.parametrize("limit", [5, 6, 7, 8, 9, 10, 11])
def test_a_lack_of_descriptors_is_reported(system: RunningSystem, directory: Path, limit: int):
    command = [sys.executable, "-c", FEW_DESCRIPTORS, str(directory), str(limit)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.stdout.strip() == "Pong" or "Too many open files" in said.stdout, said.stdout + said.stderr
    assert system.ask(Echo(1), 10) == 1
