"""What both stream actors share: a websocket in the actor's own loop, which is reopened or replaced when necessary."""

import random
import zlib
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actors.streams.connection import StreamConnection
from actors.streams.permit_holder import PermitHolder
from actors.streams.status import StreamStatus
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.websocket.connect_policy import HEALTHY_AFTER_S, Ceilings, ConnectFailure, FailureKind, next_try
from lotkeeper.exchange.websocket.connect_thread import ConnectThread
from lotkeeper.exchange.websocket.liveness import Dead, Doubtful, Liveness
from lotkeeper.exchange.websocket.socket import ConnectError
from messages.connections import ConnectPermitGranted, PauseConnecting, StreamSuspected
from messages.health import StreamState

_CHECK_EVERY_S = 1.0
_SUSPECT_EVERY_S = 60.0  # a connection is not replaced more often for a mere suspicion
_MAX_LAST_DRAINS = 50


@dataclass(frozen=True, slots=True)
class Connect:
    """Wake-up: open the connection. Only the newest one counts."""

    number: int


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

    most_wait_s = 10.0  # between attempts that the exchange counts
    most_unreachable_s = 5.0  # between attempts that reach no server
    verified_within_s = 10.0

    _symbol = ""  # empty for the user stream
    _silent_after_s = 60.0
    _renew_after_s = 82_800.0
    _monitor: Any = None
    _live: StreamConnection | None = None
    _spare: StreamConnection | None = None
    _opening: ConnectThread | None = None
    _current: StreamConnection | None = None  # whose frames are being handled
    _renewal = ""  # why the live connection is being replaced; empty when it is not
    _renewed_at = float("-inf")  # when the newest renewal began
    _connect_number = 0
    _short_connections = 0  # in a row
    _is_more_due = False

    def __init__(self) -> None:
        super().__init__()
        self._permits = PermitHolder(self)
        self._status = StreamStatus()

    # What a subclass defines

    @abstractmethod
    def url(self) -> str:
        """Where to connect."""

    @abstractmethod
    def on_open(self) -> None:
        """A connection is open, but not proven yet. `send_text` goes to it. May raise ConnectError."""

    @abstractmethod
    def on_frame(self, frame: bytes) -> None:
        """One text frame, of the live connection or of the spare one."""

    def on_frame_failed(self) -> None:
        """`on_frame` raised: that frame is lost, the following frames are not."""

    def on_burst_end(self) -> None:
        """All frames that had arrived are handled."""

    def on_proven(self) -> None:
        """The stream delivers: the exchange confirmed it."""

    def on_renewed(self, reason: str) -> None:
        """Another connection delivers in the place of one that was still open."""

    def on_lost(self, reason: str) -> None:
        """The stream ended; what happens from now on is missed."""

    # What a subclass calls

    def configure(self, symbol: str, silent_after_s: float, renew_after_s: float) -> None:
        self._symbol = self._permits.stream = symbol
        self._silent_after_s, self._renew_after_s = silent_after_s, renew_after_s

    def report_waiting(self, state: StreamState, reason: str = "") -> None:
        """There is no connection to open yet."""
        self._status.become(state, self._status.since_ms or self.wall_ms(), reason)
        self._report()

    def begin_stream(self) -> None:
        self._status.become(StreamState.STARTING, self.wall_ms())
        self.wake_in(_CHECK_EVERY_S, CheckConnections())
        self._connect()

    def send_text(self, text: str) -> None:
        """To the connection whose frames are being handled, else to the live one; raises ConnectError."""
        connection = self._current or self._live
        if connection is not None:
            connection.socket.send_text(text)

    def confirm(self) -> None:
        """The connection whose frame is being handled delivers."""
        connection = self._current
        if connection is None or connection.is_verified or connection not in (self._live, self._spare):
            return
        connection.is_verified = True
        if connection is self._live:
            self._become_proven()

    def give_up(self, failure: ConnectFailure | str) -> None:
        """Closes the connection whose frame is being handled, and opens another after the back-off."""
        connection = self._current or self._live
        if connection is not None:
            self._end(connection, failure)

    def renew(self, reason: str) -> None:
        """Opens another connection beside the live one, which stays until the new one is verified."""
        if self._live is None or self._opening is not None or self._spare is not None or self._renewal:
            return
        self.log.info("%s stream is being renewed: %s", self._name, reason)
        self._renewal, self._renewed_at = reason, self.monotonic()
        self._connect()

    @handles(StreamSuspected)
    def _suspected(self, message: StreamSuspected, sender: Sender) -> None:
        """Another actor knows of an event that this stream should have delivered."""
        if self.monotonic() - self._renewed_at >= _SUSPECT_EVERY_S:
            self.renew(message.reason)

    # Opening

    @handles(ConnectPermitGranted)
    def _permit_granted(self, message: ConnectPermitGranted, sender: Sender) -> None:
        if self._permits.grant(message.number):
            self._connect()

    @handles(PauseConnecting)
    def _pause_connecting(self, message: PauseConnecting, sender: Sender) -> None:
        self._permits.pause_until(message.until_ms)

    def _connect(self) -> None:
        if self._opening is not None or self._spare is not None or (self._live is not None and not self._renewal):
            return
        wait_s = self._permits.wait_s()
        if wait_s:
            self._connect_in(wait_s)
            return
        try:
            self._opening = ConnectThread(self.url())
        except ConnectError as error:
            self._attempt_failed(error.failure)

    def _connect_in(self, seconds: float) -> None:
        self._connect_number += 1
        self.wake_in(seconds, Connect(self._connect_number))

    def _opened(self, opening: ConnectThread) -> None:
        self._opening = None
        try:
            socket = opening.result()
        except ConnectError as error:
            self._permits.attempt_ended(error.failure)
            self._attempt_failed(error.failure)
            return
        self._permits.attempt_ended(None)
        connection = StreamConnection(socket, Liveness.starting(self.monotonic()))
        if self._live is None:
            self._live = connection
        else:
            self._spare = connection
        self._introduce(connection)

    def _introduce(self, connection: StreamConnection) -> None:
        self._current = connection
        try:
            self.on_open()
        except ConnectError as error:
            self._end(connection, error.failure)
        finally:
            self._current = None

    def _attempt_failed(self, failure: ConnectFailure) -> None:
        self._short_connections += 1
        self._try_later(failure)

    def _try_later(self, failure: ConnectFailure) -> None:
        ceilings = Ceilings(self.most_wait_s, self.most_unreachable_s)
        again = next_try(failure, max(1, self._short_connections), random.random(), ceilings)
        self._status.is_loud = again.is_loud
        if self._live is None:
            self._status.state, self._status.reason = StreamState.DOWN, failure.text
            self._status.reconnects += 1
        level = self.log.error if again.is_loud else self.log.warning
        level("%s stream: %s; again in %.2f s", self._name, failure.text, again.after_s)
        self._connect_in(again.after_s)
        self._report()

    # Ending

    def _end(self, connection: StreamConnection, cause: ConnectFailure | str) -> None:
        connection.socket.close()
        if connection not in (self._live, self._spare):
            return
        failure = ConnectFailure(FailureKind.ENDED, cause) if isinstance(cause, str) else cause
        is_short = not connection.is_verified or connection.age_s(self.monotonic()) < HEALTHY_AFTER_S
        self._short_connections = self._short_connections + 1 if is_short else 0
        if connection is self._spare:
            self._spare = None
            self._try_later(failure)
        else:
            self._live_ended(failure)

    def _live_ended(self, failure: ConnectFailure) -> None:
        self._live, self._spare = self._spare, None
        self._renewal = ""
        if self._live is not None and self._live.is_verified:
            self._renewed(failure.text)
            return
        if self._status.is_proven:
            self._status.become(StreamState.DOWN, self.wall_ms(), failure.text)
            self.on_lost(failure.text)
        if self._live is None and self._opening is None:
            self._try_later(failure)
        self._report()

    # Delivering

    def watched(self) -> Sequence[int]:
        descriptors = [each.socket.fileno() for each in (self._live, self._spare) if each is not None]
        descriptors += [self._opening.fileno()] if self._opening is not None else []
        return [each for each in descriptors if each >= 0]

    def on_readable(self, descriptors: Sequence[int]) -> None:
        opening = self._opening
        if opening is not None and opening.fileno() in descriptors:
            self._opened(opening)
        self._drain_all()

    @handles(DrainMore)
    def _drain_more(self, message: DrainMore, sender: Sender) -> None:
        self._is_more_due = False
        self._drain_all()

    def _drain_all(self) -> None:
        more = [self._drain(each) for each in (self._live, self._spare) if each is not None]
        self._swap_when_verified()
        if any(more) and not self._is_more_due:
            self._is_more_due = True
            self.send(self.myAddress, DrainMore())

    def _drain(self, connection: StreamConnection) -> bool:
        """Handles what has arrived; whether there is more that no readiness will announce."""
        drained = connection.drain(self.monotonic())
        self._current = connection
        for frame in drained.frames:
            self._status.frames += 1
            self._handle_frame(frame)
        self.on_burst_end()
        self._current = None
        if drained.closed is not None:
            self._end(connection, drained.closed)
        return drained.more

    def _handle_frame(self, frame: bytes) -> None:
        try:
            self.on_frame(frame)
        except Exception as error:
            self.on_failure(frame, error)
            self.on_frame_failed()

    def _swap_when_verified(self) -> None:
        if self._spare is None or not self._spare.is_verified:
            return
        old, self._live, self._spare = self._live, self._spare, None
        reason, self._renewal = self._renewal, ""
        if old is not None:
            for _ in range(_MAX_LAST_DRAINS):
                if not self._drain(old):
                    break
            old.socket.close()
        self._renewed(reason)

    def _renewed(self, reason: str) -> None:
        self._status.renewals += 1
        self.log.info("%s stream renewed: %s", self._name, reason)
        if self._status.is_proven:
            self._status.reason, self._status.is_loud = "", False
            self.on_renewed(reason)
            self._report()
        else:
            self._become_proven()

    def _become_proven(self) -> None:
        self._status.become_proven(self.wall_ms())
        self.on_proven()
        self._report()
        self.log.info("%s stream proven", self._name)

    # Time

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case Connect(number) if number == self._connect_number:
                self._connect()
            case CheckConnections():
                self._check_connections()

    def _check_connections(self) -> None:
        self.wake_in(_CHECK_EVERY_S, CheckConnections())
        now = self.monotonic()
        for connection in (self._spare, self._live):
            if connection is not None:
                connection.ping_when_silent(now, self._silent_after_s)
                self._check(connection, now)
        if self._live is not None and self._live.age_s(now) >= self._renewal_age_s:
            self.renew(f"open for {self._live.age_s(now):.0f} s")
        self._report()

    def _check(self, connection: StreamConnection, now: float) -> None:
        if not connection.is_verified and connection.age_s(now) > self.verified_within_s:
            self._end(connection, f"nothing confirmed it within {self.verified_within_s:g} s")
            return
        match connection.verdict(now, self._silent_after_s):
            case Dead(reason):
                self._end(connection, reason)
            case Doubtful(reason) if connection is self._live and now - self._renewed_at >= _SUSPECT_EVERY_S:
                self.renew(reason)

    @property
    def _renewal_age_s(self) -> float:
        """A little different for each stream: streams that were opened together are not renewed together."""
        return self._renew_after_s * (1 - zlib.crc32(self._symbol.encode()) % 1000 / 10_000)

    @property
    def _name(self) -> str:
        return self._symbol or "user"

    def _report(self) -> None:
        if self._monitor is not None:
            self.send(self._monitor, self._status.report(self._symbol))

    def on_exit(self) -> None:
        if self._opening is not None:
            self._opening.abandon()
        for connection in (self._live, self._spare):
            if connection is not None:
                connection.socket.close()
