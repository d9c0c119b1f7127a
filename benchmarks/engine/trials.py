"""One trial on one base gives figures by name. In a process of its own: `python -m benchmarks.engine.trials`."""

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.engine.actors import (
    Echo,
    Expect,
    Forget,
    Latencies,
    Paced,
    Pid,
    Pinger,
    PingPong,
    Pour,
    Sink,
    Sleeper,
    Source,
    tick,
)
from benchmarks.engine.bases import BARE, OURS, ask, system_on
from benchmarks.engine.figures import milliseconds

Figures = dict[str, float]
now = time.perf_counter


def hop(base: str) -> Figures:
    """Half a round trip of a small dataclass: awake (ms), and after 20 ms of sleep."""
    if base == BARE:
        return _bare_hop()
    with system_on(base) as system:
        pinger, echo = system.createActor(Pinger), system.createActor(Echo)
        ask(system, pinger, PingPong(echo, 300))
        awake = ask(system, pinger, PingPong(echo, 5000))
        slept = ask(system, pinger, PingPong(echo, 200, every=0.02))
    return {**milliseconds(awake), **{f"asleep {name}": value for name, value in milliseconds(slept).items()}}


def throughput(base: str, receivers: int = 1, count: int = 30_000) -> Figures:
    """Messages a second from one sender, as fast as it can, to so many receivers, until all have come."""
    if base == BARE:
        return _bare_throughput(count) if receivers == 1 else {}
    if base != OURS:
        count //= 30  # it would not end
    with system_on(base) as system:
        sinks = [system.createActor(Sink) for _ in range(receivers)]
        source = system.createActor(Source)
        ask(system, source, Pour(sinks, 10))
        return _poured(system, source, sinks, count)


def _poured(system: Any, source: Any, sinks: list[Any], count: int) -> Figures:
    time.sleep(0.5)
    for sink in sinks:
        system.ask(sink, Expect(count), 30)
    system.tell(source, Pour(sinks, count))
    answers: list[Any] = []
    while len(answers) < len(sinks) + 1 and (answer := system.listen(120)) is not None:
        answers.append(answer)
    done = [each for each in answers if len(each) == 3]
    if len(done) < len(sinks):
        return {"per second": 0.0, "incomplete": len(sinks) - len(done)}
    begun, given = next(each for each in answers if len(each) == 2)
    seconds = max(last for _, last, _ in done) - begun
    faults = sum(faults for *_, faults in done)
    return {"per second": count * len(sinks) / seconds, "sender busy s": given - begun, "out of order": faults}


def fan_out(base: str) -> Figures:
    """As `throughput`, to fifty receivers."""
    return throughput(base, receivers=50, count=1_500 if base == OURS else 3_000)


def ask_outside(base: str) -> Figures:
    """From a process outside of the system to an actor and back (ms)."""
    with system_on(base) as system:
        echo = system.createActor(Echo)
        times = []
        for number in range(1_000):
            begun = now()
            system.ask(echo, tick(number), 10)
            times.append(now() - begun)
    return milliseconds(times[100:])


def stopped(base: str) -> Figures:
    """The ages of ticks at 50 receivers, 100 times a second, quiet and while a fifty-first is stopped (ms)."""
    with system_on(base) as system:
        sinks = [system.createActor(Sink) for _ in range(50)]
        source, pid = system.createActor(Source), system.createActor(Pid)
        victim = ask(system, pid, "pid")
        quiet = _ages(system, source, [*sinks, pid])
        os.kill(victim, signal.SIGSTOP)
        try:
            with_stopped = _ages(system, source, [*sinks, pid])
        finally:
            os.kill(victim, signal.SIGCONT)
    p99, p99_stopped = milliseconds(quiet)["p99"], milliseconds(with_stopped)["p99"]
    return {"quiet p50": milliseconds(quiet)["p50"], "quiet p99": p99, "p99": p99_stopped, "ratio": p99_stopped / p99}


def _ages(system: Any, source: Any, sinks: list[Any]) -> list[float]:
    """Of all ticks at all but the last."""
    for sink in sinks[:-1]:
        ask(system, sink, Forget())
    ask(system, source, Paced(sinks, 0.01, 1_000))
    time.sleep(0.5)
    return [age for sink in sinks[:-1] for age in ask(system, sink, Latencies())[100:]]


