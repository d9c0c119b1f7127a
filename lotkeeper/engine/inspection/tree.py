"""A look at all actors of a running system: the root is asked, then its children, then theirs."""

import time
from dataclasses import dataclass

from thespian.actors import ActorAddress

from lotkeeper.engine.errors import AskTimedOutError
from lotkeeper.engine.inspection.questions import AskVitals, ChildVitals, DeadLetters, Vitals
from lotkeeper.engine.service import AttachedSystem

Place = tuple[str, ...]  # the keys on the way from the root to an actor; empty for the root


@dataclass(frozen=True, slots=True)
class SeenActor:
    """An actor as one look has found it."""

    place: Place
    address: ActorAddress | None  # None while it does not run
    child: ChildVitals | None  # as its supervisor sees it; None of the root
    vitals: Vitals | None  # as it says itself; None where it did not answer in time


@dataclass(frozen=True, slots=True)
class Look:
    """All actors at one moment, each before its children."""

    at: float  # monotonic
    actors: tuple[SeenActor, ...]
    letters: DeadLetters


def look(system: AttachedSystem, measure_s: float, seconds: float) -> Look:
    """Asks the actors of each level together, and waits up to `seconds` for those that do not answer.

    Each actor measures its handlers for `measure_s` more; 0 for not at all. SystemGoneError when the system has ended.
    """
    at = time.monotonic()
    found: dict[Place, SeenActor] = {}
    level: list[tuple[Place, ActorAddress | None, ChildVitals | None]] = [((), system.root, None)]
    while level:
        running = {"/".join(place): address for place, address, _ in level if address is not None}
        answers = system.ask_all(running, AskVitals(measure_s), seconds)
        seen = [SeenActor(place, address, child, answers.get("/".join(place))) for place, address, child in level]
        found.update({each.place: each for each in seen})
        level = [
            ((*each.place, child.key), child.address, child)
            for each in seen
            if each.vitals is not None
            for child in each.vitals.children
        ]
    return Look(at, tuple(_in_tree_order(found)), _letters(system, seconds))


def _in_tree_order(found: dict[Place, SeenActor]) -> list[SeenActor]:
    """Each before its children, which stay in the order of their supervisor."""
    numbers = {place: number for number, place in enumerate(found)}
    order = {place: tuple(numbers[place[:depth]] for depth in range(len(place) + 1)) for place in found}
    return [found[place] for place in sorted(found, key=order.__getitem__)]


def _letters(system: AttachedSystem, seconds: float) -> DeadLetters:
    try:
        return system.dead_letters(seconds)
    except AskTimedOutError:
        return DeadLetters({}, ())
