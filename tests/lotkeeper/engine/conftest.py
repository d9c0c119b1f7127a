import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lotkeeper.engine.service import RunningSystem, start
from tests.lotkeeper.engine.actors import Begin, ChildActor, CommandedActor, Create
from tests.processes import NewProcesses


def wait_for(condition: Callable[[], object], seconds: float = 90.0, every: float = 0.005) -> object:
    """Waits until the condition is true and returns its value; fails the test when that takes too long."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "did not come true in time"
        time.sleep(every)
    return found


def living(pids: list[int]) -> list[int]:
    """Those of the processes that run; a zombie does not."""
    return [each for each in pids if psutil.pid_exists(each) and _runs(each)]


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def new_actor(system: RunningSystem) -> tuple[object, int]:
    """A new actor that the root makes: its address and process id."""
    return system.ask(Create(ChildActor.__name__), 90)


def ask(system: RunningSystem, address: object, message: object, seconds: float = 90.0) -> object:
    return system._client.ask(address, message, seconds)


@pytest.fixture
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lk-") as parent:
        yield Path(parent) / "system"


@pytest.fixture
def no_children_left() -> Iterator[NewProcesses]:
    """The processes of the test; none may be left at its end."""
    new = NewProcesses()
    yield new
    left = new.all()
    assert not left, f"processes left behind: {left}"


@pytest.fixture
def system(directory: Path, no_children_left: NewProcesses) -> Iterator[RunningSystem]:
    with start(directory, CommandedActor, Begin()) as running:
        yield running
    assert no_children_left.running() == []
    assert list(directory.glob("*.sock")) == []