def wakeups(base: str) -> Figures:
    """How late wake-ups of 10 ms come (ms): quiet, and while ticks come as fast as can be."""
    figures: Figures = {}
    for name, count in (("quiet", 0), ("loaded", 40_000 if base == OURS else 700)):
        with system_on(base) as system:
            sleeper, source = system.createActor(Sleeper), system.createActor(Source)
            system.tell(sleeper, "sleep")
            if count:
                ask(system, source, Pour([sleeper], count))
            time.sleep(2.0)
            late = milliseconds(ask(system, sleeper, Latencies()))
            figures |= {f"{name} {kind}": value for kind, value in late.items()}
    return figures


ATTACH = """
import sys, time
from pathlib import Path
begun = time.perf_counter()
from lotkeeper.engine.errors import NotRunningError
from lotkeeper.engine.service import attach
imported = time.perf_counter()
try:
    with attach(Path(sys.argv[1])) as client:
        attached = time.perf_counter()
        client.ask(3, 5)
except NotRunningError:
    attached = time.perf_counter()
asked = time.perf_counter()
print(imported - begun, attached - imported, asked - attached)
"""


def attach(base: str) -> Figures:
    """A second process: imports, attaching and the first ask, and "not running" (ms), medians of 10."""
    assert base == OURS
    import tempfile
    from pathlib import Path

    from benchmarks.engine.crowd import Member
    from lotkeeper.engine.service import start

    with tempfile.TemporaryDirectory(prefix="lk-") as parent:
        place = Path(parent) / "system"
        with start(place, Member, 0):
            there = [_attached(place) for _ in range(10)]
        absent = [_attached(place) for _ in range(10)]
    names = ("import ms", "attach ms", "first ask ms")
    figures = {name: milliseconds([row[at] for row in there])["p50"] for at, name in enumerate(names)}
    return {**figures, "not running ms": milliseconds([row[1] for row in absent])["p50"]}


def _attached(place: Any) -> list[float]:
    run = subprocess.run([sys.executable, "-c", ATTACH, str(place)], capture_output=True, text=True, check=True)
    return [float(each) for each in run.stdout.split()]


def _bare_hop() -> Figures:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = os.fork()
    if child == 0:
        ours.close()
        while data := theirs.recv(65_536):
            theirs.send(pickle.dumps(pickle.loads(data), 5))
        os._exit(0)
    theirs.close()
    awake = [_bounce(ours, number) for number in range(5_300)][300:]
    slept = []
    for number in range(200):
        time.sleep(0.02)
        slept.append(_bounce(ours, number))
    ours.close()
    os.waitpid(child, 0)
    return {**milliseconds(awake), **{f"asleep {name}": value for name, value in milliseconds(slept).items()}}


def _bounce(sock: socket.socket, number: int) -> float:
    message = tick(number)
    begun = now()
    sock.send(pickle.dumps(message, 5))
    pickle.loads(sock.recv(65_536))
    return (now() - begun) / 2


def _bare_throughput(count: int) -> Figures:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = os.fork()
    if child == 0:
        ours.close()
        for _ in range(count):
            pickle.loads(theirs.recv(65_536))
        theirs.send(b"done")
        os._exit(0)
    theirs.close()
    begun = now()
    for number in range(count):
        ours.send(pickle.dumps(tick(number), 5))
    ours.recv(10)
    seconds = now() - begun
    os.waitpid(child, 0)
    return {"per second": count / seconds}


TRIALS: dict[str, Callable[[str], Figures]] = {
    "hop": hop,
    "throughput": throughput,
    "fan_out": fan_out,
    "ask_outside": ask_outside,
    "attach": attach,
    "stopped": stopped,
    "wakeups": wakeups,
}


def in_its_own_process(trial: str, base: str) -> Figures:
    """The figures of a trial; empty when it did not end."""
    command = [sys.executable, "-m", "benchmarks.engine.trials", trial, base]
    environment = {**os.environ, "THESPLOG_FILE": os.devnull}
    try:
        run = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=300, check=False
        )
    except subprocess.TimeoutExpired:
        return {}
    lines = run.stdout.decode().splitlines()
    figures: Figures = json.loads(lines[-1]) if lines and run.returncode == 0 else {}
    return figures


if __name__ == "__main__":
    print(json.dumps(TRIALS[sys.argv[1]](sys.argv[2])))
