"""The dice of a schedule: each has its name in the seed. While a script is played, they say what the script says."""

from contextlib import contextmanager
from contextvars import ContextVar
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.shrinking.script import Script

_SCRIPT: "ContextVar[Script | None]" = ContextVar("script", default=None)


def dice_of(name: int | str) -> Any:
    """Dice that throw the same for the same name, in any process; or those of the script that is being played."""
    script = _SCRIPT.get()
    return Random(name) if script is None else script.dice(name)


@contextmanager
def scripted(script: "Script | None") -> "Iterator[None]":
    """Meanwhile all dice are those of this script; None: as ever."""
    before = _SCRIPT.set(script)
    try:
        yield
    finally:
        _SCRIPT.reset(before)
