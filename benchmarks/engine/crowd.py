"""Many actors: how long they take to start, what memory each has of its own, and what they cost while idle."""

import argparse
import os
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.engine.figures import quantile
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.service import start
from lotkeeper.engine.supervision import ChildSpec, Supervisor

PRELOAD = ("requests", "websocket", "orjson", "pony.orm")


@dataclass(frozen=True)
class Grow:
    """Start so many children; answered when all are running."""

    count: int


@dataclass(frozen=True)
class Here:
    """Sent by a child that runs."""

    number: int


@dataclass(frozen=True)
class Begin:
    number: int
    parent: Any


class Member(EngineActor):
    """Does nothing, like an actor of a quiet pair."""

    @handles(Begin)
    def begin(self, message: Begin, sender: Sender) -> None:
        self.send(message.parent, Here(message.number))

    @handles(int)
    def echo(self, message: int, sender: Sender) -> None:
        self.reply(sender, message)


class Chief(Supervisor):
    """Starts the children."""

    @handles(Grow)
    def grow(self, message: Grow, sender: Sender) -> None:
        self.asker, self.missing = sender, set(range(message.count))
        self.supervise(*(self._spec(number) for number in range(message.count)))

    def _spec(self, number: int) -> ChildSpec:
        return ChildSpec(str(number), Member, start=lambda _: Begin(number, self.myAddress))

    @handles(Here)
    def here(self, message: Here, sender: Sender) -> None:
        self.missing.discard(message.number)
        if not self.missing:
            self.reply(self.asker, True)

    @handles(int)
    def begin(self, message: int, sender: Sender) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actors", type=int, default=600)
    parser.add_argument("--idle", type=float, default=20.0, help="seconds to watch them do nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lk-") as parent:
        begun = time.perf_counter()
        with start(Path(parent) / "system", Chief, 0, preload=PRELOAD) as system:
            system.ask(Grow(options.actors), 120)
            print(f"{options.actors} actors, supervised: all running after {time.perf_counter() - begun:.1f} s")
            describe(options.idle)
            begun = time.perf_counter()
        print(f"stopped after {time.perf_counter() - begun:.1f} s")
    print(f"descriptors allowed: {resource.getrlimit(resource.RLIMIT_NOFILE)[0]}, cores {os.cpu_count()}")


def describe(seconds: float) -> None:
    crowd = [each for each in psutil.Process().children(recursive=True) if each.name().startswith("Member")]
    memory = [each.memory_full_info() for each in crowd]
    own, shared = (quantile([getattr(each, kind) for each in memory], 0.5) / 2**20 for kind in ("uss", "pss"))
    print(f"memory of one, median: {own:.2f} MiB of its own, {shared:.2f} MiB with its share of the common (PSS)")
    processes = psutil.Process().children(recursive=True)
    before = busy(processes)
    time.sleep(seconds)
    used = busy(processes) - before
    print(f"idle: {used:.2f} s of processor in {seconds:g} s, {100 * used / seconds:.2f} % of one core for all")


def busy(processes: list[psutil.Process]) -> float:
    return float(sum(each.cpu_times().user + each.cpu_times().system for each in processes))


if __name__ == "__main__":
    main()
