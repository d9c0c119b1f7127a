"""How a stream opens its next connection: in a thread, when it has a permit, and after the back-off."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from actors.streams.permit_holder import PermitHolder
from lotkeeper.engine.actor import EngineActor
from lotkeeper.exchange.websocket.connect_policy import Ceilings, ConnectFailure, NextTry, next_try
from lotkeeper.exchange.websocket.connect_thread import ConnectThread
from lotkeeper.exchange.websocket.socket import ConnectError, StreamSocket


@dataclass(frozen=True, slots=True)
class Connect:
    """Wake-up: open the connection. Only the newest one counts."""

    number: int


class Connector:
    """One attempt at a time. The stream decides whether a connection is wanted, and asks again when it wakes up."""

    def __init__(self, actor: EngineActor, permits: PermitHolder, ceilings: Ceilings) -> None:
        self._actor, self._permits, self._ceilings = actor, permits, ceilings
        self._opening: ConnectThread | None = None
        self._wakeup_number = 0  # of the newest wake-up
        self._short_connections = 0  # in a row, attempts that failed among them

    @property
    def is_opening(self) -> bool:
        return self._opening is not None

    def watched(self) -> list[int]:
        """The descriptor that is readable when the attempt has ended."""
        descriptor = -1 if self._opening is None else self._opening.fileno()
        return [descriptor] if descriptor >= 0 else []

    def begin(self, url: str) -> ConnectFailure | None:
        """Begins an attempt, or waits for its permit. A failure if the attempt ended at once."""
        wait_s = self._permits.wait_s()
        if wait_s:
            self._wake_in(wait_s)
            return None
        try:
            self._opening = ConnectThread(url)
        except ConnectError as error:
            self.note_end(is_short=True)
            return error.failure
        return None

    def is_due(self, wakeup: Connect) -> bool:
        """Whether no later wake-up was set."""
        return wakeup.number == self._wakeup_number

    def take_result(self, readable: Sequence[int]) -> StreamSocket | ConnectFailure | None:
        """The socket or the failure of the attempt that has ended; None while none has."""
        opening = self._opening
        if opening is None or opening.fileno() not in readable:
            return None
        self._opening = None
        try:
            socket = opening.result()
        except ConnectError as error:
            self._permits.attempt_ended(error.failure)
            self.note_end(is_short=True)
            return error.failure
        self._permits.attempt_ended(None)
        return socket

    def note_end(self, *, is_short: bool) -> None:
        """A connection ended, or an attempt failed: many short ones in a row are followed by longer waits."""
        self._short_connections = self._short_connections + 1 if is_short else 0

    def try_later(self, failure: ConnectFailure) -> NextTry:
        """Sets the wake-up for the next attempt."""
        again = next_try(failure, max(1, self._short_connections), random.random(), self._ceilings)
        self._wake_in(again.after_s)
        return again

    def abandon(self) -> None:
        """The attempt is not wanted any more."""
        if self._opening is not None:
            self._opening.abandon()

    def _wake_in(self, seconds: float) -> None:
        self._wakeup_number += 1
        self._actor.wake_in(seconds, Connect(self._wakeup_number))
