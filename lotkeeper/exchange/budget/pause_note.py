"""The pause that the exchange asked of this address, on file: a process that begins keeps to it without a request.

A request during a ban makes the ban longer (Binance limits.md), and a process that has just begun would send one to
learn of it. The file is best in memory; what it says counts until this machine is booted again.
"""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_MAX_BYTES = 4096
_MAX_REASON = 500  # characters


@dataclass(frozen=True, slots=True)
class NotedPause:
    """Nothing may be sent before its end."""

    left_s: float
    reason: str
    is_ban: bool = False  # HTTP 418


def note_pause(path: Path, pause: NotedPause) -> None:
    """Puts it on file. Where that cannot be done the next process learns of the pause by a request."""
    until_s = time.monotonic() + pause.left_s
    document = {"until": until_s, "boot": _boot_id(), "reason": pause.reason[:_MAX_REASON], "ban": pause.is_ban}
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps(document))
        beside.replace(path)


def read_pause(path: Path) -> NotedPause | None:
    """The pause that is on file, if it is not over."""
    try:
        document: Any = orjson.loads(_read_own(path))
        left_s = float(document["until"]) - time.monotonic()
        pause = NotedPause(left_s, str(document["reason"]), document["ban"] is True)
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return pause if left_s > 0 and document.get("boot") == _boot_id() else None


def _read_own(path: Path) -> bytes:
    """Raises OSError where another user wrote it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if os.fstat(descriptor).st_uid != os.geteuid():
            raise PermissionError(f"{path} is another user's")
        return os.read(descriptor, _MAX_BYTES)
    finally:
        os.close(descriptor)


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""
