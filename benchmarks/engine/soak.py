"""An hour of traffic: whether memory and descriptors stay what they were. `make soak`."""

import argparse
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.engine.figures import table
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.service import start
from lotkeeper.engine.supervision import ChildSpec, Supervisor

RECEIVERS = 20
EVERY = 0.01


@dataclass(frozen=True)
class Begin:
    """The first message of each."""

    to: tuple[Any, ...] = ()
    per_second: int = 0


@dataclass(frozen=True)
class Number:
    """A fact."""

    value: int


@dataclass(frozen=True)
class Level:
    """A state."""

    value: int

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True)
class Count:
    """Asked: how many facts came, and how many were out of order."""


class Receiver(EngineActor):
    """Counts, and sends a question back at every hundredth."""

    def __init__(self) -> None:
        super().__init__()
        self.came = self.faults = self.replies = 0
        self.newest = -1

    @handles(Begin)
    def begin(self, message: Begin, sender: Sender) -> None:
        """Nothing to set up."""

    @handles(Number)
    def number(self, message: Number, sender: Any) -> None:
        self.came += 1
        self.faults += message.value != self.newest + 1
        self.newest = message.value
        if message.value % 100 == 0:
            self.send(sender, Count())

    @handles(tuple)
    def count_reply(self, message: tuple[int, int], sender: Sender) -> None:
        self.replies += 1

    @handles(Level)
    def level(self, message: Level, sender: Sender) -> None:
        """Only the newest one matters."""

    @handles(Count)
    def count(self, message: Count, sender: Sender) -> None:
        self.reply(sender, (self.came, self.faults))


class Pourer(EngineActor):
    """Sends each receiver its share, at a pace."""

    sent = 0

    @handles(Begin)
    def begin(self, message: Begin, sender: Sender) -> None:
        self.work, self.begun = message, self.monotonic()
        self.wake_in(EVERY)

    def on_wakeup(self, payload: Any) -> None:
        self.wake_in(EVERY)
        due = int((self.monotonic() - self.begun) * self.work.per_second / len(self.work.to))
        while self.sent < due:
            for each in self.work.to:
                self.send(each, Number(self.sent))
                self.send(each, Level(self.sent))
            self.sent += 1

    @handles(Count)
    def count(self, message: Count, sender: Sender) -> None:
        self.reply(sender, (self.sent, 0))


class Root(Supervisor):
    """Starts the actors."""

    @handles(Begin)
    def begin(self, message: Begin, sender: Sender) -> None:
        keys = [str(number) for number in range(RECEIVERS)]
        self.supervise(*(ChildSpec(key, Receiver, start=lambda _: Begin()) for key in keys))
        to = tuple(self.child(key) for key in keys)
        self.supervise(ChildSpec("pourer", Pourer, start=lambda _: Begin(to, message.per_second)))

    @handles(str)
    def ask_child(self, message: str, sender: Sender) -> None:
        self.forward(self.child(message), Count(), sender)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--per-second", type=int, default=2000, help="facts; as many states besides")
    parser.add_argument("--rows", type=int, default=12)
    options = parser.parse_args()
    parent = tempfile.mkdtemp(prefix="lk-")
    with start(Path(parent) / "system", Root, Begin(per_second=options.per_second)) as system:
        system.ping(30)
        time.sleep(min(30.0, options.seconds / 10))
        rows = [watch(system)]
        for _ in range(options.rows):
            time.sleep(options.seconds / options.rows)
            rows.append(watch(system))
    shutil.rmtree(parent)
    columns = ["facts", "out of order", "memory of all, MiB (USS)", "the largest", "descriptors", "processor s"]
    print(table("minutes", columns, rows))
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}")


def watch(system: Any) -> list[object]:
    """One row."""
    processes = psutil.Process().children(recursive=True)
    memory = [each.memory_full_info().uss / 2**20 for each in processes]
    counts = [system.ask(str(number), 60) for number in range(RECEIVERS)]
    descriptors = sum(each.num_fds() for each in processes)
    seconds = sum(each.cpu_times().user + each.cpu_times().system for each in processes)
    minutes = f"{(time.time() - processes[0].create_time()) / 60:.1f}"
    came, faults = (sum(each) for each in zip(*counts, strict=True))
    return [minutes, came, faults, f"{sum(memory):.1f}", f"{max(memory):.2f}", descriptors, f"{seconds:.0f}"]


if __name__ == "__main__":
    main()
