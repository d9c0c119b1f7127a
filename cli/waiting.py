"""Waits until something holds of the running service."""

import time
from collections.abc import Callable, Mapping
from typing import Any

Status = Mapping[str, Any]
_EVERY_S = 0.2


def wait_until_proven(
    ask: Callable[[], Status | None],
    missing: Callable[[Status], dict[str, str]],
    timeout_s: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> dict[str, str]:
    """What is missing at the end, by pair; nothing when all was proven in time.

    `ask` gives the status, or None while it cannot be told, and raises where waiting is of no use.
    """
    end = clock() + timeout_s
    lacking: dict[str, str] = {"the status": "it cannot be asked for yet"}
    while True:
        status = ask()
        if status is not None:
            lacking = missing(status)
        if not lacking or clock() >= end:
            return lacking
        sleep(min(_EVERY_S, max(0.0, end - clock())))
