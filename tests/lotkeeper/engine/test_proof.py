"""The guarantees of the engine under load and while processes are killed, with real processes.

In small as part of all tests; in full with `make proof`, which takes some minutes.
"""

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lotkeeper.engine.errors import NotRunningError, SystemGoneError
from lotkeeper.engine.service import RunningSystem, attach, start
from lotkeeper.engine.transport import outgoing
from tests.lotkeeper.engine.actors import Begin, CommandedActor, GetStarts
from tests.lotkeeper.engine.conftest import ask, living, new_actor, wait_for
from tests.lotkeeper.engine.messages import (
    CollectDeadLetters,
    CountNumbers,
    Echo,
    GetDeadLetters,
    GetNumbers,
    GetPeakMemory,
    SendNumbers,
    SendUntilAccepted,
    SetDelay,
    WriteTo,
)

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]
IN_FULL = bool(os.environ.get("LOTKEEPER_PROOF"))


def size(small: int, full: int) -> int:
    return full if IN_FULL else small


def all_in_order(system: RunningSystem, address: object, count: int) -> None:
    wait_for(lambda: ask(system, address, CountNumbers())[0] == count, 300, every=0.05)
    assert [each.value for each in ask(system, address, GetNumbers())] == list(range(count))


def test_two_way_traffic_stays_in_order(system: RunningSystem):
    """400,000 messages between five pairs, in bursts of 20 every 2 ms, both ways."""
    each_way = size(2_000, 40_000)
    pairs = [(new_actor(system)[0], new_actor(system)[0]) for _ in range(5)]
    for left, right in pairs:
        system.send_to(left, SendNumbers([right], each_way, burst=20, every=0.002))
        system.send_to(right, SendNumbers([left], each_way, burst=20, every=0.002))
    for one in itertools.chain(*pairs):
        all_in_order(system, one, each_way)


def test_floods_both_ways_at_once(system: RunningSystem):
    count = size(10_000, 50_000)
    left, right = new_actor(system)[0], new_actor(system)[0]
    system.send_to(left, SendNumbers([right], count))
    system.send_to(right, SendNumbers([left], count))
    for one in (left, right):
        all_in_order(system, one, count)


@pytest.mark.long
def test_nothing_is_lost_at_a_slow_receiver_and_memory_is_bounded(directory: Path, monkeypatch, no_children_left: None):
    """100,000 messages to a receiver that takes 1 ms for each: what is refused is reported, and sent again."""
    count = size(5_000, 100_000)
    if not IN_FULL:
        monkeypatch.setattr(outgoing, "MAX_WAITING", 1_000)
    with start(directory, CommandedActor, Begin()) as system:
        slow, _ = new_actor(system)
        sender, _ = new_actor(system)
        before = ask(system, sender, GetPeakMemory())
        system.send_to(slow, SetDelay(0.001))
        ask(system, sender, SendUntilAccepted(slow, count), 60)
        wait_for(lambda: ask(system, slow, CountNumbers(), 600)[1] == count, 600, every=0.5)
        assert ask(system, slow, CountNumbers()) == (count, count)
        assert ask(system, sender, GetDeadLetters())[1], "nothing was refused: nothing was shown"
        assert ask(system, sender, GetPeakMemory()) - before < 200


@pytest.mark.long
def test_a_stopped_receiver_among_fifty_does_not_delay_the_others(system: RunningSystem):
    count = size(300, 3_000)
    actors = [new_actor(system) for _ in range(50)]
    sender, _ = new_actor(system)
    stopped, pid = actors[17]
    os.kill(pid, signal.SIGSTOP)
    addresses = [address for address, _ in actors]
    system.send_to(sender, SendNumbers(addresses, count, burst=1, every=0.01))
    for address in addresses:
        if address is not stopped:
            all_in_order(system, address, count)
    os.kill(pid, signal.SIGCONT)
    all_in_order(system, stopped, count)


def test_every_message_is_handled_or_a_dead_letter_however_often_an_actor_is_killed(
    system: RunningSystem, tmp_path: Path
):
    office, _ = new_actor(system)
    sender, _ = new_actor(system)
    ask(system, office, CollectDeadLetters())
    count = 2_000
    for trial in range(size(5, 50)):
        victim, pid = new_actor(system)
        noted = tmp_path / f"handled-{trial}"
        ask(system, victim, WriteTo(str(noted)))
        system.send_to(victim, SetDelay(0.0001))
        ask(system, sender, SendNumbers([victim], count, series=f"{trial}"))
        wait_for(lambda file=noted, least=30 * trial: len(file.read_text().split()) > least)
        os.kill(pid, signal.SIGKILL)

        def accounted(file: Path = noted, series: str = f"{trial}") -> list[int]:
            handled = [int(each) for each in file.read_text().split()]
            dead = [each.value for each in ask(system, office, GetDeadLetters())[0] if each.series == series]
            return handled + dead if set(handled + dead) == set(range(count)) else []

        assert len(wait_for(accounted)) <= count + 1, "only the message that was being handled can be on both sides"


