"""One connection to the WebSocket API, and the requests that wait for their replies on it."""

from collections.abc import Iterator
from dataclasses import dataclass

from lotkeeper.exchange.link.frames import FrameWriter
from lotkeeper.exchange.link.submissions import Submission, next_deadline
from lotkeeper.exchange.rest.outcomes import NotSent, Outcome, Unknown
from lotkeeper.exchange.websocket.connect_policy import ConnectFailure
from lotkeeper.exchange.websocket.liveness import Alive, Doubtful, Liveness, Verdict
from lotkeeper.exchange.websocket.socket import Drained, StreamSocket

MAX_OUTGOING = 65_536  # bytes that may wait for room in the socket: some 200 orders
_UNANSWERED_S = 2.0
_REMEMBERED_S = 60.0  # a late reply is recognised for so long


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A request on this connection; its bytes are counted as in SendBuffer."""

    submission: Submission
    begins_at: int
    ends_at: int
    sent_at: float  # monotonic, s


class ApiConnection:
    """Sends requests and finds the one that a reply belongs to. `numbers` gives ids that are used only once."""

    def __init__(self, socket: StreamSocket, writer: FrameWriter, numbers: Iterator[int], now: float) -> None:
        self.socket = socket
        self.liveness = Liveness.starting(now)
        self.has_asked_time = False  # because the exchange refused the time of our logon
        self._writer, self._numbers = writer, numbers
        self._waiting: dict[int, _Waiting] = {}  # by id, in the order of sending

    def send(self, submission: Submission, now: float) -> bool:
        """Sends a request at once; raises ConnectError after the socket broke. A reply or `lost` will tell more.

        Whether it may leave, which is asked when nothing but the call to the operating system is left to do.
        """
        number, outgoing = next(self._numbers), self.socket.outgoing
        frame = self.socket.frame(self._writer.request(number, submission.request))
        begins_at = outgoing.put_count
        if not submission.may_leave():
            return False
        try:
            self.socket.post(frame)
        finally:
            self._waiting[number] = _Waiting(submission, begins_at, outgoing.put_count, now)
        return True

    @property
    def has_room(self) -> bool:
        """Whether the exchange reads what we send."""
        return len(self.socket.outgoing) < MAX_OUTGOING

    def drain(self, now: float) -> Drained:
        drained = self.socket.drain()
        if drained.has_received:
            self.liveness = self.liveness.heard(now, pinged=drained.pings > 0, ponged=drained.pongs > 0)
        return drained

    def take(self, number: object) -> Submission | None:
        """The request of this id, which is answered now."""
        waiting = self._waiting.pop(number, None) if type(number) is int else None
        return None if waiting is None else waiting.submission

    def due(self, now: float) -> list[tuple[Submission, Outcome]]:
        """The requests whose deadline has passed. Their replies, when they come, are late ones."""
        return [
            (each.submission, self._outcome_without_reply(each, "no answer on the websocket in time"))
            for each in self._waiting.values()
            if each.submission.is_due(now)
        ]

    @property
    def is_cut_short(self) -> bool:
        """Whether a request whose deadline has passed has not left entirely: its rest must never be sent."""
        sent = self.socket.outgoing.sent_count
        return any(each.submission.is_settled and each.ends_at > sent for each in self._waiting.values())

    def lost(self, reason: str) -> list[tuple[Submission, Outcome]]:
        """What becomes of the requests that wait for replies when the connection is closed."""
        return [
            (each.submission, self._outcome_without_reply(each, reason))
            for each in self._waiting.values()
            if not each.submission.is_settled
        ]

    @property
    def has_unsettled(self) -> bool:
        return any(not each.submission.is_settled for each in self._waiting.values())

    def next_deadline(self) -> float | None:
        return next_deadline(each.submission for each in self._waiting.values())

    def forget_old(self, now: float) -> None:
        old = [number for number, each in self._waiting.items() if each.submission.deadline + _REMEMBERED_S < now]
        for number in old:
            del self._waiting[number]

    # Is it alive?

    def ping_when_silent(self, now: float, silent_after_s: float) -> None:
        if self.liveness.wants_ping(now, silent_after_s):
            self.liveness = self.liveness.asked(now)
            self.socket.ping()

    def verdict(self, now: float, silent_after_s: float) -> Verdict:
        """As of a stream; and doubtful when nothing at all has arrived since a request was sent some seconds ago."""
        known = self.liveness.verdict(now, silent_after_s)
        if not isinstance(known, Alive):
            return known
        sent_at = next((each.sent_at for each in self._waiting.values() if not each.submission.is_settled), now)
        silent_s = now - max(sent_at, self.liveness.last_byte_at)
        return Doubtful(f"no answer for {silent_s:.0f} s") if silent_s >= _UNANSWERED_S else known

    def is_silent(self, now: float) -> bool:
        """Whether nothing has arrived for some seconds."""
        return now - self.liveness.last_byte_at >= _UNANSWERED_S

    def _outcome_without_reply(self, waiting: _Waiting, reason: str) -> Outcome:
        has_left = waiting.begins_at < self.socket.outgoing.touched_count
        return Unknown(reason) if has_left else NotSent(reason)


def lost_text(failure: ConnectFailure) -> str:
    return f"the connection ended before the answer: {failure.text}"
