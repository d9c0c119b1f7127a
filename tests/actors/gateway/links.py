"""Links for a Gateway on a bench: one with the real REST client, which waits, and one that answers as a test says."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from thespian.actors import WatchMessage

from lotkeeper.exchange.link.protocol import MayLeave, OnOutcome, always
from lotkeeper.exchange.link.settings import LinkSettings
from lotkeeper.exchange.link.states import LinkCondition, LinkState
from lotkeeper.exchange.link.submissions import NOT_NOTED
from lotkeeper.exchange.observer import LinkObserver, Reply, SentRequest
from lotkeeper.exchange.requests import ExchangeRequest, server_time
from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Outcome, Unknown
from lotkeeper.exchange.signing import Signer

_READY = 0  # a descriptor to say that something is ready; nothing watches it


class BlockingLink:
    """Sends what was submitted by the real REST client, one after the other, and has the outcomes at once."""

    def __init__(
        self,
        settings: LinkSettings,
        signer: Signer,
        observer: LinkObserver,
        *,
        may_connect: Callable[[], bool],
        monotonic: Callable[[], float],
        wall_ms: Callable[[], int],
    ) -> None:
        self.state = LinkState(LinkCondition.REST_ONLY, wall_ms())
        self._client = RestClient(
            settings.rest_url,
            signer,
            recv_window_ms=settings.recv_window_ms,
            clock=lambda: wall_ms() / 1000,
            observer=observer,
        )
        self._observer = observer
        self._submitted: deque[tuple[ExchangeRequest, float, OnOutcome]] = deque()
        self._refused: deque[OnOutcome] = deque()
        self._is_clock_set = False
        self._monotonic, self._used_at = monotonic, monotonic()

    def submit(
        self, request: ExchangeRequest, timeout_s: float, on_outcome: OnOutcome, may_leave: MayLeave = always
    ) -> None:
        self._used_at = self._monotonic()
        if not may_leave():
            self._refused.append(on_outcome)
            return
        self._submitted.append((request, timeout_s, on_outcome))

    def keep_warm(self) -> None:
        if self._monotonic() - self._used_at > 20.0:
            self.submit(server_time(), 3.0, lambda _: None)

    def filenos(self) -> list[int]:
        return []

    def on_ready(self, fileno: int) -> None:
        pass

    def on_time(self) -> float | None:
        while self._refused:
            self._refused.popleft()(NOT_NOTED)
        while self._submitted:
            request, timeout_s, on_outcome = self._submitted.popleft()
            self._client._read_timeout_s = timeout_s
            on_outcome(self._client.send(request) if self._is_clock_set else self._client.sync_time())
            self._is_clock_set = True  # the prepared answers name the same time for ever
        return None

    def close(self) -> None:
        self._client.close()


@dataclass(eq=False)
class Submitted:
    """A request that waits for what the test says."""

    request: ExchangeRequest
    sent: SentRequest
    timeout_s: float
    on_outcome: OnOutcome


class ScriptedLink:
    """Keeps what was submitted until the test answers it, in any order."""

    def __init__(
        self,
        settings: LinkSettings,
        signer: Signer,
        observer: LinkObserver,
        *,
        may_connect: Callable[[], bool],
        monotonic: Callable[[], float],
        wall_ms: Callable[[], int],
    ) -> None:
        self.state = LinkState(LinkCondition.REST_ONLY, wall_ms())
        self.observer = observer
        self.waiting: list[Submitted] = []
        self.is_closed = False
        self.warmed = 0
        self._outcomes: deque[tuple[OnOutcome, Outcome]] = deque()

    def submit(
        self, request: ExchangeRequest, timeout_s: float, on_outcome: OnOutcome, may_leave: MayLeave = always
    ) -> None:
        sent = SentRequest(request.method, request.path, request.cost, request.is_signed)
        self.observer.on_request(sent)
        if not may_leave():
            self._outcomes.append((on_outcome, NOT_NOTED))
            return
        self.waiting.append(Submitted(request, sent, timeout_s, on_outcome))

    def filenos(self) -> list[int]:
        return []

    def on_ready(self, fileno: int) -> None:
        while self._outcomes:
            on_outcome, outcome = self._outcomes.popleft()
            on_outcome(outcome)

    def on_time(self) -> float | None:
        return None

    def keep_warm(self) -> None:
        self.warmed += 1

    def close(self) -> None:
        self.is_closed = True

    # What a test does

    def find(self, path: str, **params: str) -> Submitted:
        """The first that waits for this path (its last part), with these parameters."""
        return next(
            each
            for each in self.waiting
            if each.request.path.endswith(f"/{path}") and params.items() <= each.request.params.items()
        )

    def settle(self, desk: Any, submitted: Submitted, outcome: Outcome, reply: Reply | None = None) -> None:
        """The outcome of one request has come, decoded; `reply` is what the observer hears where that is more."""
        self.waiting.remove(submitted)
        self.observer.after_request(submitted.sent, reply or Reply(outcome))
        self._outcomes.append((submitted.on_outcome, outcome))
        desk._run(WatchMessage([_READY]), desk.actor.myAddress)

    def time_out(self, desk: Any, submitted: Submitted) -> None:
        self.settle(desk, submitted, Unknown("no answer in time"))
