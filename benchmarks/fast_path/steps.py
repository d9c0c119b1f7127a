"""The steps of a fill through three processes, from the rounds that the traced service wrote down."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from benchmarks.fill_times import FillTime

FILL, ORDER = "OrderReported", "PlaceSellOrder"
NS_IN_MS = 1e6
_BUSY_MS = -1.0  # a receiver may wake a little before its sender notes that it has sent, but not that much


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment in a process: what happened to a message of which type; times in nanoseconds."""

    what: str
    message: str
    at_ns: int  # monotonic
    cpu_ns: int  # used by the thread so far


Round = Sequence[Mark]  # what a process did between two waits


@dataclass(frozen=True, slots=True)
class Step:
    """In a process; or a wait, which has no processor time."""

    process: str
    name: str
    wall_ms: float
    cpu_ms: float | None = None


def read_rounds(folder: Path) -> list[Round]:
    """Of all processes, in the order of time."""
    lines = (line for path in folder.glob("*.jsonl") for line in path.read_bytes().splitlines())
    return sorted(([Mark(*each) for each in orjson.loads(line)] for line in lines), key=lambda each: each[0].at_ns)


def steps_of(fill: FillTime, rounds: Iterable[Round]) -> list[Step]:
    """The steps of one fill; none if a process was busy when it came, or lost a mark."""
    own = [each for each in rounds if fill.sent_ns <= each[-1].at_ns and each[0].at_ns <= fill.asked_ns]
    stream = next((each for each in own if _mark(each, "send", FILL)), None)
    keeper = next((each for each in own if _mark(each, "unpickled", FILL) and _mark(each, "send", ORDER)), None)
    gateway = next((each for each in own if _mark(each, "unpickled", ORDER)), None)
    if stream is None or keeper is None or gateway is None:
        return []
    found = [
        *_from_to("UserStream", stream, fill.sent_ns, [("handler", "WatchMessage"), ("send", FILL), ("sent", FILL)]),
        *_from_to("PairKeeper", keeper, _at(stream, "sent", FILL), [*_READ[FILL], ("send", ORDER), ("sent", ORDER)]),
        *_from_to("Gateway", gateway, _at(keeper, "sent", ORDER), _READ[ORDER]),
    ]
    if any(each.wall_ms < _BUSY_MS for each in found):
        return []
    handler_ns = _at(gateway, "handler", ORDER)
    return [*found, Step("Gateway", "until the exchange has the order", (fill.asked_ns - handler_ns) / NS_IN_MS)]


_READ = {kind: [("read", "NoneType"), ("unpickled", kind), ("handler", kind)] for kind in (FILL, ORDER)}
_NAMES = {
    "read": "wakes and begins to read",
    "unpickled": "message unpickled",
    "handler": "given to the handler",
    "send": "computed",
    "sent": "sent to the next process",
}


def _from_to(process: str, marks: Round, began_ns: int, wanted: list[tuple[str, str]]) -> list[Step]:
    """From the moment at which the process before had sent it, through the wanted marks."""
    last = marks[0]
    steps = [Step(process, "woken", (last.at_ns - began_ns) / NS_IN_MS)]
    for what, message in wanted:
        mark = _mark(marks, what, message)
        if mark is None:
            return []
        wall_ms, cpu_ms = (mark.at_ns - last.at_ns) / NS_IN_MS, (mark.cpu_ns - last.cpu_ns) / NS_IN_MS
        steps.append(Step(process, _NAMES[what], wall_ms, cpu_ms))
        last = mark
    return steps


def _mark(marks: Round, what: str, message: str) -> Mark | None:
    return next((each for each in marks if (each.what, each.message) == (what, message)), None)


def _at(marks: Round, what: str, message: str) -> int:
    mark = _mark(marks, what, message)
    assert mark is not None
    return mark.at_ns
