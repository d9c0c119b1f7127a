"""What the transport guarantees, between real processes."""

import contextlib
import faulthandler
import logging
import os
import signal
import socket
from pathlib import Path

import pytest

from lotkeeper.engine.service import RunningSystem, start
from lotkeeper.engine.transport import outgoing, shared_memory, sockets
from lotkeeper.engine.transport.message_format import HELLO_BYTES
from tests.lotkeeper.engine.actors import (
    Batch,
    Begin,
    CollectDeadLetters,
    CommandedActor,
    CreateBrief,
    CreateDying,
    CreateStillborn,
    Echo,
    Gauge,
    GetDeadLetters,
    GetDescriptors,
    GetNumbers,
    GetStates,
    GetWakeups,
    RequestWakeups,
    SendFromThread,
    SendNewChild,
    SendNumbers,
    SendStates,
    SendUnpicklable,
    SetDelay,
    WatchPipe,
    WriteTo,
)
from tests.lotkeeper.engine.conftest import ask, living, new_actor, wait_for

pytestmark = pytest.mark.e2e

HELLO = HELLO_BYTES + b"/nowhere"


def received(system: RunningSystem, address: object, count: int, series: str | None = None) -> list[int]:
    def enough() -> list[int]:
        numbers = ask(system, address, GetNumbers())
        values = [each.value for each in numbers if series is None or each.series == series]
        return values if len(values) >= count else []

    return wait_for(enough, 60)


def test_messages_both_ways_at_the_same_time_stay_in_order(system: RunningSystem):
    pairs = [(new_actor(system)[0], new_actor(system)[0]) for _ in range(3)]
    for left, right in pairs:
        system.send_to(left, SendNumbers([right], 2_000, burst=20, every=0.002))
        system.send_to(right, SendNumbers([left], 2_000, burst=20, every=0.002))
    for each in (one for pair in pairs for one in pair):
        assert received(system, each, 2_000) == list(range(2_000))


def test_a_flood_arrives_whole_and_in_order_at_a_slow_receiver(system: RunningSystem):
    slow, _ = new_actor(system)
    fast, _ = new_actor(system)
    system.send_to(slow, SetDelay(0.0002))
    ask(system, fast, SendNumbers([slow], 5_000))
    assert received(system, slow, 5_000) == list(range(5_000))


def test_a_hung_receiver_does_not_delay_the_others(system: RunningSystem):
    hung, hung_pid = new_actor(system)
    others = [new_actor(system)[0] for _ in range(4)]
    sender, _ = new_actor(system)
    os.kill(hung_pid, signal.SIGSTOP)
    ask(system, sender, SendNumbers([hung, *others], 3_000))
    for each in others:
        assert received(system, each, 3_000) == list(range(3_000))
    assert ask(system, sender, Echo("still here")) == "still here"
    os.kill(hung_pid, signal.SIGCONT)
    assert received(system, hung, 3_000) == list(range(3_000))


def test_the_sender_is_notified_of_a_full_queue(directory: Path, monkeypatch, no_children_left: None):
    monkeypatch.setattr(outgoing, "MAX_WAITING", 1_000)  # before the fork, so for all
    with start(directory, CommandedActor, Begin()) as system:
        hung, hung_pid = new_actor(system)
        sender, _ = new_actor(system)
        os.kill(hung_pid, signal.SIGSTOP)
        ask(system, sender, SendNumbers([hung], 5_000))
        refused = wait_for(lambda: ask(system, sender, GetDeadLetters())[1])
        assert all("1000 messages wait for" in each for each in refused)
        os.kill(hung_pid, signal.SIGCONT)
        assert received(system, hung, 5_000 - len(refused)) == list(range(5_000 - len(refused)))


def test_every_message_is_handled_or_a_dead_letter(system: RunningSystem, tmp_path: Path):
    office, _ = new_actor(system)
    sender, _ = new_actor(system)
    ask(system, office, CollectDeadLetters())
    for trial in range(4):
        victim, victim_pid = new_actor(system)
        noted = tmp_path / f"handled-{trial}"
        ask(system, victim, WriteTo(str(noted)))
        system.send_to(victim, SetDelay(0.0001))
        ask(system, sender, SendNumbers([victim], 3_000, series=f"{trial}"))
        wait_for(lambda file=noted, least=100 * trial + 1: len(file.read_text().split()) > least)
        os.kill(victim_pid, signal.SIGKILL)

        def accounted(file: Path = noted, series: str = f"{trial}") -> list[int]:
            handled = [int(each) for each in file.read_text().split()]
            dead = [each.value for each in ask(system, office, GetDeadLetters())[0] if each.series == series]
            return handled + dead if set(handled + dead) == set(range(3_000)) else []

        # Only the message that was being handled when the process died can be on both sides.
        assert len(wait_for(accounted)) <= 3_001


def test_what_a_dying_sender_has_sent_arrives(system: RunningSystem):
    slow, _ = new_actor(system)
    sender, sender_pid = new_actor(system)
    system.send_to(slow, SetDelay(0.002))
    ask(system, sender, SendNumbers([slow], 100))
    os.kill(sender_pid, signal.SIGKILL)
    assert received(system, slow, 100) == list(range(100))


