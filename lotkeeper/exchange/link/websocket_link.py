"""Requests over one connection to the WebSocket API, which is watched, renewed and replaced.

Up to three kinds of connections are open at a time: the live one, over which requests go; one that is being opened to
become the live one; and retired ones, on which nothing is sent any more and replies are still awaited.
"""

import itertools
import logging
import random
from collections.abc import Callable

from lotkeeper.exchange.link.api_connection import ApiConnection, lost_text
from lotkeeper.exchange.link.clock import RequestClock
from lotkeeper.exchange.link.connect_attempt import ConnectAttempt
from lotkeeper.exchange.link.frames import ApiReply, FrameWriter, LoggedOff, OtherFrame, ShuttingDown, read_frame
from lotkeeper.exchange.link.introduction import Introduction
from lotkeeper.exchange.link.protocol import MayLeave, OnOutcome, always
from lotkeeper.exchange.link.settings import LinkSettings
from lotkeeper.exchange.link.states import AttemptState, LinkCondition, LinkEvent, LinkState
from lotkeeper.exchange.link.submissions import NOT_NOTED, Submission, SubmissionDesk
from lotkeeper.exchange.observer import LinkObserver, Reply
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import NotSent, RateLimited
from lotkeeper.exchange.signing import Signer
from lotkeeper.exchange.websocket.connect_policy import ConnectFailure, FailureKind
from lotkeeper.exchange.websocket.liveness import Alive, Dead
from lotkeeper.exchange.websocket.socket import ConnectError
from lotkeeper.trading.log_events import LogEvent, named

log = logging.getLogger("lotkeeper.exchange")

_CHECK_EVERY_S = 1.0
_EARLY_S = 0.1  # a check comes so much before its time if the owner is awake then: one wake-up less
_FLUSH_EVERY_S = 0.01
_RENEW_EVERY_S = 60.0  # a connection that delivers is not replaced more often for a mere doubt
_MAX_DRAINS = 20  # in a row, of 200 frames each; the owner has other work
_MAX_KINDS = 100  # of frames that are told apart in the log
_LIMITED_S = 60.0  # where the exchange names no time
_NO_CONNECTION = NotSent("no connection to the WebSocket API is ready")
_NO_ROOM = NotSent("the exchange takes nothing from the websocket")


