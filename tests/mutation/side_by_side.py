"""Tries mutants in several copies of the sources at the same time."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from tests.mutation.copies import copies
from tests.mutation.mutant import Mutant
from tests.mutation.trial import notice, prepare, without_mutant

T = TypeVar("T")


def try_all(mutants: Sequence[Mutant], workers: int) -> Iterator[tuple[Mutant, str]]:
    """Each mutant and the test that notices it. Tests that fail without any mutant prove nothing: that ends it."""
    with copies(workers) as free, ThreadPoolExecutor(workers) as pool:
        _prepare_each(free, pool, workers)
        failing = pool.submit(_in_a_copy, free, without_mutant)
        noticed = [
            pool.submit(_in_a_copy, free, lambda copy, mutant=mutant: notice(mutant, copy)) for mutant in mutants
        ]
        try:
            if failing.result():
                raise SystemExit(f"without any mutant, this fails: {failing.result()}")
            for mutant, by in zip(mutants, noticed, strict=True):
                yield mutant, by.result()
        finally:
            pool.shutdown(cancel_futures=True)


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
