"""Makes room on the interpreter's stack, so that an actor's loop does not stand at the edge of a memory chunk.

CPython (3.11 and later) keeps the frames of Python functions in chunks of 16 KB. A call that does not fit any more
fetches a chunk from the kernel and gives it back when it returns (`push_chunk` and `_PyThreadState_PopFrame` in
pystate.c). A loop that happens to stand at the end of a chunk pays two system calls and a page fault for each call that
it makes, some 10 µs, for as long as it runs. How deep the loop stands depends on the process that forked it.
"""

import os
from collections.abc import Callable
from types import FunctionType
from typing import Any

# Set this variable to run without the large frame.
PLAIN_STACK = "LK_ENGINE_PLAIN_STACK"

# A chunk has the smallest power of two in which the frame fits. This frame needs a little more than half of a chunk of
# 256 KB, and all that it calls, some hundred frames, fits in the other half. Pages that nobody touches take no memory.
_FRAME_WORDS = (136 << 10) // 8


def run_with_large_frame(function: Callable[..., None], *arguments: Any) -> None:
    """Calls the function from a frame so large that one chunk with room for all it calls is fetched, once."""
    call = _call if os.environ.get(PLAIN_STACK) else _call_from_large_frame
    call(function, arguments)


def _call(function: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    function(*arguments)


_call_from_large_frame = FunctionType(
    _call.__code__.replace(co_stacksize=_FRAME_WORDS), globals(), "_call_from_large_frame"
)
