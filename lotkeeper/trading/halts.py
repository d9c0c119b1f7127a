"""What a person wants not to happen until further notice: no SELL on a pair (pause), or no new order at all.

A halt is kept in several places, each of which may be lost, or come back in an older state. The newest change counts,
and where two are of the same moment, the one that stops.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from lotkeeper.trading.replacing import replace

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Halt:
    """A pause of one pair, or the kill switch, as a person changed it last."""

    is_on: bool = False
    # When it was changed (wall clock), and always later than the change before; 0 if it never was.
    at_ms: int = 0
    until_ms: int | None = None  # it ends by itself then (wall clock); None: when a person ends it
    who: str = ""  # the name of the user of the shell
    why: str = ""  # as the person said it; may be empty

    def is_in_force(self, now_ms: int) -> bool:
        """Whether it stops orders at this moment (wall clock)."""
        return self.is_on and (self.until_ms is None or now_ms < self.until_ms)

    def changed(self, *, is_on: bool, now_ms: int, until_ms: int | None = None, who: str = "", why: str = "") -> "Halt":
        """As a person wants it now. What is so already stays as it was, so that a repeated command changes nothing."""
        if self.is_in_force(now_ms) == is_on and (not is_on or until_ms == self.until_ms):
            return self
        return Halt(is_on, max(now_ms, self.at_ms + 1), until_ms, who, why)


NO_HALT = Halt()


def newest(first: Halt, second: Halt) -> Halt:
    """Which of two records of the same halt counts."""
    return max(first, second, key=lambda each: (each.at_ms, each.is_on))


@dataclass(frozen=True, slots=True)
class Halts:
    """Everything that a person has halted."""

    kill_switch: Halt = NO_HALT
    pauses: Mapping[str, Halt] = field(default_factory=dict)  # by symbol

    def pause(self, symbol: str) -> Halt:
        """The pause of one pair."""
        return self.pauses.get(symbol, NO_HALT)

    def with_pause(self, symbol: str, pause: Halt) -> Self:
        return replace(self, pauses={**self.pauses, symbol: pause})

    def merged(self, other: "Halts") -> "Halts":
        """The newest of each."""
        symbols = sorted({*self.pauses, *other.pauses})
        pauses = {symbol: newest(self.pause(symbol), other.pause(symbol)) for symbol in symbols}
        return Halts(newest(self.kill_switch, other.kill_switch), pauses)


def unreadable(reason: str, now_ms: int) -> Halts:
    """Where it cannot be read what a person wanted: no order is sent until a person says that one may be."""
    return Halts(Halt(True, now_ms, who="lotkeeper", why=reason))


def utc(moment_ms: int) -> str:
    """A moment (wall clock) for people."""
    return f"{datetime.fromtimestamp(moment_ms / 1000, UTC):%Y-%m-%d %H:%M:%S} UTC"


# As text


def halt_to_text(halt: Halt) -> str:
    """As the database has it."""
    return json.dumps(asdict(halt))


def halt_from_text(text: str | None) -> Halt:
    """Raises ValueError for a text that is no halt; earlier versions wrote only whether a pair was paused."""
    if text in (None, "", "no"):
        return NO_HALT
    return Halt(True) if text == "yes" else _halt(json.loads(str(text)))


def halts_to_text(halts: Halts) -> str:
    """As the file has it."""
    return json.dumps({"version": _VERSION, **asdict(halts)}, indent=1) + "\n"


def halts_from_text(text: str) -> Halts:
    """Raises ValueError for a text that is none."""
    document: Any = json.loads(text)
    try:
        if document["version"] != _VERSION:
            raise ValueError(f"a newer version of lotkeeper wrote it ({document['version']})")
        pauses = {str(symbol): _halt(each) for symbol, each in document["pauses"].items()}
        return Halts(_halt(document["kill_switch"]), pauses)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{error!r} in it") from error


def _halt(found: Any) -> Halt:
    try:
        is_on, until_ms = found["is_on"], found["until_ms"]
        if not isinstance(is_on, bool):
            raise ValueError(f"is_on is {is_on!r}")
        until_ms = None if until_ms is None else int(until_ms)
        return Halt(is_on, int(found["at_ms"]), until_ms, str(found["who"]), str(found["why"]))
    except (TypeError, KeyError) as error:
        raise ValueError(f"no halt: {error!r}") from error
