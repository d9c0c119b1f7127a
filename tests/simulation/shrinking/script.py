"""A schedule as the list of its choices, so that some of them can be taken out and the others stay what they are.

The dice of a seed say one number after the other: with one choice less all later ones would be others. A script has
each number under the place that asked for it. What it does not have is the quietest: no fault, no delay, the first of
several. What was planned at a place may be left out as well: a move of the trader, a cut of the stream.
"""

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from thespian.actors import WakeupMessage

_FRAMES = 3
_QUIET = 0.999_999  # above the chance of every fault
# Where what happens in a schedule is planned; what follows from it is planned elsewhere and is never left out.
_PLANNERS = frozenset(
    {
        "crowd",
        "falls",
        "kill_after_answer",
        "kill_after_send",
        "operator_halts",
        "operator_purchases",
        "operator_sales",
        "reloads",
        "rises",
        "slow_queries",
    }
)
_PLANNING = frozenset({"run", "_schedule_faults"})  # of schedule.py
Place = tuple[str, int]  # where, and how often it was there before


@dataclass(slots=True)
class Script:
    """`choices` is None while a seed is recorded: then its own dice throw, and `recorded` has what they threw."""

    choices: dict[Place, Any] | None = None
    left_out: frozenset[Place] = frozenset()
    recorded: dict[Place, Any] = field(default_factory=dict)  # what was asked for, with what the script said
    planned: list[Place] = field(default_factory=list)
    context: str = ""  # which message is being handled by whom
    _times: Counter[str] = field(default_factory=Counter)

    def dice(self, name: int | str) -> "ScriptedDice":
        return ScriptedDice(self, str(name) if isinstance(name, str) else "world", Random(name))

    def begin(self, actor: Any = None, message: Any = None) -> None:
        """What is drawn from now on belongs to this message."""
        payload = message.payload if isinstance(message, WakeupMessage) else message
        self.context = "" if actor is None else f"{actor.role} {type(payload).__name__}"

    def place(self, what: str, frame: FrameType) -> Place:
        where = f"{what} {_site(frame)} {self.context}"
        self._times[where] += 1
        return where, self._times[where] - 1

    def plan(self, what: Callable[[], None], frame: FrameType) -> Callable[[], None] | None:
        """What is planned there, with the choices of its own; None: it is left out."""
        code = frame.f_code
        stem = Path(code.co_filename).stem
        if stem not in _PLANNERS and not (stem == "schedule" and code.co_name in _PLANNING):
            return what
        self.context, before = "", self.context
        place = self.place("plan", frame)
        self.context = before
        self.planned.append(place)

        def begin() -> None:
            self.context = f"of {place[0]} {place[1]}"
            what()

        return None if place in self.left_out else begin


class ScriptedDice:
    """What the simulation uses of `random.Random`."""

    def __init__(self, script: Script, name: str, random: Random) -> None:
        self._script, self._name, self._random = script, name.rstrip("0123456789 "), random

    def random(self) -> float:
        return self._draw(self._random.random, _QUIET)

    def uniform(self, low: float, high: float) -> float:
        return self._draw(lambda: self._random.uniform(low, high), low)

    def expovariate(self, rate: float) -> float:
        return self._draw(lambda: self._random.expovariate(rate), 1 / rate)

    def randint(self, low: int, high: int) -> int:
        return self._draw(lambda: self._random.randint(low, high), low)

    def choice(self, among: Sequence[Any]) -> Any:
        place = self._draw(lambda: self._random.choice(range(len(among))), 0)
        return among[min(place, len(among) - 1)]

    def choices(self, among: Sequence[Any], weights: Sequence[float]) -> list[Any]:
        return [among[self._draw(lambda: self._random.choices(range(len(among)), weights)[0], 0)]]

    def sample(self, among: Sequence[Any], count: int) -> list[Any]:
        return self._draw(lambda: self._random.sample(among, count), list(among[:count]))

    def getstate(self) -> Any:
        return self._random.getstate()

    def _draw(self, throw: Any, quiet: Any) -> Any:
        script = self._script
        place = script.place(self._name, sys._getframe(2))
        said = throw() if script.choices is None else script.choices.get(place, quiet)
        if said != quiet:
            script.recorded[place] = said
        return said


def _site(frame: FrameType | None) -> str:
    """The lines that asked, the nearest first, whoever plays the schedule."""
    lines: list[str] = []
    while frame is not None and len(lines) < _FRAMES and frame.f_code.co_name != "play":
        name = Path(frame.f_code.co_filename).stem
        fault = frame.f_locals.get("fault", "") if frame.f_code.co_name == "chance" else ""
        lines.append(f"{name}:{frame.f_lineno}{fault}")
        frame = frame.f_back
    return " < ".join(lines)
