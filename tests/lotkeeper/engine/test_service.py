"""Starting, attaching, asking and stopping, with real processes."""

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from thespian.actors import ActorSystem

from lotkeeper.engine.errors import (
    ActorGoneError,
    AlreadyRunningError,
    AskFailedError,
    AskTimedOutError,
    NotRunningError,
    OtherLabelError,
    StartFailedError,
    StartRefusedError,
    SystemGoneError,
    UnsafeDirectoryError,
)
from lotkeeper.engine.service import RunningSystem, attach, start
from tests.lotkeeper.engine.actors import (
    Begin,
    BrokenActor,
    CommandedActor,
    Die,
    Echo,
    GetPid,
    Hang,
    LateEcho,
    SendToLauncher,
    WriteTo,
    note_process,
)
from tests.lotkeeper.engine.conftest import ask, living, new_actor, wait_for
from tests.processes import NewProcesses

pytestmark = pytest.mark.e2e


def test_the_root_answers_the_launcher_and_a_client(system: RunningSystem, directory: Path):
    assert system.ask(Echo("a"), 10) == "a"
    with attach(directory) as client:
        assert client.ask(Echo("b"), 10) == "b"
    assert system.ask(Echo("c"), 10) == "c"


def test_a_late_answer_is_never_taken_for_another(system: RunningSystem):
    with pytest.raises(AskTimedOutError, match=r"no answer to LateEcho within 0\.05 s"):
        system.ask(LateEcho("late", 0.3), 0.05)
    for number in range(20):
        assert system.ask(LateEcho(number, 0.03), 10) == number
    assert system.listen(0.05) is None


def test_messages_to_the_launcher_are_kept_while_it_asks(system: RunningSystem):
    system.send(SendToLauncher("one"))
    system.send(SendToLauncher("two"))
    assert system.ask(Echo("x"), 10) == "x"
    assert [system.listen(10), system.listen(10)] == ["one", "two"]


def test_the_asker_gets_an_error_of_the_handler_and_the_actor_goes_on(system: RunningSystem):
    with pytest.raises(AskFailedError, match="ValueError: told to"):
        system.ask(Die("error"), 10)
    assert system.ask(Echo(1), 10) == 1


def test_an_ask_to_a_dying_actor_ends_at_once(system: RunningSystem):
    address, _ = new_actor(system)
    with pytest.raises(ActorGoneError):
        ask(system, address, Die("SIGKILL"), 60)
    with pytest.raises(ActorGoneError):
        ask(system, address, Echo(1), 60)


def test_a_second_start_in_the_same_directory_is_refused(system: RunningSystem, directory: Path):
    with pytest.raises(AlreadyRunningError, match=str(directory)):
        start(directory, CommandedActor, Begin())
    assert system.ask(Echo(1), 10) == 1


def test_a_stopped_system_leaves_nothing_and_can_be_started_again(directory: Path, no_children_left: None):
    for _ in range(3):
        with start(directory, CommandedActor, Begin()) as running:
            assert running.ask(Echo(1), 10) == 1
        assert sorted(each.name for each in directory.iterdir() if each.name != "thespian.log") == []
    with pytest.raises(SystemGoneError):
        running.ask(Echo(1), 10)


@pytest.mark.parametrize("state", ["absent", "empty", "stale socket", "foreign service", "silent lookalike"])
def test_attach_says_not_running_without_starting_anything(directory: Path, state: str, no_children_left: None):
    listener = None
    if state != "absent":
        directory.mkdir(mode=0o700)
    if state in {"stale socket", "foreign service", "silent lookalike"}:
        kind = socket.SOCK_STREAM if state == "foreign service" else socket.SOCK_SEQPACKET
        listener = socket.socket(socket.AF_UNIX, kind)
        listener.bind(str(directory / "admin.sock"))
        if state != "stale socket":
            listener.listen()
    began = time.process_time()
    with pytest.raises(NotRunningError, match="no system is running"):
        attach(directory)
    assert time.process_time() - began < 1.0
    if listener:
        listener.close()


def test_the_directory_is_private(system: RunningSystem, directory: Path):
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_directory_open_to_others_is_refused(directory: Path):
    directory.mkdir(mode=0o755)
    directory.chmod(0o755)
    with pytest.raises(UnsafeDirectoryError, match="chmod 700"):
        start(directory, CommandedActor, Begin())


def test_no_port_is_open(system: RunningSystem, no_children_left: NewProcesses):
    new_actor(system)
    processes = no_children_left.running()
    assert len(processes) == 3
    assert [each for process in processes for each in process.net_connections(kind="inet")] == []


def test_a_hung_actor_does_not_survive_a_stop(directory: Path, no_children_left: None):
    system = start(directory, CommandedActor, Begin())
    _, stopped = new_actor(system)
    busy, busy_pid = new_actor(system)
    os.kill(stopped, signal.SIGSTOP)
    system.send_to(busy, Hang())
    system.stop(0.3)
    assert living([stopped, busy_pid]) == []
    system.stop(0.3)


