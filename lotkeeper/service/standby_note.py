"""What a host that waits for its turn says of itself: for `lotkeeper status`, which finds no running system there."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from lotkeeper.config import Config, in_flight_file


class StandbyNote:
    """A file that is locked as long as its writer waits."""

    def __init__(self, config: Config) -> None:
        self._path = _path(config)
        self._descriptor: int | None = None
        self._text = ""

    def write(self, text: str) -> None:
        """Where it cannot be written, only the log has it."""
        if text == self._text:
            return
        with suppress(OSError):
            if self._descriptor is None:
                self._descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)
            self._text = text

    def remove(self) -> None:
        descriptor, self._descriptor, self._text = self._descriptor, None, ""
        if descriptor is not None:
            with suppress(OSError):
                self._path.unlink()
            os.close(descriptor)


def read_standby_note(config: Config) -> str:
    """What the service that waits here waits for; empty where none waits."""
    try:
        descriptor = os.open(_path(config), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return os.pread(descriptor, 4096, 0).decode(errors="replace")
    finally:
        os.close(descriptor)
    return ""  # its writer has ended


def _path(config: Config) -> Path:
    return in_flight_file(config).path.with_suffix(".standby")
