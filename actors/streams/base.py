"""What both stream actors share: a websocket in the actor's own loop, which is reopened or replaced when necessary."""

import logging
import zlib
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from actors.streams.connection import StreamConnection
from actors.streams.connections import Connections
from actors.streams.connector import Connect, Connector
from actors.streams.permit_holder import PermitHolder
from actors.streams.status import StreamStatus
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.websocket.connect_policy import HEALTHY_AFTER_S, Ceilings, ConnectFailure, FailureKind
from lotkeeper.exchange.websocket.liveness import Dead, Doubtful
from lotkeeper.exchange.websocket.socket import ConnectError
from lotkeeper.trading.log_events import LogEvent, named
from messages.connections import ConnectPermitGranted, PauseConnecting, StreamSuspected
from messages.health import StreamState

_CHECK_EVERY_S = 1.0
_MAX_LAST_DRAINS = 50


@dataclass(frozen=True, slots=True)
class CheckConnections:
    """Wake-up: once a second, are the connections alive? Then the state is reported."""


@dataclass(frozen=True, slots=True)
class DrainMore:
    """To itself: frames are left that no readiness will announce. Other messages have their turn in between."""


class StreamActor(EngineActor):
    """A websocket that is opened again whenever it ends, and replaced by another before its end where that is known.

    The live connection delivers. To replace it, a spare connection is opened beside it, becomes the live one once it is
    verified, and only then the old one is closed. Both deliver meanwhile: what arrives twice must do no harm.
    """

    ceilings: ClassVar = Ceilings(counted_s=10.0, unreachable_s=5.0)  # of the waits between attempts
    verified_within_s: ClassVar = 10.0
    most_frames: ClassVar = 200  # are read before other messages have their turn

    _name = "user"  # in the log
    _silent_after_s = 60.0
    _renew_after_s = 82_800.0
    _is_more_due = False

    def __init__(self) -> None:
        super().__init__()
        self._permits = PermitHolder(self)
        self._connector = Connector(self, self._permits, self.ceilings)
        self._connections = Connections()
        self._status = StreamStatus()

    # What a subclass defines

    @abstractmethod
    def url(self) -> str:
        """Where to connect."""

    @abstractmethod
    def on_open(self, connection: StreamConnection) -> None:
        """A connection is open, but not proven yet. May raise ConnectError."""

    @abstractmethod
    def on_frames(self, frames: list[bytes], connection: StreamConnection) -> None:
        """All text frames that had arrived, of the live connection or of the spare one. Must not raise."""

    @abstractmethod
    def report(self) -> None:
        """Reports the state to the Monitor: called each second, and when it has changed."""

    def check_every_s(self) -> float:
        """How often the connections are looked after, and the state is reported."""
        return _CHECK_EVERY_S

    def on_proven(self) -> None:
        """The stream delivers: the exchange confirmed it."""

    def on_renewed(self, reason: str) -> None:
        """Another connection delivers in the place of one that was still open."""

    def on_lost(self, reason: str) -> None:
        """The stream ended; what happens from now on is missed."""

    # What a subclass calls

    def configure(self, name: str, silent_after_s: float, renew_after_s: float, *, needs_permit: bool = False) -> None:
        """`name` is empty for the user stream; `needs_permit`: also its first connection does."""
        if needs_permit:
            self._permits.require()
        self._permits.stream, self._name = name, name or self._name
        self._silent_after_s, self._renew_after_s = silent_after_s, renew_after_s

    def report_waiting(self, state: StreamState, reason: str = "") -> None:
        """There is no connection to open yet."""
        self._status.become(state, self._status.since_ms or self.wall_ms(), reason)
        self.report()

    def begin_stream(self) -> None:
        self._status.become(StreamState.STARTING, self.wall_ms())
        self.wake_in(_CHECK_EVERY_S, CheckConnections())
        self._connect()

    def confirm(self, connection: StreamConnection) -> None:
        """The connection delivers."""
        if connection.is_verified or connection not in self._connections:
            return
        connection.is_verified = True
        if connection is self._connections.live:
            self._become_proven()

    def give_up(self, connection: StreamConnection, cause: ConnectFailure | str) -> None:
        """Closes a connection, and opens another after the back-off unless there is one already."""
        connection.socket.close()
        if connection not in self._connections:
            return
        failure = ConnectFailure(FailureKind.ENDED, cause) if isinstance(cause, str) else cause
        is_short = not connection.is_verified or connection.age_s(self.monotonic()) < HEALTHY_AFTER_S
        self._connector.note_end(is_short=is_short)
        was_live = connection is self._connections.live
        self._connections.remove(connection)
        if was_live:
            self._live_ended(failure)
        else:
            self._try_later(failure)

    def renew(self, reason: str) -> None:
        """Opens another connection beside the live one, which stays until the new one is verified."""
        if not self._connector.is_opening and self._connections.begin_renewal(reason, self.monotonic()):
            self.log.info("%s stream is being renewed: %s", self._name, reason, extra=named(LogEvent.STREAM_RENEWED))
            self._connect()

    @handles(StreamSuspected)
    def _suspected(self, message: StreamSuspected, sender: Sender) -> None:
        """Another actor knows of an event that this stream should have delivered."""
        if self._connections.may_suspect(self.monotonic()):
            self.renew(message.reason)

    def handle_frame(
        self, handle: Callable[[bytes, StreamConnection], None], frame: bytes, of: StreamConnection
    ) -> bool:
        """Calls the handler of one frame; False if it raised: that frame is lost, the following frames are not."""
        try:
            handle(frame, of)
        except Exception as error:
            self.on_failure(frame, error)
            return False
        return True

    # Opening

    @handles(ConnectPermitGranted)
    def _permit_granted(self, message: ConnectPermitGranted, sender: Sender) -> None:
        if self._permits.grant(message.number):
            self._connect()

    @handles(PauseConnecting)
    def _pause_connecting(self, message: PauseConnecting, sender: Sender) -> None:
        self._permits.pause_until(message.until_ms)

    def _connect(self) -> None:
        if self._connections.is_one_wanted and not self._connector.is_opening:
            failure = self._connector.begin(self.url())
            if failure is not None:
                self._try_later(failure)

    def _take_opened(self, readable: Sequence[int]) -> None:
        opened = self._connector.take_result(readable)
        if isinstance(opened, ConnectFailure):
            self._try_later(opened)
        elif opened is not None:
            connection = self._connections.add(opened, self.monotonic())
            try:
                self.on_open(connection)
            except ConnectError as error:
                self.give_up(connection, error.failure)

    def _try_later(self, failure: ConnectFailure) -> None:
        again = self._connector.try_later(failure)
        self._status.is_loud = again.is_loud
        if self._connections.live is None:
            self._status.state, self._status.reason = StreamState.DOWN, failure.text
            self._status.reconnects += 1
        level, text = logging.ERROR if again.is_loud else logging.WARNING, "%s stream: %s; again in %.2f s"
        self.log.log(level, text, self._name, failure.text, again.after_s, extra=named(LogEvent.STREAM_LOST))
        self.report()

    def _live_ended(self, failure: ConnectFailure) -> None:
        live = self._connections.live  # the spare one until now
        if live is not None and live.is_verified:
            self._renewed(failure.text)
            return
        if self._status.is_proven:
            self._status.become(StreamState.DOWN, self.wall_ms(), failure.text)
            self.on_lost(failure.text)
        if live is None and not self._connector.is_opening:
            self._try_later(failure)
        self.report()

    # Delivering

    def watched(self) -> Sequence[int]:
        return self._connections.watched() + self._connector.watched()

    def on_readable(self, descriptors: Sequence[int]) -> None:
        self._take_opened(descriptors)
        self._drain_all()

    @handles(DrainMore)
    def _drain_more(self, message: DrainMore, sender: Sender) -> None:
        self._is_more_due = False
        self._drain_all()

    def _drain_all(self) -> None:
        more = [self._drain(each) for each in self._connections]
        self._swap_when_verified()
        if any(more) and not self._is_more_due:
            self._is_more_due = True
            self.send(self.myAddress, DrainMore())

    def _drain(self, connection: StreamConnection) -> bool:
        """Handles what has arrived; whether there is more that no readiness will announce."""
        drained = connection.drain(self.monotonic(), self.most_frames)
        self._status.frames += len(drained.frames)
        self.on_frames(drained.frames, connection)
        if drained.closed is not None:
            self.give_up(connection, drained.closed)
        return drained.more

    def _swap_when_verified(self) -> None:
        swapped = self._connections.swap()
        if swapped is None:
            return
        old, reason = swapped
        for _ in range(_MAX_LAST_DRAINS):
            if not self._drain(old):
                break
        old.socket.close()
        self._renewed(reason)

    def _renewed(self, reason: str) -> None:
        self._status.renewals += 1
        self.log.info("%s stream renewed: %s", self._name, reason, extra=named(LogEvent.STREAM_RENEWED))
        if self._status.is_proven:
            self._status.reason, self._status.is_loud = "", False
            self.on_renewed(reason)
            self.report()
        else:
            self._become_proven()

    def _become_proven(self) -> None:
        self._status.become_proven(self.wall_ms())
        self.on_proven()
        self.report()
        self.log.info("%s stream proven", self._name, extra=named(LogEvent.STREAM_PROVEN))

    # Time

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case Connect() if self._connector.is_due(payload):
                self._connect()
            case CheckConnections():
                self.wake_in(self.check_every_s(), CheckConnections())
                self._check_connections()
                self.report()

    def _check_connections(self) -> None:
        now = self.monotonic()
        for connection in reversed([*self._connections]):  # the spare one first
            connection.ping_when_silent(now, self._silent_after_s)
            self._check(connection, now)
        live = self._connections.live
        if live is not None and live.age_s(now) >= self._renewal_age_s:
            self.renew(f"open for {live.age_s(now):.0f} s")

    def _check(self, connection: StreamConnection, now: float) -> None:
        match connection.verdict(now, self._silent_after_s, self.verified_within_s):
            case Dead(reason):
                self.give_up(connection, reason)
            case Doubtful(reason) if connection is self._connections.live and self._connections.may_suspect(now):
                self.renew(reason)

    @property
    def _renewal_age_s(self) -> float:
        """A little different for each stream: streams that were opened together are not renewed together."""
        return self._renew_after_s * (1 - zlib.crc32(self._permits.stream.encode()) % 1000 / 10_000)

    def on_exit(self) -> None:
        self._connector.abandon()
        self._connections.close()
