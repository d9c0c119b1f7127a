"""Which kind of schedule each seed plays when probes are counted: all kinds take turns."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.probes.counting import counted_tables
from tests.simulation.probes.watcher import Watcher
from tests.simulation.schedule import Verdict, play

Options = dict[str, bool]
KINDS: tuple[Options, ...] = (
    {},
    {"has_exits": True},
    {"has_sales": True},
    {"has_slow_queries": True},
    {"has_halts": True, "has_exits": True},
    {"has_group": True},
    {"has_reloads": True, "has_exits": True},
    {"is_one_of_many": True},
    {"has_exits": True, "has_sales": True},
    {"dies_after_answer": True},
    {"is_distant": True},
)
_TOP_UPS: Options = {"has_top_ups": True}
_OF_TOP_UPS = 20  # hours of virtual time each: so many kinds of others come between two of them


def kind_of(seed: int) -> Options:
    return _TOP_UPS if seed % _OF_TOP_UPS == _OF_TOP_UPS - 1 else KINDS[seed % len(KINDS)]


def play_watched(seed: int, kind: Options | None = None) -> tuple[Verdict, set[tuple[str, str]]]:
    """Plays the schedule of this seed, and says which probes it has reached."""
    watcher = Watcher()
    with counted_tables(watcher.on_look):
        verdict = play(seed, watcher=watcher, **(kind_of(seed) if kind is None else kind))
    return verdict, watcher.reached


def play_all(seeds: Iterable[int], workers: int = 1) -> Iterator[tuple[Verdict, set[tuple[str, str]]]]:
    """In the order of the seeds."""
    if workers < 2:
        yield from map(play_watched, seeds)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(play_watched, seeds, chunksize=20)
