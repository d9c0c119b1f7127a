"""SIGKILL for each kind of process, observed from a process that did not start the system."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from lotkeeper.engine.errors import NotRunningError
from lotkeeper.engine.service import attach, start
from tests.lotkeeper.engine.actors import Begin, CommandedActor, Die, Echo, GetStarts, ParentActor, SuperviseChild
from tests.lotkeeper.engine.conftest import ask, living, new_actor, wait_for
from tests.processes import NewProcesses

pytestmark = pytest.mark.e2e

LAUNCHER = """
import json, signal, sys
from pathlib import Path
from lotkeeper.engine.service import start
from tests.lotkeeper.engine.actors import Begin, Create, Echo, CommandedActor, GetPid
system = start(Path(sys.argv[1]), CommandedActor, Begin())
children = [system.ask(Create("ChildActor"), 20)[1] for _ in range(3)]
print(json.dumps([system.ask(GetPid(), 20), *children]), flush=True)
signal.pause()
"""


def launch(directory: Path) -> tuple[subprocess.Popen, list[int]]:
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, str(directory)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert launcher.stdout is not None
    pids = json.loads(launcher.stdout.readline())
    admin = psutil.Process(pids[0]).ppid()
    return launcher, [admin, *(each.pid for each in psutil.Process(admin).children(recursive=True))]


@pytest.mark.parametrize("stopped", [False, True])
def test_all_die_with_their_launcher_and_a_start_works_at_once(directory: Path, stopped: bool, no_children_left: None):
    launcher, pids = launch(directory)
    assert len(pids) == 5
    if stopped:
        os.kill(pids[-1], signal.SIGSTOP)
    launcher.kill()
    launcher.wait()
    with start(directory, CommandedActor, Begin()) as system:
        assert system.ask(Echo(1), 20) == 1
        wait_for(lambda: not living(pids))
    launcher.stdout.close()


def test_no_process_answers_after_the_launcher_died(directory: Path, no_children_left: None):
    launcher, pids = launch(directory)
    with attach(directory) as client:
        assert client.ask(Echo(1), 20) == 1
    launcher.kill()
    launcher.wait()
    wait_for(lambda: not living(pids))
    with pytest.raises(NotRunningError):
        attach(directory)
    launcher.stdout.close()


def test_a_supervised_child_comes_back_under_a_higher_incarnation(directory: Path, no_children_left: None):
    with start(directory, ParentActor, Begin()) as system:
        system.send(SuperviseChild("a"))
        system.send(SuperviseChild("b"))

        def starts(key: str, count: int) -> list:
            started = [each for each in system.ask(GetStarts(), 20)[0] if each.key == key]
            return started if len(started) >= count else []

        wait_for(lambda: starts("b", 1))
        for count in range(1, 4):
            started = wait_for(lambda least=count: starts("a", least))
            os.kill(started[-1].pid, signal.SIGKILL)
        numbers = [each.incarnation for each in wait_for(lambda: starts("a", 4))]
        assert numbers == sorted(set(numbers))
        assert len(starts("b", 1)) == 1


def test_children_that_die_together_all_come_back(directory: Path, no_children_left: None):
    keys = [str(number) for number in range(8)]
    with start(directory, ParentActor, Begin()) as system:
        for key in keys:
            system.send(SuperviseChild(key, restarts=100))
        killed: set[int] = set()

        def newest() -> dict[str, int]:
            up = {each.key: each.pid for each in system.ask(GetStarts(), 20)[0] if each.pid not in killed}
            return up if len(up) == len(keys) else {}

        for _ in range(6):
            pids = set(wait_for(newest).values())
            killed |= pids
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
        wait_for(newest)


def test_a_supervisor_gives_up_on_a_child_that_keeps_dying(directory: Path, no_children_left: None):
    with start(directory, ParentActor, Begin()) as system:
        system.send(SuperviseChild("a", restarts=2))
        seen = 0

        def given_up() -> list:
            nonlocal seen
            started, given = system.ask(GetStarts(), 20)
            for each in started[seen:]:
                os.kill(each.pid, signal.SIGKILL)
            seen = len(started)
            return given

        ((key, reason),) = wait_for(given_up)
        assert key == "a"
        assert "died 3 times" in reason
        assert seen == 3


def test_a_killed_parent_ends_its_hung_child(directory: Path, no_children_left: None):
    with start(directory, CommandedActor, Begin()) as system:
        _, child = new_actor(system)
        os.kill(child, signal.SIGSTOP)
        root = psutil.Process(child).ppid()
        os.kill(root, signal.SIGKILL)
        wait_for(lambda: not living([child, root]))


def test_another_user_is_refused_also_where_the_directory_is_open(directory: Path, no_children_left: None):
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    with start(directory, CommandedActor, Begin()) as system:
        child, _ = new_actor(system)
        directory.parent.chmod(0o777)
        directory.chmod(0o777)
        for each in directory.iterdir():
            each.chmod(0o777)
        code = (
            "import os, socket, sys\n"
            "sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
            "os.setgroups([]); os.setuid(65534)\n"
            "sock.settimeout(90)\n"
            "sock.connect(sys.argv[1])\n"
            "try: sock.send(b'Hx')\n"
            "except BrokenPipeError: pass\n"
            "try: print(sock.recv(10))\n"
            "except ConnectionResetError: print(b'')\n"
        )
        for path in [directory / "admin.sock", *directory.glob("a*-*.sock")]:
            spoken = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
            assert spoken.stdout.strip() == "b''"
        assert ask(system, child, Echo(1)) == 1
        directory.chmod(0o700)


def test_a_server_of_another_user_is_refused(directory: Path):
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    from lotkeeper.engine.transport import sockets

    directory.mkdir(mode=0o777)
    directory.parent.chmod(0o777)
    directory.chmod(0o777)
    code = (
        "import os, socket, sys, time\n"
        "os.setgroups([]); os.setuid(65534)\n"
        "sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
        "sock.bind(sys.argv[1]); sock.listen(); os.chmod(sys.argv[1], 0o777)\n"
        "print('up', flush=True); sys.stdin.read()\n"
    )
    path = directory / "a1-1-x.sock"
    server = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout.readline() == "up\n"
        with pytest.raises(PermissionError, match="another user"):
            sockets.connect(str(path))
    finally:
        server.communicate()


def test_a_start_is_refused_while_another_launcher_runs(directory: Path, no_children_left: None):
    from lotkeeper.engine.errors import AlreadyRunningError

    launcher, pids = launch(directory)
    with pytest.raises(AlreadyRunningError):
        start(directory, CommandedActor, Begin())
    assert living(pids) == pids
    launcher.send_signal(signal.SIGTERM)
    launcher.wait()
    wait_for(lambda: not living(pids))
    launcher.stdout.close()


def test_deaths_in_a_row_leak_no_descriptors(directory: Path, no_children_left: NewProcesses):
    with start(directory, CommandedActor, Begin()) as system:
        counts = []
        for round_ in range(12):
            address, pid = new_actor(system)
            system.send_to(address, Die("SIGKILL"))
            wait_for(lambda gone=pid: not living([gone]))
            if round_ in {3, 11}:
                wait_for(lambda: len(no_children_left.all()) == 2)
                counts.append(sum(each.num_fds() for each in no_children_left.all()))
        assert counts[1] <= counts[0] + 4
