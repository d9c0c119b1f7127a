"""The log files: every process appends lines, and one process rotates them."""

import contextlib
import io
import logging
import os
import sys
from pathlib import Path
from typing import TextIO

from lotkeeper.config import LogsConfig

ALL = "lotkeeper.jsonl"
ERRORS = "errors.jsonl"


class LineFile:
    """Appends each line with a single write, so that the lines of many processes never mix.

    When the file was renamed (rotated), it begins a new one. If the file cannot be written it says so once, on stderr.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._is_broken = False

    def write(self, line: bytes) -> None:
        try:
            os.write(self._open_newest(), line)
            self._is_broken = False
        except OSError as error:  # a log must not stop the service
            self._report_once(error)

    def close(self) -> None:
        # A fork that happens in between must not find a number that may soon be another file's.
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _open_newest(self) -> int:
        """The descriptor of the file that has the name now."""
        if self._descriptor is None or not self._has_name(self._descriptor):
            self.close()
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._descriptor

    def _has_name(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.stat(self._path), os.fstat(descriptor))
        except FileNotFoundError:
            return False

    def _report_once(self, error: OSError) -> None:
        if not self._is_broken:
            self._is_broken = True
            write_to_stderr(f"the log {self._path} cannot be written: {error}")


class Terminal:
    """Standard error. Written without its buffer, whose lock would make every other writer wait for a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, line: bytes) -> None:
        """Ignores a terminal that was closed."""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            try:
                descriptor = self._stream.fileno()
            except io.UnsupportedOperation:  # no real file, as in tests
                self._stream.write(line.decode())
                return
            while line:
                line = line[os.write(descriptor, line) :]

    def close(self) -> None:
        """It stays open: it belongs to the process."""


def write_to_stderr(line: str) -> None:
    """One line on stderr, if the process has one."""
    Terminal(sys.stderr).write(f"lotkeeper: {line}\n".encode("utf-8", "backslashreplace"))


def rotate_if_needed(settings: LogsConfig) -> bool:
    """Renames each log file of over `max_bytes` to NAME.1, and older ones up to NAME.`keep`; whether it renamed any.

    Only one process may call this; the others notice and begin a new file. A process that is just writing when the file
    is renamed writes into NAME.1. A line is lost only if `keep` files fill up meanwhile.
    """
    rotated = {name for name in (ALL, ERRORS) if _rotate(settings.directory / name, settings)}
    return bool(rotated)


def _rotate(path: Path, settings: LogsConfig) -> bool:
    try:
        if path.stat().st_size <= settings.max_bytes:
            return False
        for number in range(settings.keep - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                os.replace(f"{path}.{number}", f"{path}.{number + 1}")
        os.replace(path, f"{path}.1")
    except FileNotFoundError:
        return False
    except OSError as error:
        logging.getLogger(__name__).warning("the log %s cannot be rotated: %s", path, error)
        return False
    return True
