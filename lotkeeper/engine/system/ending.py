"""The end of a system by force: its processes are found by the sockets they serve or by their parents, so that no
other is hit.
"""

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lotkeeper.engine.transport import sockets
from lotkeeper.engine.transport.addresses import is_member

_TOGETHER = 0.5  # seconds for processes that are ending by themselves
_PATIENCE = 5.0  # seconds for the kernel to end what was killed


def members(directory: Path, admin: Any) -> dict[int, int]:
    """The living processes of the system in a directory: process id and a pidfd, which the caller closes."""
    below = set(_descendants(admin.pid)) if _alive(admin) else set()
    found = {pid: _opened(pid) for pid in (_servers(directory) | below) - {os.getpid()}}
    return {pid: pidfd for pid, pidfd in found.items() if pidfd is not None}


def end_by_force(directory: Path, admin: Any, known: dict[int, int]) -> None:
    """Waits a moment for the processes of a system to end, then kills those that have not.

    `known` are the members found earlier (taken over): who is ending has no socket any more. Closes all pidfds.
    """
    now = members(directory, admin)
    processes = known | {pid: pidfd for pid, pidfd in now.items() if not _is_known(pid, pidfd, known)}
    try:
        if not _ended(processes, _TOGETHER) or _alive(admin):
            _kill(processes, admin)
            _ended(processes, _PATIENCE)
    finally:
        for pidfd in processes.values():
            os.close(pidfd)
    _reap(admin)


def _is_known(pid: int, pidfd: int, known: dict[int, int]) -> bool:
    if pid in known:
        os.close(pidfd)
    return pid in known


def _servers(directory: Path) -> set[int]:
    try:
        return {pid for each in directory.glob("*.sock") if is_member(each.name) and (pid := _server_of(each))}
    except OSError:
        return set()


def _opened(pid: int) -> int | None:
    """None also where this process may open no more files: the kernel ends whoever outlives the admin."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _descendants(pid: int) -> Iterator[int]:
    """Children of a living process, and theirs; where the directory was deleted there are no sockets to ask."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return
    for child in (int(each) for each in children.split()):
        yield child
        yield from _descendants(child)


def _kill(processes: dict[int, int], admin: Any) -> None:
    if _alive(admin):
        admin.kill()
    for pidfd in processes.values():
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)


def _reap(admin: Any) -> None:
    """Collects the dead admin, our child; not with join(), which would wait on a pipe that is closed."""
    deadline = time.monotonic() + _PATIENCE
    while _alive(admin) and time.monotonic() < deadline:
        time.sleep(0.002)


def _alive(admin: Any) -> bool:
    return admin is not None and bool(admin.is_alive())


def _server_of(path: Path) -> int | None:
    """Who listens there, by the kernel's word."""
    try:
        with sockets.connect(str(path)) as sock:
            return sockets.peer(sock)[0]
    except OSError:
        return None


def _ended(processes: dict[int, int], seconds: float) -> bool:
    """Whether all of them have ended within so many seconds."""
    deadline = time.monotonic() + seconds
    waiting = set(processes.values())
    while waiting:
        remaining = deadline - time.monotonic()
        if remaining <= 0:
            return False
        poll = select.poll()
        for pidfd in waiting:
            poll.register(pidfd, select.POLLIN)
        waiting -= {pidfd for pidfd, _ in poll.poll(remaining * 1000)}
    return True
