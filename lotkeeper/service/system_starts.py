"""The starts of the actor system: how often it failed lately, and whether the newest one answers."""

import logging
import time

from lotkeeper.engine.errors import AskTimedOutError
from lotkeeper.engine.service import RunningSystem
from lotkeeper.service.errors import ServiceError
from lotkeeper.trading.log_events import LogEvent, named

_PONG_WITHIN_S = 5.0
# A start of many pairs keeps the Guardian busy: on a slow machine it would be ended and begun again for ever.
_STARTS_FOR_S = 60.0
_MISSED_AT_START = 3  # pings in a row; a service manager is told that the service lives with each pong
_MAX_STARTS = 5  # of the whole system within _STARTS_WITHIN_S; then the launcher gives up
_STARTS_WITHIN_S = 60.0

log = logging.getLogger("lotkeeper.launcher")


class SystemStarts:
    """Says when a system that fails is not started again."""

    def __init__(self) -> None:
        self._started_at: list[float] = []  # monotonic, the newest last
        self._missed = 0  # pings in a row without an answer

    def note_start(self) -> None:
        """The system is about to be started."""
        self._started_at.append(time.monotonic())
        self._missed = 0

    def has_answered(self, system: RunningSystem) -> bool:
        """Whether the system answers a ping. Raises AskTimedOutError if it does not, and is not just starting."""
        try:
            system.ping(_PONG_WITHIN_S)
        except AskTimedOutError:
            self._missed += 1
            is_starting = time.monotonic() - self._started_at[-1] < _STARTS_FOR_S
            if not is_starting or self._missed > _MISSED_AT_START:
                raise
            log.warning(
                "the actor system is slow to start: no answer within %g s",
                _PONG_WITHIN_S,
                extra=named(LogEvent.SERVICE_FAILED),
            )
            return False
        self._missed = 0
        return True

    def note_failure(self, error: Exception) -> None:
        """The actor system ended or does not answer. Raises ServiceError where another start would not help."""
        log.error("the actor system failed: %s", error, extra=named(LogEvent.SERVICE_FAILED))
        recent = [each for each in self._started_at if time.monotonic() - each < _STARTS_WITHIN_S]
        if len(recent) >= _MAX_STARTS:
            raise ServiceError(f"the actor system failed {len(recent)} times in {_STARTS_WITHIN_S:.0f} s: {error}")
        self._started_at = recent
        log.warning("restarting the actor system", extra=named(LogEvent.SERVICE_FAILED))
