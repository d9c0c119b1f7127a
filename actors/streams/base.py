"""What both kinds of stream actors share: a websocket in the actor's own loop, its end noticed, and its renewal."""

import random
import zlib
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actors.streams.connect_permit import LeaveHolder
from actors.streams.connection import Link
from lotkeeper.engine.actor import handles
from lotkeeper.engine.asking import Sender
from lotkeeper.exchange.websocket.connect_policy import HEALTHY_AFTER_S, Ceilings, ConnectFailure, FailureKind, next_try
from lotkeeper.exchange.websocket.connect_thread import ConnectThread
from lotkeeper.exchange.websocket.liveness import Dead, Doubtful, Liveness
from lotkeeper.exchange.websocket.socket import ConnectError
from messages.connections import StreamSuspected
from messages.health import StreamReported, StreamState

_LOOK_EVERY_S = 1.0
_DOUBT_EVERY_S = 60.0
_LAST_DRAINS = 50


@dataclass(frozen=True, slots=True)
class Connect:
    """Wake-up: open the connection. Only the newest one counts."""

    number: int


@dataclass(frozen=True, slots=True)
class Look:
    """Wake-up: once a second, are the connections alive? And a word to the Monitor."""


@dataclass(frozen=True, slots=True)
class DrainMore:
    """To itself: frames are left that no readiness will announce; the mailbox has its turn in between."""


