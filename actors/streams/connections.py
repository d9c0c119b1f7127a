"""The connections of a stream: one that delivers, and while that is being replaced a spare one beside it."""

from collections.abc import Iterator

from actors.streams.connection import StreamConnection
from lotkeeper.exchange.websocket.liveness import Liveness
from lotkeeper.exchange.websocket.socket import StreamSocket

_SUSPECT_EVERY_S = 60.0  # a connection is not replaced more often for a mere suspicion


class Connections:
    """To replace the live connection, the spare one has to be verified. Times are of the monotonic clock."""

    def __init__(self) -> None:
        self.live: StreamConnection | None = None
        self.spare: StreamConnection | None = None
        self.renewal = ""  # why the live connection is being replaced; empty when it is not
        self._renewal_begun_s = float("-inf")  # the newest one

    def __iter__(self) -> Iterator[StreamConnection]:
        """Those that are open, the live one first. They may be removed meanwhile."""
        return iter([each for each in (self.live, self.spare) if each is not None])

    def __contains__(self, connection: object) -> bool:
        return connection is not None and (connection is self.live or connection is self.spare)

    @property
    def is_one_wanted(self) -> bool:
        """Whether another connection is to be opened."""
        return self.spare is None and (self.live is None or bool(self.renewal))

    def watched(self) -> list[int]:
        descriptors = [each.socket.fileno() for each in self]
        return [each for each in descriptors if each >= 0]

    def add(self, socket: StreamSocket, now_s: float) -> StreamConnection:
        """A connection was opened: the live one if there is none, else the spare one."""
        connection = StreamConnection(socket, Liveness.starting(now_s))
        if self.live is None:
            self.live = connection
        else:
            self.spare = connection
        return connection

    def remove(self, connection: StreamConnection) -> None:
        """Forgets a connection that ended. The spare one, verified or not, is the live one after the end of that."""
        if connection is self.spare:
            self.spare = None
        elif connection is self.live:
            self.live, self.spare, self.renewal = self.spare, None, ""

    # Renewal

    def begin_renewal(self, reason: str, now_s: float) -> bool:
        """Whether the live connection is being replaced from now on, and was not before."""
        if self.live is None or self.spare is not None or self.renewal:
            return False
        self.renewal, self._renewal_begun_s = reason, now_s
        return True

    def may_suspect(self, now_s: float) -> bool:
        """Whether the last renewal is long enough ago to begin one for a mere suspicion."""
        return now_s - self._renewal_begun_s >= _SUSPECT_EVERY_S

    def swap(self) -> tuple[StreamConnection, str] | None:
        """Puts a verified spare connection in the place of the live one; that, and why; None if there is no such."""
        if self.live is None or self.spare is None or not self.spare.is_verified:
            return None
        old, reason = self.live, self.renewal
        self.live, self.spare, self.renewal = self.spare, None, ""
        return old, reason

    def close(self) -> None:
        for connection in self:
            connection.socket.close()
