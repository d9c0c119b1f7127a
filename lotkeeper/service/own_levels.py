"""From which level on the processes log that are no actors: the launcher and the HTTP server."""

import logging

from lotkeeper.engine.actor.log_levels import LogLevels
from lotkeeper.engine.log_events import EngineEvent, named
from lotkeeper.logging.setup import set_level
from lotkeeper.service.web_process import WebProcess

LAUNCHER, WEB = "launcher", "web"  # as their lines name them

log = logging.getLogger("lotkeeper.launcher")


class OwnLevels:
    """The configured level, or what somebody wished beside it."""

    def __init__(self, configured: str, web: WebProcess | None) -> None:
        self._configured, self._web = configured, web
        self._wished = LogLevels()

    def configure(self, level: str) -> None:
        """Another level is the configured one by now; what was wished stays."""
        self._configured = level
        self._apply()

    def wish(self, levels: LogLevels) -> None:
        """As the Guardian has it; without a change it is the configured level again."""
        wished = LogLevels(levels.changed)  # the configured one comes by `configure`, and sooner
        if wished != self._wished:
            self._wished = wished
            self._apply()

    def _apply(self) -> None:
        level = self._level_of(LAUNCHER)
        set_level(level)
        log.debug("logs from %s on", level, extra=named(EngineEvent.LOG_LEVEL_CHANGED))
        if self._web is not None:
            self._web.log_from(self._level_of(WEB))

    def _level_of(self, process: str) -> str:
        return self._wished.level_of(process) or self._configured
