"""Ends a system by force. Its processes are found by the sockets they serve or by their parents, so that no other
process is hit.
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
from lotkeeper.engine.transport.paths import is_member

GRACE = 0.5  # seconds for processes that are ending by themselves
_KILL_TIMEOUT = 5.0  # seconds for the kernel to end what was killed


def find_members(directory: Path, admin: Any) -> dict[int, int]:
    """The running processes of the system in a directory: process id and a pidfd, which the caller closes."""
    below = set(_descendants(admin.pid)) if _is_alive(admin) else set()
    found = {pid: _open_pidfd(pid) for pid in (_servers(directory) | below) - {os.getpid()}}
    return {pid: pidfd for pid, pidfd in found.items() if pidfd is not None}


def end_by_force(directory: Path, admin: Any, known: dict[int, int], grace: float = GRACE) -> None:
    """Waits for `grace` seconds for the processes of a system to end, then kills those that have not.

    `known` are the members found earlier, because a process that is ending has no socket any more. Closes all pidfds,
    also those of `known`.
    """
    found = find_members(directory, admin)
    processes = known | {pid: pidfd for pid, pidfd in found.items() if not _close_if_known(pid, pidfd, known)}
    try:
        if not _wait_for_end(processes, grace) or _is_alive(admin):
            _kill(processes, admin)
            _wait_for_end(processes, _KILL_TIMEOUT)
    finally:
        for pidfd in processes.values():
            os.close(pidfd)
    _reap(admin)


def _close_if_known(pid: int, pidfd: int, known: dict[int, int]) -> bool:
    if pid in known:
        os.close(pidfd)
    return pid in known


def _servers(directory: Path) -> set[int]:
    try:
        return {pid for each in directory.glob("*.sock") if is_member(each.name) and (pid := _server_of(each))}
    except OSError:
        return set()


def _server_of(path: Path) -> int | None:
    """The process id of the listener at a path, as the kernel knows it."""
    try:
        with sockets.connect(str(path)) as sock:
            return sockets.peer_credentials(sock)[0]
    except OSError:
        return None


def _open_pidfd(pid: int) -> int | None:
    """None also where this process may open no more files; the kernel ends such a process after the admin."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


def _descendants(pid: int) -> Iterator[int]:
    """Children of a running process, and their children. Needed where the directory with the sockets was deleted."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return
    for child in (int(each) for each in children.split()):
        yield child
        yield from _descendants(child)


def _kill(processes: dict[int, int], admin: Any) -> None:
    if _is_alive(admin):
        admin.kill()
    for pidfd in processes.values():
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)


def _reap(admin: Any) -> None:
    """Collects the exit code of the dead admin, our child. join() would wait on a pipe that is closed."""
    deadline = time.monotonic() + _KILL_TIMEOUT
    while _is_alive(admin) and time.monotonic() < deadline:
        time.sleep(0.002)


def _is_alive(admin: Any) -> bool:
    return admin is not None and bool(admin.is_alive())


def _wait_for_end(processes: dict[int, int], seconds: float) -> bool:
    """Waits so many seconds at most. Returns whether all of the processes have ended."""
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
