"""Tries mutants in several copies of the sources at the same time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from tests.mutation.copies import copies
from tests.mutation.mutant import Mutant
from tests.mutation.trial import Notice, notice, prepare, without_mutant

T = TypeVar("T")
MANY = 30  # for so many mutants all tests are needed anyway


def try_all(mutants: Sequence[Mutant], workers: int) -> Iterator[tuple[Mutant, str]]:
    """Each mutant and the test that notices it. Tests that fail without any mutant prove nothing: that ends it.

    For a few mutants these are the tests near them, and all of them only where a mutant needed all.
    """
    files = () if len(mutants) >= MANY else tuple({mutant.file for mutant in mutants})
    with copies(workers) as free, ThreadPoolExecutor(workers) as pool:
        _prepare_each(free, pool, workers)
        failing = pool.submit(_in_a_copy, free, partial(without_mutant, files=files))
        noticed = [pool.submit(_in_a_copy, free, partial(notice, mutant)) for mutant in mutants]
        try:
            _check_sound(failing.result())
            for mutant, found in zip(mutants, noticed, strict=True):
                yield mutant, found.result().by
            if files and _needed_all(each.result() for each in noticed):
                _check_sound(_in_a_copy(free, without_mutant))
        finally:
            pool.shutdown(cancel_futures=True)


def _needed_all(found: Iterable[Notice]) -> bool:
    return any(each.by and not each.is_near for each in found)


def _check_sound(failing: str) -> None:
    if failing:
        raise SystemExit(f"without any mutant, this fails: {failing}")


def _prepare_each(free: "SimpleQueue[Path]", pool: ThreadPoolExecutor, count: int) -> None:
    taken = [free.get() for _ in range(count)]
    list(pool.map(prepare, taken))
    for copy in taken:
        free.put(copy)


def _in_a_copy(free: "SimpleQueue[Path]", task: Callable[[Path], T]) -> T:
    copy = free.get()
    try:
        return task(copy)
    finally:
        free.put(copy)
