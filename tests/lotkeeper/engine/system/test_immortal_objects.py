"""Objects that are not counted, each time in a process of its own: what is marked stays marked until its end."""

import os
import subprocess
import sys

import pytest

from lotkeeper.engine.system.immortal_objects import COUNTED_OBJECTS, can_mark, is_immortal, mark_all

_IS_COUNTED = sys.version_info < (3, 12) or not can_mark()
needs_marks = pytest.mark.skipif(_IS_COUNTED, reason="this Python counts all objects (3.12 and 3.13 do not)")

_THINGS = """
import gc, weakref
from lotkeeper.engine.system.immortal_objects import is_immortal, mark_all

class Thing:
    text = "not an identifier: " + "x" * 50

def act(thing):
    return [(thing.text, 1_000_001.5, {"key": (b"bytes", 12345678901)}) for _ in range(3)]

thing = Thing()
"""


def run(script: str, **variables: str) -> list[str]:
    """The lines that it writes. It has to end well and to complain of nothing."""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", _THINGS + script],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | variables,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@needs_marks
def test_functions_classes_constants_and_instances_are_no_longer_counted():
    script = """
mark_all()
parts = [Thing, Thing.text, act, act.__code__, *act.__code__.co_consts, thing]
print(*[is_immortal(each) for each in parts])
"""
    assert {word for line in run(script) for word in line.split()} == {"True"}


@needs_marks
def test_what_is_made_later_is_counted_and_ends_as_ever():
    script = """
mark_all()
later = Thing()
seen = weakref.ref(later)
print(is_immortal(later), is_immortal(act(later)))
del later
print(seen())
circle = [Thing()]
circle.append(circle)
seen = weakref.ref(circle[0])
del circle
gc.collect()
print(seen())
"""
    assert run(script) == ["False False", "None", "None"]


@needs_marks
def test_an_object_with_something_to_do_at_its_end_is_still_counted(tmp_path):
    path = tmp_path / "file"
    script = f"""
class Ending:
    def __del__(self):
        print("ended")

ending = Ending()
file = open({str(path)!r}, "w")
file.write("written at its end")
mark_all()
print(is_immortal(ending))
del ending
file.close()
print("and so on")
"""
    assert run(script) == ["False", "ended", "and so on"]
    assert path.read_text() == "written at its end"


@needs_marks
def test_the_garbage_collector_leaves_marked_objects_alone():
    script = """
mark_all()
for _ in range(3):
    gc.collect()
print(gc.get_freeze_count() > 1000, act(thing)[0][1], mark_all() < 1000)
"""
    assert run(script) == ["True 1000001.5 True"]


@needs_marks
def test_a_forked_process_copies_less_of_the_memory_that_it_only_uses():
    script = """
import os
from pathlib import Path

def copied_kb():
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Private_Dirty"))

kept = [f"{number:0200}" for number in range(50_000)]

def copied_by_use():
    reading, writing = os.pipe()
    if os.fork() == 0:
        before = copied_kb()
        for each in kept:
            len(each)
        os.write(writing, str(copied_kb() - before).encode())
        os._exit(0)
    os.wait()
    return int(os.read(reading, 20))

gc.freeze()
counted = copied_by_use()
gc.unfreeze()
mark_all()
gc.freeze()
print(counted > 8_000, copied_by_use() < counted / 8)
"""
    assert run(script)[0] == "True True"


def test_nothing_is_marked_where_the_variable_asks_for_that(monkeypatch):
    monkeypatch.setenv(COUNTED_OBJECTS, "1")
    assert mark_all() == 0
    assert not is_immortal(needs_marks)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python has immortal objects")
def test_nothing_is_marked_on_a_python_that_counts_all_objects():
    assert not is_immortal(None)
    assert mark_all() == 0
    assert not is_immortal(needs_marks)
