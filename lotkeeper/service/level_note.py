"""From which level on the HTTP server logs: the launcher notes it in a memory file that the process inherits."""

import logging
import os
from dataclasses import dataclass
from typing import Self

from lotkeeper.engine.log_events import EngineEvent, named
from lotkeeper.logging.setup import set_level

_LENGTH = 16  # each level is written with spaces behind it, so that whoever reads never finds a part of one

log = logging.getLogger("lotkeeper.web")


@dataclass(frozen=True, slots=True)
class LevelNote:
    """One file. Nobody waits for it, and the next process of the server finds what was noted before."""

    descriptor: int

    @classmethod
    def make(cls) -> Self:
        """An empty one. Processes that are started do not have it, unless it is handed to them."""
        return cls(os.memfd_create("log-level", os.MFD_CLOEXEC))

    def write(self, level: str) -> None:
        """Another process may read it at any time."""
        os.pwrite(self.descriptor, level.ljust(_LENGTH).encode(), 0)

    def read(self) -> str:
        """Empty where nothing was noted. Raises OSError where the descriptor is no such file."""
        return os.pread(self.descriptor, _LENGTH, 0).decode().strip()

    def take_over(self) -> None:
        """Has this process log so from now on; where nothing was noted it goes on as it does."""
        level = self.read()
        if level:
            set_level(level)
            log.debug("logs from %s on", level, extra=named(EngineEvent.LOG_LEVEL_CHANGED))
