"""What both kinds of stream actors share: a websocket in the actor's own loop, its end noticed, and its renewal."""

import random
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision.restarting import Backoff
from lotkeeper.exchange.socket import ConnectError, StreamSocket
from messages.health import StreamReported

BACKOFF = Backoff(first=0.1, factor=2.0, most=30.0, healthy_after=30.0)
_LOOK_EVERY_S = 1.0
_AT_ONCE_S = 0.01  # through the mailbox, in which others wait


@dataclass(frozen=True, slots=True)
class Connect:
    """Wake-up: open the connection."""


@dataclass(frozen=True, slots=True)
class Look:
    """Wake-up: once a second, is the connection silent? And a word to the Monitor."""


@dataclass(frozen=True, slots=True)
class DrainMore:
    """To itself: frames are left that no readiness will announce; the mailbox has its turn in between."""


class StreamActor(EngineActor):
    """A websocket that is opened again whenever it ends, with back-off that remembers short lives."""

    _socket: StreamSocket | None = None
    _monitor: Any = None
    _symbol = ""
    _silent_after_s = 60.0
    _opened_at = 0.0
    _last_byte_at = 0.0
    _short_lives = 0
    _is_proven = False
    _since_ms = 0
    _reason = "starting"
    _frames = 0
    _ignored = 0
    _reconnects = 0

    # What a stream is

    @abstractmethod
    def url(self) -> str:
        """Where to connect."""

    @abstractmethod
    def on_open(self) -> None:
        """The connection stands; it is not proven yet. May raise ConnectError."""

    @abstractmethod
    def on_frame(self, frame: bytes) -> None:
        """One text frame."""

    def on_frame_failed(self) -> None:
        """A fault of ours: what one frame said is lost, those after it are not."""

    def on_burst_end(self) -> None:
        """All frames that had arrived are taken."""

    def on_proven(self) -> None:
        """The stream delivers, by the exchange's own word."""

    def on_lost(self, reason: str) -> None:
        """The stream ended; what happens from now on is missed."""

    # What a subclass calls

    def not_begun(self, reason: str) -> None:
        """Why there is no connection to open yet."""
        self._reason, self._since_ms = reason, self._since_ms or self.wall_ms()
        self._report()

    def stream_begins(self) -> None:
        self._since_ms = self.wall_ms()
        self.wake_in(_LOOK_EVERY_S, Look())
        self._connect()

    def proven(self) -> None:
        if not self._is_proven and self._socket is not None:
            self._is_proven, self._since_ms, self._reason = True, self.wall_ms(), ""
            self.on_proven()
            self._report()
            self.log.info("%s stream proven", self._symbol or "user")

    def lose(self, reason: str) -> None:
        """Gives the connection up and opens another after the back-off."""
        if self._socket is None:
            return
        self._socket.close()
        self._socket = None
        lived_s = self.monotonic() - self._opened_at
        self._short_lives = 0 if lived_s >= BACKOFF.healthy_after else self._short_lives + 1
        self._down(reason)

    # The connection

    def watched(self) -> Sequence[int]:
        return (self._socket.fileno(),) if self._socket is not None and self._socket.is_open else ()

    def on_readable(self, descriptors: Sequence[int]) -> None:
        self._drain()

    @handles(DrainMore)
    def _drain_more(self, message: DrainMore, sender: Sender) -> None:
        self._drain()

    def _connect(self) -> None:
        if self._socket is not None:
            return
        try:
            self._socket = StreamSocket.open(self.url())
            self._opened_at = self._last_byte_at = self.monotonic()
            self.on_open()
        except ConnectError as error:
            self._socket = None
            self._short_lives += 1
            self._down(str(error), error.retry_after_s or _AT_ONCE_S)
            return
        self._drain()

    def _down(self, reason: str, least_s: float = _AT_ONCE_S) -> None:
        was_proven, self._is_proven = self._is_proven, False
        self._reason, self._reconnects = reason, self._reconnects + 1
        if was_proven:
            self._since_ms = self.wall_ms()
            self.on_lost(reason)
        wait_s = random.random() * BACKOFF.ceiling(self._short_lives) if self._short_lives > 1 else 0.0
        wait_s = max(wait_s, least_s)
        self.log.warning("%s stream lost: %s; again in %.2f s", self._symbol or "user", reason, wait_s)
        self.wake_in(wait_s, Connect())
        self._report()

    def _drain(self) -> None:
        if self._socket is None:
            return
        drained = self._socket.drain()
        if drained.last_byte:
            self._last_byte_at = self.monotonic()
        for frame in drained.frames:
            self._frames += 1
            self._take(frame)
        self.on_burst_end()
        if drained.closed is not None:
            self.lose(drained.closed)
        elif drained.more:
            self.send(self.myAddress, DrainMore())

    def _take(self, frame: bytes) -> None:
        try:
            self.on_frame(frame)
        except Exception as error:
            self.on_failure(frame, error)
            self.on_frame_failed()

    # Time

    def on_wakeup(self, payload: Any) -> None:
        match payload:
            case Connect():
                self._connect()
            case Look():
                self._look()

    def _look(self) -> None:
        self.wake_in(_LOOK_EVERY_S, Look())
        silent_s = self.monotonic() - self._last_byte_at
        if self._socket is not None and silent_s > self._silent_after_s:
            self.lose(f"not a byte for {silent_s:.0f} s")
        self._report()

    def _report(self) -> None:
        if self._monitor is not None:
            self.send(
                self._monitor,
                StreamReported(
                    symbol=self._symbol,
                    is_proven=self._is_proven,
                    since_ms=self._since_ms,
                    reason=self._reason,
                    frames=self._frames,
                    ignored=self._ignored,
                    reconnects=self._reconnects,
                ),
            )

    def on_exit(self) -> None:
        if self._socket is not None:
            self._socket.close()