def test_on_exit_of_every_actor_is_called_at_a_stop(directory: Path, tmp_path: Path, no_children_left: None):
    files = [tmp_path / "root", tmp_path / "child"]
    with start(directory, CommandedActor, Begin()) as system:
        child, _ = new_actor(system)
        for address, file in zip([system.address, child], files, strict=True):
            ask(system, address, WriteTo(str(file)))
    assert [each.read_text() for each in files] == ["exit\n", "exit\n"]


def test_a_hung_admin_does_not_survive_a_stop(directory: Path, no_children_left: None):
    system = start(directory, CommandedActor, Begin())
    _, child = new_actor(system)
    admin = psutil.Process(system.ask(GetPid(), 10)).ppid()
    os.kill(admin, signal.SIGSTOP)
    system.stop(0.2)
    assert living([admin, child]) == []
    with start(directory, CommandedActor, Begin()) as again:
        assert again.ask(Echo(1), 10) == 1


def test_the_death_of_the_admin_is_noticed_and_leaves_no_process(directory: Path, no_children_left: None):
    system = start(directory, CommandedActor, Begin())
    _, child = new_actor(system)
    root = system.ask(GetPid(), 10)
    os.kill(psutil.Process(root).ppid(), signal.SIGKILL)
    with pytest.raises(SystemGoneError):
        system.listen(60)
    wait_for(lambda: not living([root, child]))
    with pytest.raises(SystemGoneError):
        system.send(Echo(1))
    system.stop()
    with start(directory, CommandedActor, Begin()) as again:
        assert again.ask(Echo(1), 10) == 1


@pytest.mark.timeout(100)  # the death is known before anybody listens
def test_the_death_of_the_root_ends_its_children(system: RunningSystem):
    _, child = new_actor(system)
    os.kill(system.ask(GetPid(), 10), signal.SIGKILL)
    wait_for(lambda: not living([child]))
    with pytest.raises(ActorGoneError):
        system.ask(Echo(1), 10)
    with pytest.raises(SystemGoneError, match="the root actor"):
        system.listen(60)


def test_the_death_of_the_root_ends_a_call_of_listen(directory: Path, no_children_left: None):
    system = start(directory, CommandedActor, Begin())
    root = system.ask(GetPid(), 10)
    killer = threading.Timer(0.1, os.kill, (root, signal.SIGKILL))
    killer.start()
    with pytest.raises(SystemGoneError, match="the root actor"):
        system.listen(60)
    killer.join()
    system.stop()


def test_a_system_without_its_root_is_ended_at_once_though_its_admin_hangs(directory: Path, no_children_left: None):
    system = start(directory, CommandedActor, Begin())
    _, child = new_actor(system)
    root = system.ask(GetPid(), 10)
    admin = psutil.Process(root).ppid()
    os.kill(root, signal.SIGKILL)
    with pytest.raises(SystemGoneError, match="the root actor"):
        system.listen(60)
    os.kill(admin, signal.SIGSTOP)
    system.stop(0.0)
    assert living([admin, child]) == []
    with start(directory, CommandedActor, Begin()) as again:
        assert again.ask(Echo(1), 10) == 1


def test_a_stop_in_no_time_asks_nobody(directory: Path, tmp_path: Path, no_children_left: None):
    system = start(directory, CommandedActor, Begin())
    ask(system, system.address, WriteTo(str(tmp_path / "root")))
    system.stop(0.0)
    assert (tmp_path / "root").read_text() == ""


def test_there_is_no_process_besides_the_admin_and_the_actors(system: RunningSystem):
    _, child = new_actor(system)
    root = psutil.Process(system.ask(GetPid(), 10))
    admin = psutil.Process(root.ppid())
    assert [each.pid for each in admin.children(recursive=True)] == [root.pid, child]
    assert admin.ppid() == os.getpid()


def test_a_root_that_cannot_be_created_is_dead_at_the_first_ask(directory: Path, no_children_left: None):
    with start(directory, BrokenActor, Begin()) as system, pytest.raises(ActorGoneError):
        system.ask(Echo(1), 10)


def test_a_root_that_cannot_be_found_fails_the_start(directory: Path, no_children_left: None):
    class Hidden(CommandedActor):
        pass

    with pytest.raises(StartFailedError, match="Hidden"):
        start(directory, Hidden, Begin())
    with start(directory, CommandedActor, Begin()) as system:
        assert system.ask(Echo(1), 10) == 1


def test_a_name_is_free_again_after_a_creation_that_failed(system: RunningSystem):
    class Hidden(CommandedActor):
        pass

    for _ in range(2):
        with pytest.raises(StartFailedError):
            system._client.create(Hidden, "name")
    address = system._client.create(CommandedActor, "name")
    assert ask(system, address, Echo(1)) == 1
    assert system._client.find("name", 10) == address
    assert system._client.find("nobody", 10) is None


def test_a_directory_path_longer_than_a_socket_address(directory: Path, no_children_left: None):
    deep = directory.parent / ("d" * 60) / ("e" * 60) / "system"
    with start(deep, CommandedActor, Begin()) as system:
        address, _ = new_actor(system)
        assert ask(system, address, Echo(1)) == 1
        with attach(deep) as client:
            assert client.ask(Echo(2), 10) == 2
        with pytest.raises(AlreadyRunningError):
            start(deep, CommandedActor, Begin())
    assert list(deep.glob("*.sock")) == []


