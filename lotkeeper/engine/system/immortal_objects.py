"""Keeps the memory that forked processes share from being copied because Python counts references.

A forked process shares its parent's memory until it writes to it. CPython writes to each object that it uses, even to
code that it only runs: it counts how many references the object has. Since version 3.12 it leaves out objects that are
marked as immortal (PEP 683, made for this purpose), such as None. CPython marks only objects of its own, and gives
programs no function for others before 3.15 (`PyUnstable_SetImmortal`). So the mark is set here: the reference count of
None, copied into each object, and only on an interpreter that is seen to keep it as 3.12 and 3.13 do.

An immortal object is never freed. That suits what a service has imported before its first fork: it is needed until the
end. An object that has something to do at its end, such as an open file, stays counted.
"""

import ctypes
import gc
import os
import sys
from collections.abc import Iterable
from sys import getrefcount
from types import CodeType, FrameType

# Set this variable to have all objects counted.
COUNTED_OBJECTS = "LK_ENGINE_COUNTED_OBJECTS"

_FIRST_VERSION = (3, 12)
_MARK = 0xFFFFFFFF  # _Py_IMMORTAL_REFCNT on a machine of 64 bits (Include/object.h)


def can_mark() -> bool:
    """Whether this interpreter leaves out objects that are marked so, and counts the others in their first word.

    Builds for debugging and those without a global lock keep something else there.
    """
    is_wanted = not os.environ.get(COUNTED_OBJECTS)
    is_plain = sys.implementation.name == "cpython" and not hasattr(sys, "gettotalrefcount")
    return is_wanted and is_plain and sys.version_info >= _FIRST_VERSION and is_immortal(None)


def is_immortal(value: object) -> bool:
    """Whether the interpreter does not count the references to this object."""
    return ctypes.c_ssize_t.from_address(id(value)).value == getrefcount(value) == _MARK


def mark_all() -> int:
    """Marks all objects of this process that Python knows, where that is possible; returns how many.

    Takes a quarter of a second for 230,000 objects. To be called before other threads run.
    """
    if not can_mark():
        return 0
    found = gc.get_objects()
    marked, count_at, is_tracked = 0, ctypes.c_ssize_t.from_address, gc.is_tracked
    ends_by_type = {FrameType: True}  # a frame is gone when its function returns
    while found:
        value = found.pop()
        kind = type(value)
        if kind not in ends_by_type:
            ends_by_type[kind] = hasattr(kind, "__del__")
        if ends_by_type[kind]:
            continue
        count_at(id(value)).value = _MARK
        marked += 1
        found += [each for each in _parts(value) if not is_tracked(each) and getrefcount(each) != _MARK]
    return marked


def _parts(value: object) -> Iterable[object]:
    """What an object refers to. Of code, into which the garbage collector does not look, what counts when it runs."""
    return value.co_consts if isinstance(value, CodeType) else gc.get_referents(value)
