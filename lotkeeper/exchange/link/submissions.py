"""Submitted requests until their outcomes are told: each outcome once, in the thread of the link's owner."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from lotkeeper.exchange.budget.costs import Cost
from lotkeeper.exchange.link.clock import RequestClock
from lotkeeper.exchange.link.protocol import MayLeave, OnOutcome, always
from lotkeeper.exchange.observer import LinkObserver, Reply, SentRequest
from lotkeeper.exchange.requests import ExchangeRequest, server_time
from lotkeeper.exchange.rest.outcomes import Answered, NotSent, Outcome, Unknown, decoded

_TIME_PATH = server_time().path
NOT_NOTED = NotSent("it could not be noted before it left")


@dataclass(slots=True, eq=False)
class Submission:
    """One request that was submitted."""

    request: ExchangeRequest
    deadline: float  # monotonic, s
    on_outcome: OnOutcome
    may_leave: MayLeave = always
    cost: Cost | None = None  # of a request that REST does not have
    sent: SentRequest | None = None  # as the observer was told of it; None before that
    is_settled: bool = False  # its outcome is known, or its deadline has passed: what comes now comes late

    def is_due(self, now: float) -> bool:
        """Whether its deadline has passed without an outcome."""
        return not self.is_settled and self.deadline <= now


class SubmissionDesk:
    """Takes submissions in, and tells the owner and the observer what became of them."""

    def __init__(self, observer: LinkObserver, clock: RequestClock) -> None:
        self._observer = observer
        self._clock = clock
        self._outcomes: deque[tuple[OnOutcome, Outcome]] = deque()

    @property
    def has_outcomes(self) -> bool:
        """Whether outcomes wait to be told."""
        return bool(self._outcomes)

    def accept(
        self,
        request: ExchangeRequest,
        timeout_s: float,
        on_outcome: OnOutcome,
        cost: Cost | None = None,
        may_leave: MayLeave = always,
    ) -> Submission:
        """Takes a request in, which is sent next. `cost` is that of a request that REST does not have."""
        return Submission(request, self._clock.monotonic() + timeout_s, on_outcome, may_leave, cost)

    def note_sent(self, submission: Submission) -> None:
        """Tells the observer of it: in the call that sends it, and before what became of it is taken in."""
        request = submission.request
        path, cost = request.path or request.ws_method, submission.cost or request.cost
        submission.sent = SentRequest(request.method, path, cost, request.is_signed)
        self._observer.on_request(submission.sent)

    def settle(
        self, submission: Submission, reply: Reply, *, outcome: Outcome | None = None, received_at: float | None = None
    ) -> None:
        """Takes in what became of it; `tell` calls its owner. A second reply is a late one.

        `outcome` is that of the reply with its body decoded, where that is done already.
        """
        if outcome is None:
            outcome = decoded(reply.outcome, submission.request.read)
        if submission.is_settled:
            if not isinstance(outcome, Unknown):
                self._observer.on_late_reply(submission.request, outcome)
            return
        submission.is_settled = True
        assert submission.sent is not None
        self._observer.after_request(submission.sent, reply)
        if submission.request.path == _TIME_PATH and isinstance(outcome, Answered) and isinstance(outcome.body, int):
            self.learn_time(outcome.body, self._clock.monotonic() if received_at is None else received_at)
        self._outcomes.append((submission.on_outcome, outcome))

    def tell(self) -> None:
        """Calls the owner of each settled request; one that raises does not keep the others from theirs."""
        while self._outcomes:
            on_outcome, outcome = self._outcomes.popleft()
            on_outcome(outcome)

    def learn_time(self, server_ms: int, received_at: float) -> None:
        """The exchange told its time in a reply that was received at `received_at` (monotonic, s)."""
        self._clock.set(server_ms, received_at)
        self._observer.on_server_time(server_ms)


def next_deadline(submissions: Iterable[Submission]) -> float | None:
    """The earliest deadline of those without an outcome; monotonic, s."""
    return min((each.deadline for each in submissions if not each.is_settled), default=None)
