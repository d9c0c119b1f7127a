"""Sets log files aside: by size and at full hours, packs the older ones, and keeps their number and size bounded.

NAME.1 is the newest one that was set aside. From NAME.2 on they are packed (NAME.2.gz): a process that was just writing
when NAME was renamed writes its line into NAME.1.
"""

import contextlib
import gzip
import logging
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from lotkeeper.config import LogsConfig
from lotkeeper.logging.background import BackgroundWriter
from lotkeeper.logging.files import ALL, ERRORS
from lotkeeper.trading.log_events import LogEvent, named

PACKED = ".gz"
_LEVEL = 1  # quick: a line shrinks to a tenth all the same
_UNTOUCHED_S = 30.0  # a file that was written to a moment ago is not packed yet
_FIRST_LINE = 64 * 1024
_FORMS = ("", PACKED)
_UNFINISHED = ".packing"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file that was set aside."""

    path: Path
    number: int
    size: int  # bytes


class Rotator:
    """Belongs to the one process that rotates. Packing has a thread of its own: no line waits for it."""

    def __init__(self, tidying: BackgroundWriter) -> None:
        self._tidying, self._is_tidying = tidying, False  # changed by one thread at a time

    def rotate(self, settings: LogsConfig) -> None:
        """Renames what is due, and has the rest tidied. Not while the last time's is: nothing is renamed meanwhile."""
        if not self._is_tidying:
            rotate_if_needed(settings, time.time())
            self._is_tidying = True
            if not self._tidying.submit(lambda: self._tidy(settings)):
                self._is_tidying = False

    def _tidy(self, settings: LogsConfig) -> None:
        try:
            tidy(settings, time.time())
        finally:
            self._is_tidying = False


def rotate_if_needed(settings: LogsConfig, now_s: float) -> bool:
    """Renames each log file that is due to NAME.1, and older ones up to NAME.`keep`; whether it renamed any.

    Due is one of over `max_bytes`, and one with a line of an earlier span of `rotate_hours` (in UTC: 24 is midnight).
    `now_s` is the wall clock. Only one process may call this; the others notice and begin a new file.
    """
    rotated = [name for name in (ALL, ERRORS) if _rotate(settings.directory / name, settings, now_s)]
    return bool(rotated)


def tidy(settings: LogsConfig, now_s: float) -> None:
    """Packs what was set aside before the last time, and deletes the oldest beyond `keep` and `total_bytes`.

    To be called by the process that rotates, and never while it does.
    """
    for name in (ALL, ERRORS):
        for each in set_aside(settings.directory / name):
            if each.number > settings.keep:
                _remove(each.path)
            elif each.number > 1 and each.path.suffix != PACKED:
                _pack(each.path, now_s)
    _keep_total(settings)


def set_aside(path: Path) -> list[SetAside]:
    """The files that were set aside of this one, the newest first."""
    found = []
    with contextlib.suppress(OSError):
        for each in path.parent.glob(f"{path.name}.*"):
            number = each.name.removeprefix(f"{path.name}.").removesuffix(PACKED)
            if number.isascii() and number.isdigit():
                with contextlib.suppress(OSError):
                    found.append(SetAside(each, int(number), each.stat().st_size))
    return sorted(found, key=lambda each: each.number)


def _rotate(path: Path, settings: LogsConfig, now_s: float) -> bool:
    try:
        if not _is_due(path, settings, now_s):
            return False
        for number in range(settings.keep, 0, -1):
            _shift(path, number, is_last=number == settings.keep)
        os.replace(path, f"{path}.1")
    except FileNotFoundError:
        return False
    except OSError as error:
        log.warning("the log %s cannot be rotated: %s", path, error, extra=named(LogEvent.LOG_TROUBLE))
        return False
    return True


def _is_due(path: Path, settings: LogsConfig, now_s: float) -> bool:
    if path.stat().st_size > settings.max_bytes:
        return True
    span_s = settings.rotate_hours * 3600
    begun_s = _begun_s(path) if span_s else None
    return begun_s is not None and begun_s // span_s < now_s // span_s


def _begun_s(path: Path) -> float | None:
    """When its first line was written; None for a file without one that tells."""
    with path.open("rb") as file:
        try:
            return datetime.fromisoformat(orjson.loads(file.readline(_FIRST_LINE))["ts"]).timestamp()
        except (ValueError, KeyError, TypeError):
            return None


def _shift(path: Path, number: int, *, is_last: bool) -> None:
    """NAME.number becomes the next one; the last one makes room."""
    for form in _FORMS:
        with contextlib.suppress(FileNotFoundError):
            if is_last:
                os.remove(f"{path}.{number}{form}")
            else:
                os.replace(f"{path}.{number}{form}", f"{path}.{number + 1}{form}")


def _pack(path: Path, now_s: float) -> None:
    """The packed file is whole on the disk before the other one goes. Its time stays that of its last line."""
    unfinished = path.with_name(_UNFINISHED)
    try:
        written_s = path.stat().st_mtime
        if now_s - written_s < _UNTOUCHED_S:
            return
        _copy_packed(path, unfinished)
        os.utime(unfinished, (written_s, written_s))
        os.replace(unfinished, f"{path}{PACKED}")
        path.unlink()
    except OSError as error:  # the disk is full, for example: it stays as it is
        _remove(unfinished)
        log.debug("the log %s cannot be packed: %s", path, error, extra=named(LogEvent.LOG_TROUBLE))


def _copy_packed(source: Path, target: Path) -> None:
    with source.open("rb") as lines, open(target, "wb", opener=_private) as file:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=file) as packed:
            shutil.copyfileobj(lines, packed, 1024 * 1024)
        file.flush()
        os.fsync(file.fileno())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _keep_total(settings: LogsConfig) -> None:
    """The oldest files go first, of those that were set aside; a file that is written to stays."""
    sizes = [_size(settings.directory / name) for name in (ALL, ERRORS)]
    spare = settings.total_bytes - sum(sizes)
    for each in sorted(_all_set_aside(settings.directory), key=lambda each: each.number):
        spare -= each.size
        if spare < 0:
            _remove(each.path)


def _all_set_aside(directory: Path) -> Iterator[SetAside]:
    names: Iterable[str] = (ALL, ERRORS)
    return (each for name in names for each in set_aside(directory / name))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