@pytest.mark.parametrize("size", [0, 32_000, 33_000, 5_000_000])
def test_large_messages_arrive_whole(system: RunningSystem, size: int):
    body = os.urandom(size)
    assert system.ask(Echo(body), 60) == body


def test_messages_to_a_child_before_it_has_an_address_arrive_in_order(system: RunningSystem):
    # The root sends the introduction at once; the child's own address is known only later.
    assert len({new_actor(system)[1] for _ in range(5)}) == 5


def test_a_message_that_names_a_new_child_is_not_overtaken(system: RunningSystem):
    for _ in range(5):
        friend, _ = new_actor(system)
        system.send(SendNewChild(friend, 50))
        assert received(system, friend, 51) == [-1, *range(50)]


def test_the_death_of_a_child_that_never_connected_is_reported(system: RunningSystem):
    assert system.ask(CreateStillborn(), 30) == "reported"


def test_a_child_that_dies_while_its_parent_is_busy_counts_as_connected(system: RunningSystem):
    office, _ = new_actor(system)
    ask(system, office, CollectDeadLetters())
    for count in range(1, 6):
        assert system.ask(CreateDying(), 30) == "ChildEnded"
        wait_for(lambda so_many=count: len(ask(system, office, GetDeadLetters())[0]) == so_many)
    assert system.ask(GetDeadLetters(), 30)[1] == []


def test_the_messages_of_a_killed_child_come_before_its_death(system: RunningSystem):
    for count in (1, 20, 100, 100, 100):
        assert system.ask(CreateBrief(count), 30) == count


GARBAGE = ["nothing", "text", "another version", "hello without page", "hello with a file", "no pickle"]


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_ignored(system: RunningSystem, directory: Path, garbage: str):
    _, pid = new_actor(system)
    (victim,) = directory.glob(f"a{pid}-*")
    for path in (directory / "admin.sock", victim):
        sock = sockets.connect(str(path))
        if garbage == "text":
            sock.send(b"GET / HTTP/1.1")
        elif garbage == "hello without page":
            sock.send(HELLO)
        elif garbage == "hello with a file":
            with Path("/dev/null").open() as file:
                socket.send_fds(sock, [HELLO], [file.fileno()])
        elif garbage in {"no pickle", "another version"}:
            page = shared_memory.create_ack_page()
            socket.send_fds(sock, [HELLO if garbage == "no pickle" else b"H1/nowhere"], [page])
            os.close(page)
            # The receiver closes a connection that it does not understand, perhaps before all is sent.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                sock.send(b"Mno pickle at all")
                sock.send(b"C" + b"x" * 60_000)
        sock.close()
    address, _ = new_actor(system)
    assert ask(system, address, Echo(1)) == 1
    assert living([pid]) == [pid]


def log_to_file(name: str) -> None:
    logging.basicConfig(filename=os.environ["ENGINE_TEST_LOG"], format="%(name)s %(levelname)s %(message)s", force=True)


def test_an_undecodable_message_is_logged_and_ignored(directory: Path, tmp_path: Path, monkeypatch):
    log = tmp_path / "log"
    monkeypatch.setenv("ENGINE_TEST_LOG", str(log))
    with start(directory, CommandedActor, Begin(), on_process_start=log_to_file) as system:
        _, pid = new_actor(system)
        (victim,) = directory.glob(f"a{pid}-*")
        page = shared_memory.create_ack_page()
        with sockets.connect(str(victim)) as sock:
            socket.send_fds(sock, [HELLO], [page])
            sock.send(b"M" + b"csomewhere.else_\nForeign\n.")
            said = wait_for(lambda: log.exists() and log.read_text())
        os.close(page)
        assert said.startswith("lotkeeper.engine ERROR undecodable message: ModuleNotFoundError: No module named")
        assert said.endswith(", from /nowhere\n")
        assert living([pid]) == [pid]


def test_a_thread_cannot_send(system: RunningSystem):
    assert system.ask(SendFromThread(), 30) == "WrongThreadError"


def test_the_socket_of_a_killed_actor_is_removed(system: RunningSystem, directory: Path):
    _, pid = new_actor(system)
    assert list(directory.glob(f"a{pid}-*"))
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not list(directory.glob(f"a{pid}-*")))


def test_an_unpicklable_message_comes_back_to_the_sender(system: RunningSystem):
    reasons = wait_for(lambda: system.ask(SendUnpicklable(), 30) and system.ask(GetDeadLetters(), 30)[1])
    assert any("pickle" in each for each in reasons)


def test_wakeups_come_in_order_and_none_is_early_or_lost(system: RunningSystem):
    sleeper, _ = new_actor(system)
    sender, _ = new_actor(system)
    after = tuple(0.02 * (number % 5) for number in range(500))
    system.send_to(sleeper, RequestWakeups(after))
    ask(system, sender, SendNumbers([sleeper], 2_000))
    woken = wait_for(lambda: (got := ask(system, sleeper, GetWakeups())) and len(got) == 500 and got)
    for rest in range(5):
        assert [place for place, _ in woken if place % 5 == rest] == list(range(rest, 500, 5))
    assert all(late >= -0.0001 for _, late in woken)


