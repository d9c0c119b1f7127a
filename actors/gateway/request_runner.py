"""Carries out what takes requests: each is a generator that yields a request, and is given its outcome later.

Many are under way at once. None waits for another, except those that share a request.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from lotkeeper.exchange.link.protocol import ExchangeLink, MayLeave
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Outcome

Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class SharedFetch:
    """A request whose outcome several may wait for; it is sent for the first of them."""

    request: ExchangeRequest
    asked_ms: int  # when it was first wanted (wall clock)
    outcome: Outcome | None = None  # None while it is under way
    waiting: list[Callable[[Outcome], None]] = field(default_factory=list)

    def is_as_young(self, at_most_old_ms: int, now_ms: int) -> bool:
        """Whether it is under way, and its answer will do for who accepts one of this age."""
        return self.outcome is None and 0 <= now_ms - self.asked_ms < at_most_old_ms


@dataclass(frozen=True, slots=True)
class NotedRequest:
    """A request that is noted just before it leaves; where that fails it is not sent."""

    request: ExchangeRequest
    note: MayLeave


Ask = ExchangeRequest | NotedRequest | SharedFetch
Steps = Generator[Ask, Outcome, Result]  # what it returns is the result of all its requests


@dataclass(frozen=True, slots=True)
class _Job:
    steps: Steps[Any]
    timeout_s: float
    on_end: Callable[[Any], None]
    on_fault: Callable[[Exception], None]


class RequestRunner:
    """For one link. All callbacks are called in the thread that calls the link."""

    def __init__(self, link: ExchangeLink) -> None:
        self._link = link

    def run(
        self,
        steps: Steps[Result],
        timeout_s: float,
        on_end: Callable[[Result], None],
        on_fault: Callable[[Exception], None],
    ) -> None:
        """Calls `on_end` with what `steps` returns, at once where that takes no request; `on_fault` where it raises.

        Each of its requests may take `timeout_s` seconds.
        """
        self._advance(_Job(steps, timeout_s, on_end, on_fault), None)

    def _advance(self, job: _Job, outcome: Outcome | None) -> None:
        """Raises nothing: outcomes of others come in the same call of the link."""
        try:
            try:
                ask = job.steps.send(outcome)  # type: ignore[arg-type]  # None starts a generator
            except StopIteration as end:
                job.on_end(end.value)
                return
            self._send(ask, job)
        except Exception as error:
            job.on_fault(error)

    def _send(self, ask: Ask, job: _Job) -> None:
        if isinstance(ask, ExchangeRequest):
            self._link.submit(ask, job.timeout_s, lambda outcome: self._advance(job, outcome))
            return
        if isinstance(ask, NotedRequest):
            self._link.submit(ask.request, job.timeout_s, lambda outcome: self._advance(job, outcome), ask.note)
            return
        is_first = not ask.waiting
        ask.waiting.append(lambda outcome: self._advance(job, outcome))
        if is_first:
            self._link.submit(ask.request, job.timeout_s, lambda outcome: _share(ask, outcome))


def _share(fetch: SharedFetch, outcome: Outcome) -> None:
    fetch.outcome = outcome
    waiting, fetch.waiting = fetch.waiting, []
    for go_on in waiting:
        go_on(outcome)
