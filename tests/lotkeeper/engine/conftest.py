import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lotkeeper.engine.service import RunningSystem, start
from tests.lotkeeper.engine.actors import Begin, ChildActor, CommandedActor, Create


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


def _descendants() -> list[int]:
    return [each.pid for each in psutil.Process().children(recursive=True)]


@pytest.fixture
def directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lk-") as parent:
        yield Path(parent) / "system"


@pytest.fixture
def no_children_left() -> Iterator[None]:
    before = {each.pid for each in psutil.Process().children(recursive=True)}
    yield
    left = [each for each in psutil.Process().children(recursive=True) if each.pid not in before]
    assert not left, f"processes left behind: {left}"


@pytest.fixture
def system(directory: Path, no_children_left: None) -> Iterator[RunningSystem]:
    others = set(_descendants())  # such as an exchange that all tests of this process share
    with start(directory, CommandedActor, Begin()) as running:
        yield running
        processes = [each for each in _descendants() if each not in others]
    assert not living(processes)
    assert list(directory.glob("*.sock")) == []
