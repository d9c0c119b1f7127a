"""Waiting for something to become true."""

import time
from collections.abc import Callable
from typing import Any

from lotkeeper.service.errors import ServiceError

_WITHIN_S = 90.0  # even on a very busy machine; less than the time between two reconciliations
_POLL_EVERY_S = 0.02


class StagingError(ServiceError):
    """The staged exchange or service did not start, ended, or does not do what is waited for."""


def wait_for(what: str, condition: Callable[[], Any], within_s: float = _WITHIN_S) -> Any:
    """The first true value of `condition`; raises StagingError if there is none in time.

    Between two questions at least as much time passes as one takes: the service needs the processor as well.
    """
    deadline = time.monotonic() + within_s
    while True:
        asked_at = time.monotonic()
        value = condition()
        if value:
            return value
        answered_at = time.monotonic()
        if answered_at >= deadline:
            raise StagingError(f"not within {within_s:.0f} s: {what}")
        time.sleep(max(_POLL_EVERY_S, answered_at - asked_at))
