"""The log files, to which every process appends lines, and the terminal."""

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import TextIO

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
