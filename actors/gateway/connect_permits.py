"""The streams at the Gateway: which of them gets a permit to connect, and which has to wait."""

from collections.abc import Iterator
from typing import Any

from actors.gateway.throttle import RequestThrottle
from lotkeeper.exchange.budget.permit_pool import PermitPool
from messages.connections import ConnectPermitGranted, PauseConnecting, RequestConnectPermit

Addressed = tuple[Any, object]  # whom to send it to, and the message
_AFTER_PROBE_MS = 1_500  # after a pause the Gateway asks one question before streams connect


class ConnectPermits:
    """Gives the messages to send to the streams."""

    def __init__(self, throttle: RequestThrottle) -> None:
        self._throttle = throttle
        self._pool = PermitPool(throttle.budget)
        self._announced_until_ms = 0  # the newest pause that all streams were told of, by the exchange's clock

    def request(self, message: RequestConnectPermit, owner: Any, wall_ms: int) -> Iterator[Addressed]:
        """Until when the stream has to wait; without an answer it would take the Gateway for dead."""
        now_ms = self._throttle.now_ms
        shift_ms = now_ms - wall_ms
        self._pool.request(message.stream, owner, message.number, message.attempts_ms, shift_ms=shift_ms, now_ms=now_ms)
        wait = self._pool.wait_of(message.stream, now_ms)
        if wait is not None:
            yield owner, PauseConnecting(wait.until_ms - shift_ms, wait.reason)
        elif self._throttle.is_silent:
            yield owner, PauseConnecting(wall_ms + _AFTER_PROBE_MS, self._throttle.trouble())

    def grant(self, wall_ms: int) -> Iterator[Addressed]:
        """The permits that may be granted now; before them a new pause, to the owner of every stream.

        A pause is what the exchange asked for, or that all attempts are used up.
        """
        now_ms = self._throttle.now_ms
        pause = self._pool.exhausted(now_ms)
        if pause is not None and pause.until_ms > self._announced_until_ms:
            self._announced_until_ms = pause.until_ms
            until_ms = pause.until_ms - now_ms + wall_ms + (_AFTER_PROBE_MS if self._throttle.is_silent else 0)
            for owner in self._pool.owners:
                yield owner, PauseConnecting(until_ms, pause.reason)
        if self._throttle.is_silent:
            return
        for stream, number, owner in self._pool.grant(now_ms):
            yield owner, ConnectPermitGranted(stream, number)