def test_thespians_own_interface_works_and_joins_a_running_system(directory: Path, no_children_left: None):
    settings = {"Unix Directory": str(directory)}
    system = ActorSystem("lotkeeperUnixBase", settings, transientUnique=True)
    try:
        address = system.createActor(CommandedActor)
        other = ActorSystem("lotkeeperUnixBase", settings, transientUnique=True)
        assert other._systemBase.lock is None
        system.tell(address, SendToLauncher("told"))
        assert system.listen(20) == "told"
        with other.private() as context:
            assert context.ask(address, Echo("asked"), 20) == "asked"
        other._systemBase.abandon()
        assert system.ask(address, Echo("still"), 20) == "still"
    finally:
        system.shutdown()


def test_two_threads_may_ask(system: RunningSystem):
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda n=number: answers.append(system.ask(LateEcho(n, 0.01), 20)))
        for number in range(8)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == list(range(8))


def test_the_hook_runs_in_each_actor_process(directory: Path, tmp_path: Path, monkeypatch, no_children_left: None):
    trace = tmp_path / "trace"
    monkeypatch.setenv("ENGINE_TEST_TRACE", str(trace))
    with start(directory, CommandedActor, Begin(), preload=["json.tool"], on_process_start=note_process) as system:
        _, child = new_actor(system)
        root = system.ask(GetPid(), 10)
    assert trace.read_text().split() == ["CommandedActor", str(root), "ChildActor", str(child)]


def test_a_client_of_another_version_is_refused(directory: Path, no_children_left: None):
    with start(directory, CommandedActor, Begin(), label="teller 1.0"):
        with attach(directory, "teller 1.0") as client:
            assert client.ask(Echo(1), 10) == 1
        with attach(directory) as client:
            assert client.ask(Echo(1), 10) == 1
        with pytest.raises(OtherLabelError, match=r"is teller 1\.0, not teller 2\.0"):
            attach(directory, "teller 2.0")


def test_the_launcher_can_ping_the_admin_and_the_root(directory: Path, no_children_left: None):
    system = start(directory, CommandedActor, Begin())
    system.ping(10)
    root = system.ask(GetPid(), 10)
    os.kill(root, signal.SIGSTOP)
    with pytest.raises(AskTimedOutError):
        system.ping(0.1)
    os.kill(root, signal.SIGCONT)
    system.ping(10)
    os.kill(psutil.Process(root).ppid(), signal.SIGSTOP)
    with pytest.raises(AskTimedOutError):
        system.ping(0.1)
    system.stop(0.1)


def test_a_deleted_directory_ends_the_system(directory: Path, no_children_left: None):
    system = start(directory, CommandedActor, Begin())
    _, child = new_actor(system)
    shutil.rmtree(directory)
    with pytest.raises(SystemGoneError, match="was deleted"):
        system.listen(0.1)
    system.stop(0.5)
    assert living([child]) == []
    with start(directory, CommandedActor, Begin()) as again:
        assert again.ask(Echo(1), 10) == 1


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with no room for anything."""
    place = tmp_path / "full"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k,nr_inodes=4,mode=700", "none", str(place)], check=False
    )
    if made.returncode:
        pytest.skip("this user may not mount a file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_reported(full_disk: Path, no_children_left: None):
    for directory in (full_disk, full_disk / "a" / "b" / "c" / "d"):
        with pytest.raises(StartRefusedError, match=f"started in {directory}: No space left on device"):
            start(directory, CommandedActor, Begin())


def test_a_directory_that_cannot_be_made_is_reported(directory: Path, no_children_left: None):
    with pytest.raises(StartRefusedError, match="no system can be started in /proc/lk: "):
        start(Path("/proc/lk"), CommandedActor, Begin())


FEW_DESCRIPTORS = """
import resource, sys
from pathlib import Path
from lotkeeper.engine.errors import EngineError
from lotkeeper.engine.service import attach, start
from tests.lotkeeper.engine.actors import Begin, Echo, CommandedActor
place, limit = Path(sys.argv[2]), int(sys.argv[3])
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
try:
    system = attach(place) if sys.argv[1] == "attach" else start(place, CommandedActor, Begin())
    print(system.ask(Echo(1), 1))
except EngineError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("limit", [6, 8, 9, 10, 11])
def test_a_lack_of_descriptors_is_reported(system: RunningSystem, directory: Path, limit: int):
    """With any number of descriptors missing: either it works, or one sentence says that it does not."""
    for act, place in (("attach", directory), ("start", directory.parent / "another")):
        command = [sys.executable, "-c", FEW_DESCRIPTORS, act, str(place), str(limit)]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        sentences = "Too many open files" in said.stdout or "may open no more files" in said.stderr
        assert said.stdout.strip() == "1" or sentences, said.stdout + said.stderr
    assert system.ask(Echo(1), 10) == 1