class StreamActor(LeaveHolder):
    """A websocket that is opened again whenever it ends, and replaced by another before it ends where that is known.

    The live link delivers. While it is being replaced a spare one is opened beside it, takes its place once it is
    verified, and only then the old one is closed; both deliver meanwhile, so that what comes twice must do no harm.
    """

    most_wait_s = 10.0
    most_unreachable_s = 5.0
    verified_within_s = 10.0

    _live: Link | None = None
    _spare: Link | None = None
    _opening: ConnectThread | None = None
    _current: Link | None = None  # whose frames are being taken
    _monitor: Any = None
    _silent_after_s = 60.0
    _renew_after_s = 82_800.0
    _renewal = ""  # why the live link is being replaced
    _renewed_at = float("-inf")
    _connect_number = 0
    _short_lives = 0
    _state = StreamState.STARTING
    _is_more_due = False
    _is_loud = False
    _since_ms = 0
    _reason = ""  # why it is not proven, where the state alone does not say enough
    _frames = 0
    _ignored = 0
    _reconnects = 0
    _renewals = 0

    # What a stream is

    @abstractmethod
    def url(self) -> str:
        """Where to connect."""

    @abstractmethod
    def on_open(self) -> None:
        """The connection stands; it is not proven yet. What is said now goes to it. May raise ConnectError."""

    @abstractmethod
    def on_frame(self, frame: bytes) -> None:
        """One text frame, of the live link or of a spare one."""

    def on_frame_failed(self) -> None:
        """A fault of ours: what one frame said is lost, those after it are not."""

    def on_burst_end(self) -> None:
        """All frames that had arrived are taken."""

    def on_proven(self) -> None:
        """The stream delivers, by the exchange's own word."""

    def on_renewed(self, reason: str) -> None:
        """Another connection delivers in the place of one that was still open."""

    def on_lost(self, reason: str) -> None:
        """The stream ended; what happens from now on is missed."""

    # What a subclass calls

    def not_begun(self, state: StreamState, reason: str = "") -> None:
        """Why there is no connection to open yet."""
        self._state, self._reason, self._since_ms = state, reason, self._since_ms or self.wall_ms()
        self._report()

    def stream_begins(self) -> None:
        self._state, self._reason, self._since_ms = StreamState.STARTING, "", self.wall_ms()
        self.wake_in(_LOOK_EVERY_S, Look())
        self._connect()

    def say(self, text: str) -> None:
        """A text to the link whose turn it is; raises ConnectError."""
        link = self._current or self._live
        if link is not None:
            link.socket.send_text(text)

    def proven(self) -> None:
        """The link whose frame is being taken delivers."""
        link = self._current
        if link is None or link.is_verified or link not in (self._live, self._spare):
            return
        link.is_verified = True
        if link is self._live:
            self._now_proven()

    def lose(self, failure: ConnectFailure | str) -> None:
        """Gives up the link whose frame is being taken, and opens another after the back-off."""
        link = self._current or self._live
        if link is not None:
            self._end(
                link, failure if isinstance(failure, ConnectFailure) else ConnectFailure(FailureKind.ENDED, failure)
            )

    def renew(self, reason: str) -> None:
        """Opens another connection beside the live one, which goes on until the new one is verified."""
        if self._live is None or self._opening is not None or self._spare is not None or self._renewal:
            return
        self.log.info("%s stream is being renewed: %s", self._name, reason)
        self._renewal, self._renewed_at = reason, self.monotonic()
        self._connect()

    @handles(StreamSuspected)
    def _doubted(self, message: StreamSuspected, sender: Sender) -> None:
        """Somebody knows of what this stream should have told."""
        if self.monotonic() - self._renewed_at >= _DOUBT_EVERY_S:
            self.renew(message.reason)

    # ConnectThread

    def _connect(self) -> None:
        if self._opening is not None or self._spare is not None or (self._live is not None and not self._renewal):
            return
        wait_s = self.leave_wait_s()
        if wait_s:
            self._connect_in(wait_s)
            return
        try:
            self._opening = ConnectThread(self.url())
        except ConnectError as error:
            self._failed(error.failure)

    def on_leave(self) -> None:
        self._connect()

    def _connect_in(self, seconds: float) -> None:
        self._connect_number += 1
        self.wake_in(seconds, Connect(self._connect_number))

    def _opened(self, opening: ConnectThread) -> None:
        self._opening = None
        try:
            socket = opening.result()
        except ConnectError as error:
            self.attempt_ended(error.failure)
            self._failed(error.failure)
            return
        self.attempt_ended(None)
        link = Link(socket, Liveness.starting(self.monotonic()))
        if self._live is None:
            self._live = link
        else:
            self._spare = link
        self._greet(link)

    def _greet(self, link: Link) -> None:
        self._current = link
        try:
            self.on_open()
        except ConnectError as error:
            self._end(link, error.failure)
        finally:
            self._current = None

    def _failed(self, failure: ConnectFailure) -> None:
        self._short_lives += 1
        self._again(failure)

    def _again(self, failure: ConnectFailure) -> None:
        ceilings = Ceilings(self.most_wait_s, self.most_unreachable_s)
        again = next_try(failure, max(1, self._short_lives), random.random(), ceilings)
        self._is_loud = again.is_loud
        if self._live is None:
            self._state, self._reason = StreamState.DOWN, failure.text
            self._reconnects += 1
        level = self.log.error if again.is_loud else self.log.warning
        level("%s stream: %s; again in %.2f s", self._name, failure.text, again.after_s)
        self._connect_in(again.after_s)
        self._report()

    # Ending

    def _end(self, link: Link, failure: ConnectFailure) -> None:
        link.socket.close()
        if link not in (self._live, self._spare):
            return
        is_short = not link.is_verified or link.age_s(self.monotonic()) < HEALTHY_AFTER_S
        self._short_lives = self._short_lives + 1 if is_short else 0
        if link is self._spare:
            self._spare = None
            self._again(failure)
        else:
            self._live_ended(failure)

    def _live_ended(self, failure: ConnectFailure) -> None:
        self._live, self._spare = self._spare, None
        self._renewal = ""
        if self._live is not None and self._live.is_verified:
            self._renewed(failure.text)
            return
        if self._is_proven:
            self._state, self._since_ms, self._reason = StreamState.DOWN, self.wall_ms(), failure.text
            self.on_lost(failure.text)
        if self._live is None and self._opening is None:
            self._again(failure)
        self._report()

    # Delivering

    def watched(self) -> Sequence[int]:
        ends = [link.socket.fileno() for link in (self._live, self._spare) if link is not None]
        ends += [self._opening.fileno()] if self._opening is not None else []
        return [each for each in ends if each >= 0]

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
        more = [self._drain(link) for link in (self._live, self._spare) if link is not None]
        self._swap_when_verified()
        if any(more) and not self._is_more_due:
            self._is_more_due = True
            self.send(self.myAddress, DrainMore())

    def _drain(self, link: Link) -> bool:
        """Takes what has arrived; whether there is more that no readiness will announce."""
        drained = link.drain(self.monotonic())
        self._current = link
        for frame in drained.frames:
            self._frames += 1
            self._take(frame)
        self.on_burst_end()
        self._current = None
        if drained.closed is not None:
            self._end(link, ConnectFailure(FailureKind.ENDED, drained.closed))
        return drained.more

    def _take(self, frame: bytes) -> None:
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
            for _ in range(_LAST_DRAINS):
                if not self._drain(old):
                    break
            old.socket.close()
        self._renewed(reason)

    def _renewed(self, reason: str) -> None:
        self._renewals += 1
        self.log.info("%s stream renewed: %s", self._name, reason)
        if self._is_proven:
            self._reason, self._is_loud = "", False
            self.on_renewed(reason)
            self._report()
        else:
            self._now_proven()

    def _now_proven(self) -> None:
        self._state, self._since_ms, self._reason, self._is_loud = StreamState.PROVEN, self.wall_ms(), "", False
        self.on_proven()
        self._report()
        self.log.info("%s stream proven", self._name)

    # Time

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case Connect(number) if number == self._connect_number:
                self._connect()
            case Look():
                self._look()

    def _look(self) -> None:
        self.wake_in(_LOOK_EVERY_S, Look())
        now = self.monotonic()
        for link in (self._spare, self._live):
            if link is not None:
                link.ask_when_silent(now, self._silent_after_s)
                self._judge(link, now)
        if self._live is not None and self._live.age_s(now) >= self._renewal_age_s:
            self.renew(f"open for {self._live.age_s(now):.0f} s")
        self._report()

    def _judge(self, link: Link, now: float) -> None:
        if not link.is_verified and link.age_s(now) > self.verified_within_s:
            self._end(
                link, ConnectFailure(FailureKind.ENDED, f"nothing confirmed it within {self.verified_within_s:g} s")
            )
            return
        match link.verdict(now, self._silent_after_s):
            case Dead(reason):
                self._end(link, ConnectFailure(FailureKind.ENDED, reason))
            case Doubtful(reason) if link is self._live and now - self._renewed_at >= _DOUBT_EVERY_S:
                self.renew(reason)

    @property
    def _renewal_age_s(self) -> float:
        """Streams that were opened together are not renewed together."""
        return self._renew_after_s * (1 - zlib.crc32(self._symbol.encode()) % 1000 / 10_000)

    @property
    def _is_proven(self) -> bool:
        return self._state is StreamState.PROVEN

    @property
    def _name(self) -> str:
        return self._symbol or "user"

    def _report(self) -> None:
        if self._monitor is not None:
            self.send(
                self._monitor,
                StreamReported(
                    symbol=self._symbol,
                    state=self._state,
                    since_ms=self._since_ms,
                    reason=self._reason,
                    frames=self._frames,
                    ignored=self._ignored,
                    reconnects=self._reconnects,
                    renewals=self._renewals,
                    is_loud=self._is_loud,
                ),
            )

    def on_exit(self) -> None:
        if self._opening is not None:
            self._opening.abandon()
        for link in (self._live, self._spare):
            if link is not None:
                link.socket.close()
