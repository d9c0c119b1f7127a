"""Holes of the heap that are filled, each time in a process of its own."""

import os
import subprocess
import sys

import pytest

_SCRIPT = """
import gc, random
from lotkeeper.engine.system.heap_holes import fill_holes

things = [bytes(167) for _ in range(20_000)]  # of 200 bytes each: many pools
random.Random(1).shuffle(things)
del things[10_000:]
pages = {id(each) >> 12 for each in things}
gc.collect()
print(fill_holes())
later = [bytes(167) for _ in range(500)]
print(len({id(each) >> 12 for each in later} & pages))
print(len({id(each) >> 12 for each in later}))
"""


def run(allocator: str) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONMALLOC": allocator},
    )
    return [int(line) for line in done.stdout.split()]


def test_what_is_made_later_lies_side_by_side_and_on_no_page_that_was_there_before():
    filled, old_pages, pages = run("pymalloc")
    assert filled > 10_000 * 200
    assert old_pages == 0
    assert pages <= 2 * 500 * 208 / 4096


@pytest.mark.parametrize("allocator", ["malloc", "pymalloc_debug"])
def test_nothing_is_kept_where_another_allocator_is_in_use(allocator):
    filled, *_ = run(allocator)
    assert filled == 0