LAUNCHER = """
import json, signal, sys
from pathlib import Path
from lotkeeper.engine.errors import EngineError
from lotkeeper.engine.service import start
from tests.lotkeeper.engine.actors import Begin, GetStarts, ParentActor, SuperviseChild
for each in (signal.SIGINT, signal.SIGHUP, signal.SIGUSR2):
    signal.signal(each, lambda number, frame: print("the launcher's handler was called in a child"))
system = start(Path(sys.argv[1]), ParentActor, Begin())
for key in "abc":
    system.send(SuperviseChild(key, restarts=1000))
while len({each.key for each in system.ask(GetStarts(), 20)[0]}) < 3:
    pass
print(json.dumps(True), flush=True)
try:
    while True:
        system.listen(1.0)
        system.ping(1.0)
except EngineError:
    system.stop()
    sys.exit(3)
"""


class Service:
    """A system with its launcher in a process of its own, as under systemd."""

    def __init__(self, directory: Path) -> None:
        command = [sys.executable, "-c", LAUNCHER, str(directory)]
        self.launcher = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        assert self.launcher.stdout is not None
        assert json.loads(self.launcher.stdout.readline())
        self.directory = directory
        self.seen: set[int] = set()

    def processes(self) -> dict[str, list[int]]:
        """By role."""
        found: dict[str, list[int]] = {"launcher": [self.launcher.pid], "admin": [], "root": [], "child": []}
        for each in psutil.Process(self.launcher.pid).children(recursive=True):
            name = each.cmdline()[0] if each.cmdline() else ""
            role = (
                "admin" if name.startswith("lotkeeper-admin") else "root" if name.startswith("ParentActor") else "child"
            )
            found[role].append(each.pid)
            self.seen.add(each.pid)
        return found

    def is_whole(self) -> bool:
        try:
            with attach(self.directory) as client:
                newest = {each.key: each.pid for each in client.ask(GetStarts(), 5)[0]}
        except (NotRunningError, SystemGoneError):
            return False
        return len(living(list(newest.values()))) == 3

    def is_gone(self) -> bool:
        return self.launcher.poll() is not None and not living(sorted(self.seen))

    def close(self) -> None:
        self.launcher.kill()
        self.launcher.wait()
        self.launcher.stdout.close()  # type: ignore[union-attr]


@pytest.fixture
def service(directory: Path) -> Iterator[Callable[[], Service]]:
    begun: list[Service] = []

    def begin() -> Service:
        begun.append(Service(directory))
        return begun[-1]

    yield begin
    for each in begun:
        each.close()


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_after_the_kill_of_any_process_the_system_is_whole_or_gone_and_can_be_started(
    service: Callable[[], Service], directory: Path, how: signal.Signals
):
    """Kills every process in turn: no process is left behind, no socket and no zombie."""
    running = service()
    for trial in range(size(8, 100)):
        role = ("child", "root", "admin", "launcher")[trial % 4]
        victim = running.processes()[role][trial % len(running.processes()[role])]
        os.kill(victim, how)
        wait_for(lambda pid=victim: not living([pid]))
        if role == "child":
            wait_for(running.is_whole)
        else:
            wait_for(running.is_gone)
            running.close()
            left = {each.name for each in directory.iterdir()} if role != "launcher" else set()
            assert not [name for name in left if name.endswith(".sock")], (
                "a process that ends by itself leaves no socket"
            )
            running = service()
        assert running.is_whole()
    descendants = psutil.Process(running.launcher.pid).children(recursive=True)
    assert len(descendants) == 5
    assert [each.status() for each in descendants if each.status() == psutil.STATUS_ZOMBIE] == []
    assert len(list(directory.glob("a*.sock"))) == 5, "one for each actor and the admin, and none of the dead"


def test_the_main_process_ends_with_its_system_and_all_are_in_its_control_group(
    service: Callable[[], Service],
):
    """What systemd sees: one main process, and KillMode=control-group ends all processes."""
    running = service()
    roles = running.processes()
    groups = {Path(f"/proc/{pid}/cgroup").read_text() for pids in roles.values() for pid in pids}
    assert len(groups) == 1
    os.kill(roles["admin"][0], signal.SIGKILL)
    assert running.launcher.wait(90) == 3
    wait_for(running.is_gone)


def test_many_asks_leak_no_descriptors(system: RunningSystem):
    """After thousands of asks there are as many descriptors as before."""
    address, pid = new_actor(system)
    ask(system, address, Echo(0))
    before = psutil.Process(pid).num_fds()
    for number in range(size(500, 10_000)):
        assert ask(system, address, Echo(number)) == number
    assert psutil.Process(pid).num_fds() == before
