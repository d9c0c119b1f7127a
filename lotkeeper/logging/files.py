"""The log files: every process appends lines, and one process rotates them."""

import contextlib
import logging
import os
import sys
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

from lotkeeper.config import LogsConfig

ALL = "lotkeeper.jsonl"
ERRORS = "errors.jsonl"


class LineFileHandler(WatchedFileHandler):
    """Appends each record with a single write, so that the lines of many processes never mix.

    When the file was renamed (rotated), it begins a new one. If the file cannot be written it says so once, on stderr.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", delay=True)
        self._is_broken = False

    def _open(self) -> Any:
        Path(self.baseFilename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return os.fdopen(descriptor, "ab", buffering=0)  # without a buffer, which would split a long line

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record).encode("utf-8", "backslashreplace")
            self._current_stream().write(line + b"\n")
            self._is_broken = False
        except RecursionError:
            raise
        except Exception as error:  # a log must not stop the service
            self._report_once(error)

    def _current_stream(self) -> Any:
        self.reopenIfNeeded()
        if self.stream is None:
            self.stream = self._open()
            self._statstream()
        return self.stream

    def _report_once(self, error: Exception) -> None:
        if not self._is_broken:
            self._is_broken = True
            write_to_stderr(f"the log {self.baseFilename} cannot be written: {error}")


def write_to_stderr(line: str) -> None:
    """One line on stderr, if the process has one."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"lotkeeper: {line}\n")
        sys.stderr.flush()


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
