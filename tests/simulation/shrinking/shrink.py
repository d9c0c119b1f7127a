"""Takes from a broken schedule what it can do without: delta debugging over its choices."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.simulation.schedule import Verdict, play
from tests.simulation.shrinking.script import Place, Script

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """A schedule by its choices; `planned` is what was planned and happens."""

    seed: int
    options: dict[str, bool | None]
    choices: dict[Place, Any]
    left_out: frozenset[Place]
    planned: tuple[Place, ...]
    verdict: Verdict


def play_script(shrunk: Shrunk, *, with_story: bool = False) -> Verdict:
    script = Script(shrunk.choices, shrunk.left_out)
    return play(shrunk.seed, with_story=with_story, script=script, **shrunk.options)


def shrink(seed: int, options: dict[str, bool | None], tell: Told, most: int = 2000) -> Shrunk | None:
    """The shortest schedule found with at most so many plays; None: the schedule of this seed holds."""
    script = Script()
    verdict = play(seed, script=script, **options)
    if not verdict.broken:
        return None
    whole = Shrunk(seed, options, script.recorded, frozenset(), tuple(script.planned), verdict)
    search = _Search(whole, tell, most)
    while search.plays < most and search.go_round():
        pass
    return search.best


def how(broken: str) -> str:
    """In which way the promise was broken: the point of it, without the lot and the numbers."""
    return broken.partition(":")[0]


class _Search:
    """Keeps the best schedule so far, and tries ones without something of it."""

    def __init__(self, whole: Shrunk, tell: Told, most: int) -> None:
        self.best, self.plays = whole, 0
        self._tell, self._most = tell, most

    def go_round(self) -> bool:
        """Whether anything could be taken out."""
        before = (len(self.best.choices), len(self.best.planned))
        self._take_from(self._plans, self._without_plans)
        for same in self._by_place():
            self._try(self._without_choices(same))
        self._take_from(self._plans, self._without_plans)
        self._take_from(self._choices, self._without_choices)
        after = (len(self.best.choices), len(self.best.planned))
        self._tell(
            f"{self.plays} plays: {after[1]} of {before[1]} moves and {after[0]} of {before[0]} choices are left"
        )
        return after < before

    def _plans(self) -> list[Place]:
        return list(self.best.planned)

    def _choices(self) -> list[Place]:
        return list(self.best.choices)

    def _by_place(self) -> list[list[Place]]:
        """The choices of each place of the sources together, those that are most first."""
        places: dict[str, list[Place]] = {}
        for each in self.best.choices:
            places.setdefault(each[0], []).append(each)
        return sorted(places.values(), key=len, reverse=True)

    def _without_plans(self, some: Sequence[Place]) -> Shrunk:
        return replace(self.best, left_out=self.best.left_out | frozenset(some))

    def _without_choices(self, some: Sequence[Place]) -> Shrunk:
        gone = frozenset(some)
        return replace(self.best, choices={key: said for key, said in self.best.choices.items() if key not in gone})

    def _take_from(self, left: Callable[[], list[Place]], without: Callable[[Sequence[Place]], Shrunk]) -> None:
        """All, halves, quarters, until single ones."""
        size = len(left())
        while size:
            start = 0
            while start < len(left()) and self.plays < self._most:
                some = left()[start : start + size]
                if not self._try(without(some)):
                    start += size
            size //= 2

    def _try(self, shorter: Shrunk) -> bool:
        """Whether it is broken in the same way; then it is the best so far."""
        if self.plays >= self._most:
            return False
        self.plays += 1
        script = Script(shorter.choices, shorter.left_out)
        verdict = play(shorter.seed, script=script, **shorter.options)
        if how(verdict.broken) != how(self.best.verdict.broken):
            return False
        happens = tuple(place for place in script.planned if place not in shorter.left_out)
        found = replace(shorter, choices=script.recorded, planned=happens, verdict=verdict)
        if (len(found.choices), len(found.planned)) > (len(self.best.choices) + 3, len(self.best.planned)):
            return False
        self.best = found
        return True
