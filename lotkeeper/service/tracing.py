"""Follows the messages about one pair or one lot through the actors, for some seconds.

The actors that may be concerned are asked to note what has the words in it; what they noted is fetched again and again.
They stop by themselves, also if nobody asks any more.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thespian.actors import ActorAddress

from lotkeeper.engine.inspection.questions import StartTrace, TakeTrace, TracedMessage, TraceTaken
from lotkeeper.engine.inspection.tree import Look, look
from lotkeeper.engine.service import AttachedSystem

_ANSWER_WITHIN_S = 1.0
_PAIR_SUPERVISOR = "PairSupervisor"


@dataclass(frozen=True, slots=True)
class TracedStep:
    """A message and the actor that has handled it."""

    actor: str
    traced: TracedMessage


class Tracing:
    """One trace. Raises SystemGoneError when the system has ended."""

    def __init__(
        self, system: AttachedSystem, pair: str, words: Sequence[str], seconds: float, *, has_states: bool = False
    ) -> None:
        """`has_states`: also states, such as prices and reports."""
        self._system, self._pair, self._words, self._has_states = system, pair, tuple(words), has_states
        self._end = time.monotonic() + seconds
        self._actors: dict[str, ActorAddress] = {}
        self._names: set[str] = set()  # of all that were ever traced: who is lost comes again
        self.dropped = 0  # messages that came too fast to be noted
        self._start()

    @property
    def actors(self) -> int:
        """How many actors note what they handle."""
        return len(self._actors)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def take(self) -> list[TracedStep]:
        """What was handled since the last time, by time. An actor that was started again is found again."""
        answers = self._system.ask_all(self._actors, TakeTrace(), _ANSWER_WITHIN_S)
        if self._names - answers.keys() and not self.is_over:
            self._start()
        return sorted(self._steps(answers), key=lambda step: step.traced.at_ns)

    def stop(self) -> None:
        """Nothing more is noted."""
        self._system.ask_all(self._actors, StartTrace(self._words, 0.0), _ANSWER_WITHIN_S)

    def _ask(self, actors: dict[str, ActorAddress], beside: str) -> None:
        wanted = StartTrace(self._words, self._end - time.monotonic(), beside, self._has_states)
        self._system.ask_all(actors, wanted, _ANSWER_WITHIN_S)

    def _start(self) -> None:
        """Where it was not started yet."""
        found = concerned(look(self._system, 0.0, _ANSWER_WITHIN_S), self._pair)
        new = {name: address for name, address in found.items() if str(self._actors.get(name)) != str(address)}
        own = {name: address for name, address in new.items() if name.startswith(self._pair)}
        self._ask(own, beside="")
        # The exchange numbers the orders of each pair: those of another pair may have the same numbers.
        self._ask({name: address for name, address in new.items() if name not in own}, beside=self._pair)
        self._actors, self._names = found, self._names | found.keys()

    def _steps(self, answers: dict[str, TraceTaken]) -> Iterator[TracedStep]:
        for name, taken in answers.items():
            self.dropped += taken.dropped
            yield from (TracedStep(name, each) for each in taken.messages)


def concerned(seen: Look, pair: str) -> dict[str, ActorAddress]:
    """The actors by name that may handle something about the pair: all but those of other pairs."""
    others = {
        each.place
        for each in seen.actors
        if each.vitals is not None and each.vitals.actor == _PAIR_SUPERVISOR and each.place[-1] != pair
    }
    return {
        each.place[-1] if each.place else "guardian": each.address
        for each in seen.actors
        if each.address is not None and each.vitals is not None and each.place[:1] not in others
    }
