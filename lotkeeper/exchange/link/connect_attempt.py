"""When the next connection to the WebSocket API is opened, and how far that is."""

from collections.abc import Callable

from lotkeeper.exchange.link.states import AttemptEvent, AttemptState, attempt_after
from lotkeeper.exchange.websocket.connect_policy import HEALTHY_AFTER_S, Ceilings, ConnectFailure, NextTry, next_try
from lotkeeper.exchange.websocket.connect_thread import ConnectThread
from lotkeeper.exchange.websocket.socket import StreamSocket

# Requests go by REST meanwhile: there is less haste than with a stream.
_CEILINGS = Ceilings(counted_s=10.0, unreachable_s=2.0)
_ASK_AGAIN_S = 0.25  # for a permit


class ConnectAttempt:
    """One connection at a time is opened: the first, one in the place of a lost one, or one to replace another.

    `may_connect` is asked before each attempt; when it says yes, the attempt is made and counts. `jitter` gives random
    numbers from 0 to 1.
    """

    def __init__(
        self,
        url: str,
        may_connect: Callable[[], bool],
        monotonic: Callable[[], float],
        jitter: Callable[[], float],
    ) -> None:
        self.state = AttemptState.IDLE
        self._url, self._may_connect, self._monotonic, self._jitter = url, may_connect, monotonic, jitter
        self._opening: ConnectThread | None = None
        self._next_at = 0.0  # monotonic, s
        self._short_connections = 0  # in a row

    def want(self) -> None:
        """Another connection is wanted, as soon as there is a permit."""
        if self.state is AttemptState.IDLE:
            self._next_at = self._monotonic()
        self._become(AttemptEvent.WANTED)

    def want_after(self, failure: ConnectFailure, lasted_s: float) -> None:
        """Another connection is wanted, because one that was ready ended after so many seconds."""
        self._short_connections = self._short_connections + 1 if lasted_s < HEALTHY_AFTER_S else 0
        if self.state is AttemptState.IDLE:
            self._try_later(failure)
        self._become(AttemptEvent.WANTED)

    def begin_when_due(self) -> None:
        """Begins to connect if it is time and permitted; raises ConnectError where the attempt ended at once."""
        now = self._monotonic()
        if self.state is not AttemptState.WAITING or now < self._next_at:
            return
        if not self._may_connect():
            self._next_at = now + _ASK_AGAIN_S
            return
        self._become(AttemptEvent.PERMITTED)
        self._opening = ConnectThread(self._url)

    def fileno(self) -> int:
        """Readable when the socket is open or cannot be opened; -1 while none is being opened."""
        return -1 if self._opening is None else self._opening.fileno()

    def take_socket(self) -> StreamSocket:
        """The open socket; raises ConnectError. Call it once, when readable."""
        opening, self._opening = self._opening, None
        assert opening is not None  # something was readable
        socket = opening.result()
        self._become(AttemptEvent.OPENED)
        return socket

    def become_ready(self) -> None:
        """The exchange has answered on the new connection."""
        self._become(AttemptEvent.READY)

    def fail(self, failure: ConnectFailure) -> NextTry:
        """It came to nothing; the next attempt follows by itself."""
        self._short_connections += 1
        self._become(AttemptEvent.FAILED)
        return self._try_later(failure)

    def wait_s(self) -> float | None:
        """Seconds until something has to be done; None when nothing has."""
        return max(0.0, self._next_at - self._monotonic()) if self.state is AttemptState.WAITING else None

    def abandon(self) -> None:
        if self._opening is not None:
            self._opening.abandon()
            self._opening = None

    def _try_later(self, failure: ConnectFailure) -> NextTry:
        again = next_try(failure, max(1, self._short_connections), self._jitter(), _CEILINGS)
        self._next_at = self._monotonic() + again.after_s
        return again

    def _become(self, event: AttemptEvent) -> None:
        self.state = attempt_after(self.state, event)
