"""The log files: appended to by every process, a line at a time, and set aside by one."""

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
    """Appends each record with a single write, so that lines of many processes never mix, to the file of that name:
    one that was renamed is left, and a new one begun. A file that cannot be written is told of once, on stderr.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, encoding="utf-8", delay=True)
        self._is_broken = False

    def _open(self) -> Any:
        Path(self.baseFilename).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return os.fdopen(descriptor, "ab", buffering=0)  # no buffer, which would cut a long line in pieces

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record).encode("utf-8", "backslashreplace")
            self._reopened().write(line + b"\n")
            self._is_broken = False
        except RecursionError:
            raise
        except Exception as error:  # a log must not stop the service
            self._tell(error)

    def _reopened(self) -> Any:
        self.reopenIfNeeded()
        if self.stream is None:
            self.stream = self._open()
            self._statstream()
        return self.stream

    def _tell(self, error: Exception) -> None:
        if not self._is_broken:
            self._is_broken = True
            tell(f"the log {self.baseFilename} cannot be written: {error}")


def tell(line: str) -> None:
    """One line on stderr, where there is one."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"lotkeeper: {line}\n")
        sys.stderr.flush()


def rotate_if_needed(settings: LogsConfig) -> bool:
    """Sets aside each log file that has grown over `max_bytes`, as NAME.1 (the newest) to NAME.`keep`; True if any.

    One process may call it, as often as it likes; the others notice and begin a new file. Who was about to write when
    the file was renamed still writes into NAME.1: no line is lost while `keep` files are not outrun.
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
        logging.getLogger(__name__).warning("the log %s cannot be set aside: %s", path, error)
        return False
    return True
