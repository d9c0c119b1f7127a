"""Starts a process for each message, takes its result, and ends the one that takes too long. Nothing here waits."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

WITHIN_S: Final = 60.0  # for one delivery; on a busy machine its process needs half of it to begin
_SENDER = Path(__file__).with_name("sender.py")
_READ_BYTES = 65_536
_OURS = "LOTKEEPER_"  # no variable of ours is anything to the libraries of a channel


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one delivery."""

    name: str  # as it was given to `begin`
    is_delivered: bool
    text: str  # for people; may show a part of an address


@dataclass(slots=True)
class _Running:
    name: str
    process: subprocess.Popen[bytes]
    output: IO[bytes]
    ends_at: float  # monotonic
    said: bytearray = field(default_factory=bytearray)


class Deliveries:
    """By name; what runs under a name has to end before the next one of that name begins."""

    def __init__(self, within_s: float = WITHIN_S) -> None:
        self._within_s = within_s
        self._running: dict[int, _Running] = {}  # by the descriptor of its output

    def watched(self) -> list[int]:
        """The descriptors that become readable when a delivery has a result."""
        return list(self._running)

    def begin(self, name: str, work: dict[str, Any], now_s: float) -> None:
        """Raises OSError where no process can be started. `now_s` is by the monotonic clock."""
        process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
            [sys.executable, "-P", str(_SENDER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={key: value for key, value in os.environ.items() if not key.startswith(_OURS)},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        os.set_blocking(process.stdout.fileno(), False)
        ends_at = now_s + self._within_s
        self._running[process.stdout.fileno()] = _Running(name, process, process.stdout, ends_at)
        self._hand_over(process.stdin, {**work, "parent": os.getpid(), "within_s": self._within_s})

    def _hand_over(self, to: IO[bytes], work: dict[str, Any]) -> None:
        """A pipe has room for all of it, so that this does not wait for the process to read."""
        try:
            to.write(json.dumps(work).encode())
            to.close()
        except BrokenPipeError:
            pass  # it has ended already: its output says so

    def take(self, descriptors: list[int]) -> list[Delivered]:
        """The results that are complete."""
        found = [self._running[each] for each in descriptors if each in self._running]
        return [_result(self._end(each)) for each in found if _read(each)]

    def overdue(self, now_s: float) -> list[Delivered]:
        """Ends what has taken too long."""
        late = [each for each in self._running.values() if now_s >= each.ends_at]
        return [Delivered(self._end(each).name, False, f"no answer within {self._within_s:g} s") for each in late]

    def end_all(self) -> None:
        for each in list(self._running.values()):
            self._end(each)

    def _end(self, delivery: _Running) -> _Running:
        del self._running[delivery.output.fileno()]
        delivery.process.kill()
        delivery.output.close()
        delivery.process.wait()  # it is killed: the kernel ends it at once
        return delivery


def _read(delivery: _Running) -> bool:
    """Whether all was read."""
    while True:
        try:
            data = os.read(delivery.output.fileno(), _READ_BYTES)
        except BlockingIOError:
            return False
        if not data:
            return True
        delivery.said += data


def _result(delivery: _Running) -> Delivered:
    try:
        found = json.loads(bytes(delivery.said))
        return Delivered(delivery.name, bool(found["is_delivered"]), str(found["text"]))
    except (ValueError, KeyError, TypeError):
        return Delivered(delivery.name, False, "the process that sends it ended without a result")
