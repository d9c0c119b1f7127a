"""Several requests in flight by REST: a few threads, each with a connection of its own.

A thread takes one request at a time, sends it, and puts the reply where the actor finds it. Which thread gets which
request is decided in the actor's thread alone. A thread calls nothing of the actor's.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import NamedTuple

from lotkeeper.exchange.link.clock import RequestClock
from lotkeeper.exchange.link.protocol import MayLeave, OnOutcome, always
from lotkeeper.exchange.link.settings import LinkSettings
from lotkeeper.exchange.link.states import LinkCondition, LinkState
from lotkeeper.exchange.link.submissions import NOT_NOTED, Submission, SubmissionDesk, next_deadline
from lotkeeper.exchange.link.wake import Wake
from lotkeeper.exchange.observer import LinkObserver, Reply
from lotkeeper.exchange.requests import ExchangeRequest, server_time
from lotkeeper.exchange.rest.outcomes import NotSent, Outcome, Unknown, decoded
from lotkeeper.exchange.rest.sender import RestSender
from lotkeeper.exchange.signing import Signer
from lotkeeper.trading.log_events import LogEvent, named

# A thread waits so much longer than the owner of a request: the true outcome of an order that comes late is worth it.
_LATE_S = 2.0
_IDLE_S = 20.0  # a connection that is idle for longer may be closed by the exchange
_WARM_TIMEOUT_S = 3.0
_NO_THREAD_S = 0.1  # so soon a thread is asked for again, where the system gave none

log = logging.getLogger("lotkeeper.exchange")


class RestWorkers:
    """Sends by REST alone. Connections are opened one by one, when all others are busy."""

    def __init__(
        self, settings: LinkSettings, signer: Signer | None, observer: LinkObserver, clock: RequestClock
    ) -> None:
        self._settings, self._signer, self._clock = settings, signer, clock
        self._desk = SubmissionDesk(observer, clock)
        self._wake = Wake()
        self._finished: deque[_Finished] = deque()
        self._workers: list[_Worker] = []
        self._idle: list[_Worker] = []  # the one that worked last is at the end: its connection is the freshest
        self._waiting: deque[Submission] = deque()  # for a thread
        self._unsettled: dict[Submission, bool] = {}  # in the order of submission; whether a thread has it
        self._lacks_thread = self._is_warned = False  # the system gives no thread now
        self._used_at = clock.monotonic()
        self.state = LinkState(LinkCondition.REST_ONLY, clock.wall_ms())

    def submit(
        self, request: ExchangeRequest, timeout_s: float, on_outcome: OnOutcome, may_leave: MayLeave = always
    ) -> None:
        submission = self._desk.accept(request, timeout_s, on_outcome, may_leave=may_leave)
        self._desk.note_sent(submission)
        self._used_at = self._clock.monotonic()
        self._unsettled[submission] = False
        self._waiting.append(submission)
        self._hand_out()

    def keep_warm(self) -> None:
        """Asks for the time where nothing was sent for a while, so that a connection stays open."""
        if self._clock.monotonic() - self._used_at > _IDLE_S:
            self.submit(server_time(), _WARM_TIMEOUT_S, _ignore)

    def filenos(self) -> list[int]:
        return [self._wake.fileno()]

    def on_ready(self, fileno: int) -> None:
        if fileno == self._wake.fileno():
            self._collect()
            self._desk.tell()

    def on_time(self) -> float | None:
        self._collect()
        self._give_up_due()
        self._desk.tell()
        return self.wait_s()

    def wait_s(self) -> float | None:
        """Seconds until something is due; None when nothing is."""
        if self._desk.has_outcomes:
            return 0.0
        deadline = next_deadline(self._unsettled)
        if deadline is None:
            return None
        wait_s = max(0.0, deadline - self._clock.monotonic())
        return min(wait_s, _NO_THREAD_S) if self._lacks_thread else wait_s

    def close(self) -> None:
        for worker in self._workers:
            worker.end()
        self._wake.close()

    def _hand_out(self) -> None:
        """Gives what waits to threads that are idle, or to a new one."""
        self._lacks_thread = False
        while self._waiting:
            if self._waiting[0].is_settled:  # its deadline has passed: it must not be sent any more
                self._waiting.popleft()
                continue
            worker = self._idle.pop() if self._idle else self._new_worker()
            if worker is None:
                return
            submission = self._waiting.popleft()
            dated_ms = self._clock.now_ms()  # before it is asked: however late the thread sends it, it is no younger
            if not submission.may_leave():
                self._idle.append(worker)
                self._unsettled.pop(submission, None)
                self._desk.settle(submission, Reply(NOT_NOTED))
                continue
            self._unsettled[submission] = True
            worker.take(submission, submission.deadline - self._clock.monotonic() + _LATE_S, dated_ms)

    def _new_worker(self) -> "_Worker | None":
        if len(self._workers) >= self._settings.rest_connections:
            return None
        try:
            worker = _Worker(self._sender, self._clock.monotonic, self._finished, self._wake)
        except RuntimeError as error:  # "can't start new thread": the system has a limit of processes
            self._lacks_thread = True
            self._warn_of_thread(error)
            return None
        self._is_warned = False
        self._workers.append(worker)
        return worker

    def _warn_of_thread(self, error: RuntimeError) -> None:
        """Once, until there is one again."""
        if not self._is_warned:
            self._is_warned = True
            log.warning(
                "the system gives no thread for requests by REST; it is tried again: %s",
                error,
                extra=named(LogEvent.NO_THREAD),
            )

    def _sender(self) -> RestSender:
        settings = self._settings
        return RestSender(
            settings.rest_url,
            self._signer,
            self._clock.now_ms,
            recv_window_ms=settings.recv_window_ms,
            connect_timeout_s=settings.connect_timeout_s,
        )

    def _collect(self) -> None:
        """Takes in what the threads have finished."""
        self._wake.clear()
        while self._finished:
            worker, submission, reply, outcome, received_at = self._finished.popleft()
            self._unsettled.pop(submission, None)
            self._desk.settle(submission, reply, outcome=outcome, received_at=received_at)
            self._idle.append(worker)
        self._hand_out()

    def _give_up_due(self) -> None:
        now = self._clock.monotonic()
        for submission in [each for each in self._unsettled if each.is_due(now)]:
            is_with_a_thread = self._unsettled.pop(submission)
            self._desk.settle(submission, Reply(_LATE if is_with_a_thread else _BUSY))
        while self._waiting and self._waiting[0].is_settled:
            self._waiting.popleft()


_LATE = Unknown("no answer by REST in time")
_BUSY = NotSent("all connections to the exchange were busy")


def _ignore(_: Outcome) -> None:
    pass


class _Finished(NamedTuple):
    """What a thread hands over."""

    worker: "_Worker"
    submission: Submission
    reply: Reply
    outcome: Outcome  # that of the reply, with its body decoded
    received_at: float  # monotonic, s


class _Worker:
    """One thread with its connection. It is given one request, and the next when it has finished."""

    def __init__(
        self,
        make_sender: Callable[[], RestSender],
        monotonic: Callable[[], float],
        finished: deque[_Finished],
        wake: Wake,
    ) -> None:
        self._make_sender, self._monotonic, self._finished, self._wake = make_sender, monotonic, finished, wake
        self._inbox: SimpleQueue[tuple[Submission, float, int] | None] = SimpleQueue()
        threading.Thread(target=self._run, name="rest", daemon=True).start()

    def take(self, submission: Submission, read_timeout_s: float, dated_ms: int) -> None:
        """`dated_ms` is the exchange's time that the request is signed with."""
        self._inbox.put((submission, read_timeout_s, dated_ms))

    def end(self) -> None:
        """The thread ends when it has finished what it is doing."""
        self._inbox.put(None)

    def _run(self) -> None:
        sender: RestSender | None = None
        while (task := self._inbox.get()) is not None:
            submission, read_timeout_s, dated_ms = task
            try:
                sender = sender or self._make_sender()
                reply = sender.send(submission.request, read_timeout_s, dated_ms)
                outcome = decoded(reply.outcome, submission.request.read)
            except Exception as error:  # a fault of ours: the request may have been sent, and its owner waits
                sender = None
                reply = Reply(outcome := Unknown(f"sending failed: {type(error).__name__}"))
            self._finished.append(_Finished(self, submission, reply, outcome, self._monotonic()))
            self._wake.signal()
        if sender is not None:
            sender.close()
