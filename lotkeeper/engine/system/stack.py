"""Room on the interpreter's stack, so that no call of the loop beneath lies on an edge.

CPython keeps the frames of Python functions in pieces of 16 KB, fetches a piece from the kernel when a call does not
fit any more, and gives it back when that call returns (`push_chunk` and `_PyThreadState_PopFrame` in pystate.c, from
3.11 on). A loop that happens to stand at the end of a piece pays two system calls and a page fault for each call that
it makes, some 10 µs, for as long as it runs; how deep it stands depends on who forked it, and so on chance.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

# A piece is the smallest power of two that the frame fits in. This frame asks for a little more than half of one of
# 256 KB, and what follows it, some hundred frames, lies in the other half. Pages that nobody touches take no memory.
_WORDS = (136 << 10) // 8


def with_room(function: Callable[..., None], *arguments: Any) -> None:
    """Calls the function from a frame so large that a piece with room for all it calls is fetched, once."""
    _from_large_frame(function, arguments)


def _call(function: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    function(*arguments)


_from_large_frame = FunctionType(_call.__code__.replace(co_stacksize=_WORDS), globals(), "_from_large_frame")