class WebSocketLink:
    """Sends over the WebSocket API alone: without a ready connection each request is NotSent.

    `may_connect` is asked before each attempt to connect, and has counted it when it says yes.
    """

    def __init__(
        self,
        settings: LinkSettings,
        signer: Signer,
        observer: LinkObserver,
        clock: RequestClock,
        *,
        may_connect: Callable[[], bool],
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._settings, self._observer, self._clock = settings, observer, clock
        self._writer = FrameWriter(signer, settings.recv_window_ms, clock.now_ms)
        self._desk = SubmissionDesk(observer, clock)
        self._attempt = ConnectAttempt(settings.ws_api_url, may_connect, clock.monotonic, jitter)
        self._introduction = Introduction(self._desk, clock, self._writer.logs_on, self)
        self._numbers = itertools.count(1)
        self._renew_after_s = settings.renew_after_s * (1 - jitter() / 10)
        self._live: ApiConnection | None = None
        self._candidate: ApiConnection | None = None  # open, and the exchange has not answered on it yet
        self._retired: list[ApiConnection] = []
        self._renewed_at = float("-inf")  # monotonic, s
        self._check_at = clock.monotonic() + _CHECK_EVERY_S
        self._has_more = False  # frames have arrived that no readiness will announce
        self._ignored_kinds: set[str] = set()
        self.state = LinkState(LinkCondition.STARTING, clock.wall_ms())
        self._attempt.want()

    @property
    def is_ready(self) -> bool:
        """Whether requests can be sent now."""
        return self._live is not None

    def submit(
        self, request: ExchangeRequest, timeout_s: float, on_outcome: OnOutcome, may_leave: MayLeave = always
    ) -> None:
        submission = self._desk.accept(request, timeout_s, on_outcome, may_leave=may_leave)
        live = self._live
        if live is None or not live.has_room:
            self._desk.note_sent(submission)
            self._desk.settle(submission, Reply(_NO_CONNECTION if live is None else _NO_ROOM))
            return
        self.send_on(live, submission)

    def keep_warm(self) -> None:
        """Pings do it."""

    def filenos(self) -> list[int]:
        descriptors = [self._attempt.fileno(), *(each.socket.fileno() for each in self._connections())]
        return [each for each in descriptors if each >= 0]

    def on_ready(self, fileno: int) -> None:
        if fileno == self._attempt.fileno():
            self._opened()
        for connection in self._connections():
            if connection.socket.fileno() == fileno:
                self._drain(connection)
        self._close_idle_retired()
        self._desk.tell()

    def on_time(self) -> float | None:
        now = self._clock.monotonic()
        self._flush()
        if self._has_more:
            self._has_more = False
            for connection in self._connections():
                self._drain(connection)
        self._give_up_due(now)
        if now >= self._check_at - _EARLY_S:
            self._check_at = now + _CHECK_EVERY_S
            self._check(now)
        self._close_idle_retired()
        try:
            self._attempt.begin_when_due()
        except ConnectError as error:
            self._attempt_failed(error.failure)
        self._desk.tell()
        return self.wait_s()

    def wait_s(self) -> float | None:
        """Seconds until something is due."""
        if self._desk.has_outcomes or self._has_more:
            return 0.0
        now, connections = self._clock.monotonic(), self._connections()
        moments = [self._check_at, *(each.next_deadline() for each in connections)]
        waits = [max(0.0, moment - now) for moment in moments if moment is not None]
        attempt_s = self._attempt.wait_s()
        waits += [attempt_s] if attempt_s is not None else []
        waits += [_FLUSH_EVERY_S] if any(each.socket.outgoing for each in connections) else []
        return min(waits)

    def close(self) -> None:
        self._attempt.abandon()
        for connection in self._connections():
            connection.socket.close()

    # ---- sending

    def send_on(self, connection: ApiConnection, submission: Submission) -> None:
        """The account of it is kept after its bytes are in the socket: an order does not wait for that."""
        has_left, failure = True, None
        try:
            has_left = connection.send(submission, self._clock.monotonic())
        except ConnectError as error:
            failure = error.failure
        self._desk.note_sent(submission)
        if failure is not None:
            self._end(connection, failure)
        elif not has_left:
            self._desk.settle(submission, Reply(NOT_NOTED))

    def _flush(self) -> None:
        for connection in self._connections():
            try:
                connection.socket.flush()
            except ConnectError as error:
                self._end(connection, error.failure)

    def _give_up_due(self, now: float) -> None:
        for connection in self._connections():
            for submission, outcome in connection.due(now):
                self._desk.settle(submission, Reply(outcome))
            if connection.is_cut_short:
                self._end(connection, ConnectFailure(FailureKind.ENDED, _NO_ROOM.reason))

    # ---- opening

    def _opened(self) -> None:
        try:
            socket = self._attempt.take_socket()
        except ConnectError as error:
            self._attempt_failed(error.failure)
            return
        connection = ApiConnection(socket, self._writer, self._numbers, self._clock.monotonic())
        self._candidate = connection
        self._introduction.begin(connection)
        self._drain(connection)

    def on_introduced(self, connection: ApiConnection, failure: ConnectFailure | None) -> None:
        """A new connection is ready, or the exchange does not serve it."""
        if connection is not self._candidate:
            return
        if failure is None:
            self._become_live(connection)
        else:
            self._end(connection, failure)

    def _become_live(self, connection: ApiConnection) -> None:
        self._attempt.become_ready()
        old, self._live, self._candidate = self._live, connection, None
        self.state = self.state.after(LinkEvent.READY, self._clock.wall_ms())
        log.info("requests go over a new connection to the WebSocket API", extra=named(LogEvent.LINK_PROVEN))
        if old is not None:
            self._retired.append(old)

    def _attempt_failed(self, failure: ConnectFailure) -> None:
        again = self._attempt.fail(failure)
        self.state = self.state.failed(failure, needs_a_person=again.is_loud)
        level = logging.ERROR if again.is_loud else logging.WARNING
        log.log(
            level, "WebSocket API: %s; again in %.2f s", failure.text, again.after_s, extra=named(LogEvent.LINK_LOST)
        )
        if failure.kind is FailureKind.LIMITED:
            self._observer.on_connection_limited(RateLimited(failure.retry_after_s or _LIMITED_S, failure.text))

    # ---- ending

    def _end(self, connection: ApiConnection, failure: ConnectFailure) -> None:
        """Closes it; each request that waits on it ends by itself."""
        connection.socket.close()
        for submission, outcome in connection.lost(lost_text(failure)):
            self._desk.settle(submission, Reply(outcome))
        if connection is self._candidate:
            self._candidate = None
            self._attempt_failed(failure)
        elif connection is self._live:
            self._leave_live(LinkEvent.LOST, failure)
        elif connection in self._retired:
            self._retired.remove(connection)

    def _leave_live(self, event: LinkEvent, failure: ConnectFailure) -> ApiConnection | None:
        """Nothing is sent over the live connection any more; another one is wanted."""
        connection, self._live = self._live, None
        if connection is not None:
            self.state = self.state.after(event, self._clock.wall_ms())
            log.warning(
                "requests leave the WebSocket API (%s): %s", event, failure.text, extra=named(LogEvent.LINK_LOST)
            )
            self._attempt.want_after(failure, connection.liveness.age_s(self._clock.monotonic()))
        return connection

    def _abandon(self, event: LinkEvent, failure: ConnectFailure) -> None:
        """The live connection is open, but nothing more is sent over it; replies may still come."""
        connection = self._leave_live(event, failure)
        if connection is not None:
            self._retired.append(connection)
            if connection.socket.outgoing:
                self._end(connection, failure)

    def _close_idle_retired(self) -> None:
        for connection in [each for each in self._retired if not each.has_unsettled]:
            self._retired.remove(connection)
            connection.socket.close()

    def _renew(self, reason: str) -> None:
        """Opens a connection beside the live one, which serves until the new one is ready."""
        if self._live is not None and self._attempt.state is AttemptState.IDLE:
            log.info(
                "the connection to the WebSocket API is being renewed: %s", reason, extra=named(LogEvent.LINK_RENEWED)
            )
            self._renewed_at = self._clock.monotonic()
            self._attempt.want()

    # ---- receiving

    def _drain(self, connection: ApiConnection) -> None:
        for _ in range(_MAX_DRAINS):
            drained = connection.drain(self._clock.monotonic())
            for frame in drained.frames:
                self._handle(connection, frame)
            if drained.closed is not None:
                self._end(connection, ConnectFailure(FailureKind.ENDED, drained.closed))
            if not drained.more:
                return
        self._has_more = True

    def _handle(self, connection: ApiConnection, frame: bytes) -> None:
        match read_frame(frame):
            case ApiReply(number, reply):
                submission = connection.take(number)
                if submission is not None:
                    self._desk.settle(submission, reply)
                else:
                    self._ignore("a reply to no request of ours")
            case LoggedOff(text) if connection is self._live:
                self._abandon(LinkEvent.LOGGED_OFF, ConnectFailure(FailureKind.ENDED, text))
            case LoggedOff(text) if connection is self._candidate:
                self._end(connection, ConnectFailure(FailureKind.KEY, text))
            case LoggedOff():
                pass
            case ShuttingDown():
                self._renew("the exchange's server shuts down")
            case OtherFrame(kind):
                self._ignore(kind)

    def _ignore(self, kind: str) -> None:
        if kind not in self._ignored_kinds and len(self._ignored_kinds) < _MAX_KINDS:
            self._ignored_kinds.add(kind)
            log.warning("a frame of the WebSocket API is ignored: %s", kind, extra=named(LogEvent.ANSWER_IGNORED))

    # ---- watching

    def _check(self, now: float) -> None:
        for connection in self._connections():
            connection.forget_old(now)
        live = self._live
        if live is None:
            return
        live.ping_when_silent(now, self._settings.silent_after_s)
        verdict = live.verdict(now, self._settings.silent_after_s)
        if not isinstance(verdict, Alive) and (isinstance(verdict, Dead) or live.is_silent(now)):
            self._abandon(LinkEvent.SUSPECTED, ConnectFailure(FailureKind.ENDED, verdict.reason))
        elif not isinstance(verdict, Alive) and now - self._renewed_at >= _RENEW_EVERY_S:
            self._renew(verdict.reason)
        elif live.liveness.age_s(now) >= self._renew_after_s:
            self._renew(f"open for {live.liveness.age_s(now):.0f} s")

    def _connections(self) -> list[ApiConnection]:
        return [each for each in (self._live, self._candidate, *self._retired) if each is not None]
