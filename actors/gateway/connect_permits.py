"""The streams at the Gateway: who is granted leave to connect, and who is to hold off."""

from collections.abc import Iterator
from typing import Any

from actors.gateway.throttle import Traffic
from lotkeeper.exchange.budget.permit_pool import Leaves
from messages.connections import ConnectPermitGranted, PauseConnecting, RequestConnectPermit


class Doors:
    """Gives the messages that are to be sent, and to whom."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic
        self._leaves = Leaves(traffic.budget)
        self._told_until_ms = 0  # the last hold that all streams were told of, by the exchange's clock

    def wanted(self, message: RequestConnectPermit, owner: Any, wall_ms: int) -> Iterator[tuple[Any, object]]:
        """Until when it has to wait: silence would be taken for a Gateway that is dead."""
        now_ms = self._traffic.now_ms
        shift_ms = now_ms - wall_ms
        self._leaves.asked(message.stream, owner, message.number, message.attempts_ms, shift_ms=shift_ms, now_ms=now_ms)
        wait = self._leaves.wait(message.stream, now_ms)
        if wait is not None:
            yield owner, PauseConnecting(wait.until_ms - shift_ms, wait.reason)

    def open(self, wall_ms: int) -> Iterator[tuple[Any, object]]:
        """The leaves that may be granted now; before them a new hold, to everybody who ever asked.

        A hold is what the exchange said, or that all attempts are used up.
        """
        now_ms = self._traffic.now_ms
        hold = self._leaves.exhausted(now_ms)
        if hold is not None and hold.until_ms > self._told_until_ms:
            self._told_until_ms = hold.until_ms
            for owner in self._leaves.owners:
                yield owner, PauseConnecting(hold.until_ms - now_ms + wall_ms, hold.reason)
        for stream, number, owner in self._leaves.grants(now_ms):
            yield owner, ConnectPermitGranted(stream, number)