def test_watched_descriptors_wake_the_actor(system: RunningSystem):
    watcher, _ = new_actor(system)
    assert ask(system, watcher, WatchPipe()) == b"x"
    assert ask(system, watcher, Echo(1)) == 1


@pytest.fixture
def open_before() -> set[str]:
    """What earlier tests left open here, such as locks that every process inherits on purpose."""
    return _open_here()


def test_a_child_keeps_none_of_its_parents_connections(open_before: set[str], system: RunningSystem):
    for _ in range(5):
        new_actor(system)
    last, _ = new_actor(system)
    root = set(dict(system.ask(GetDescriptors(), 10)).values()) - open_before
    every = list(dict(ask(system, last, GetDescriptors())).values())
    child = set(every) - open_before
    sockets_of_root = {name for name in root if name.startswith("socket:")}
    assert len(sockets_of_root) >= 10
    assert not sockets_of_root & child
    assert not [name for name in child if "lock" in name]
    assert not {name for name in _open_here() if name.startswith("socket:")} & child
    # Its own: one wait, one listener; connections with the admin, the root and the launcher.
    assert len([name for name in every if "eventpoll" in name]) == 1
    assert len([name for name in every if "memfd" in name]) <= 6


def _open_here() -> set[str]:
    return {os.readlink(f"/proc/self/fd/{each}") for each in os.listdir("/proc/self/fd") if _is_open(each)}


def _is_open(descriptor: str) -> bool:
    return os.path.lexists(f"/proc/self/fd/{descriptor}")


@pytest.mark.parametrize("fatal", ["SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGABRT"])
def test_fatal_signals_kill(directory: Path, fatal: str, no_children_left: None):
    with start(directory, CommandedActor, Begin(), on_process_start=without_traceback) as system:
        _, pid = new_actor(system)
        os.kill(pid, getattr(signal, fatal))
        wait_for(lambda: not living([pid]))
        assert system.ask(Echo(1), 10) == 1


def without_traceback(_name: str) -> None:
    faulthandler.disable()


def test_sigterm_ends_an_actor_and_removes_its_socket(system: RunningSystem, directory: Path):
    _, pid = new_actor(system)
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not living([pid]) and not list(directory.glob(f"a{pid}-*")))


# States


def test_the_newest_of_a_state_arrives_and_at_most_one_older(system: RunningSystem):
    stopped, pid = new_actor(system)
    sender, _ = new_actor(system)
    ask(system, sender, SendNumbers([stopped], 1))
    received(system, stopped, 1)
    os.kill(pid, signal.SIGSTOP)
    ask(system, sender, SendStates(stopped, ("a", "b", "c"), 2_000))
    os.kill(pid, signal.SIGCONT)
    newest = [Gauge(name, 1_999) for name in "abc"]
    states = wait_for(lambda: (got := ask(system, stopped, GetStates())) and set(newest) <= set(got) and got)
    assert states == [*(Gauge(name, 0) for name in "abc"), *newest]
    assert [each.value for each in ask(system, stopped, GetNumbers()) if not each.series] == [0, *range(2_000)]


def test_a_state_never_arrives_before_a_fact_that_was_sent_before_it(system: RunningSystem):
    slow, _ = new_actor(system)
    sender, _ = new_actor(system)
    system.send_to(slow, SetDelay(0.0005))
    ask(system, sender, SendStates(slow, ("a",), 3_000))
    newest = wait_for(lambda: (got := ask(system, slow, GetStates())) and got[-1].value == 2_999 and got)
    numbers = ask(system, slow, GetNumbers())
    at_state = 0
    facts = -1
    for each in numbers:
        if each.series == "state":
            assert newest[at_state].value <= facts + 1 or newest[at_state].value == 2_999
            assert facts >= newest[at_state].value - 1
            at_state += 1
        else:
            assert each.value == facts + 1
            facts = each.value
    assert facts == 2_999
    assert [each.value for each in newest] == sorted({each.value for each in newest})


def test_a_receiver_that_keeps_up_gets_states_one_after_the_other(system: RunningSystem):
    quick, _ = new_actor(system)
    sender, _ = new_actor(system)
    for count in range(1, 51):
        ask(system, sender, SendStates(quick, ("a",), 1))
        wait_for(lambda so_many=count: len(ask(system, quick, GetStates())) == so_many)


def test_batches_of_states_are_joined(system: RunningSystem):
    stopped, pid = new_actor(system)
    sender, _ = new_actor(system)
    ask(system, sender, SendNumbers([stopped], 1))
    received(system, stopped, 1)
    os.kill(pid, signal.SIGSTOP)
    ask(system, sender, SendStates(stopped, ("a", "b", "c"), 100, in_batches=True))
    os.kill(pid, signal.SIGCONT)
    newest = Batch({"a": 99, "b": 99, "c": 99})
    states = wait_for(lambda: (got := ask(system, stopped, GetStates())) and newest in got and got)
    assert states == [Batch({"a": 0}), newest]
