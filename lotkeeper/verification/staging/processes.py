"""The processes of a staged service, from /proc: those that a kill can hit."""

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_MARK = "STAGED_FOR"


def marked(mark: str) -> dict[str, str]:
    """Variables for the environment of the service, and so of all that it forks.

    A process that sets its title would write it over its environment, unless SPT_NOENV says no (setproctitle).
    """
    return {_MARK: mark, "SPT_NOENV": "1"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A process and its title, as `ps` shows it: `PairKeeper BTCUSDT`."""

    pid: int
    title: str


def processes(mark: str, title: str = "") -> list[Seen]:
    """Those that live, were started with this mark, and whose title begins with `title`; in the order of their ids."""
    found = (_seen(int(entry.name), f"{_MARK}={mark}".encode()) for entry in _PROC.iterdir() if entry.name.isdigit())
    return sorted(
        (each for each in found if each is not None and each.title.startswith(title)), key=lambda each: each.pid
    )


def _seen(pid: int, mark: bytes) -> Seen | None:
    """None for others, and for one that has ended and waits for its parent to notice (it shows no environment)."""
    try:
        variables = (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
        words = (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ")
    except OSError:  # somebody else's, or gone by now
        return None
    return Seen(pid, words.decode(errors="replace").strip()) if mark in variables and pid != os.getpid() else None
