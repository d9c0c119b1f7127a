"""Whoever keeps account of what is sent to the exchange is told of every single request and its reply."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from lotkeeper.exchange.budget.costs import Cost
from lotkeeper.exchange.budget.limits import Count
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Outcome, RateLimited


@dataclass(frozen=True, slots=True, eq=False)
class SentRequest:
    """A single request as it goes over the network; one ExchangeRequest may be sent twice (wrong clock).

    Equal to itself alone: of two that are alike, each has its own reply.
    """

    method: str
    path: str
    cost: Cost
    is_signed: bool


class Reply(NamedTuple):
    """What became of a request, and what the exchange has counted."""

    outcome: Outcome  # the body of an Answered is not decoded
    counts: tuple[Count, ...] = ()  # empty where nothing came back


class RequestObserver(Protocol):
    """Hears of every single request and of its reply; must not raise."""

    def on_request(self, request: SentRequest) -> None:
        """It is being sent: called before that, or right after it, so that no order waits for the account of it."""

    def after_request(self, request: SentRequest, reply: Reply) -> None:
        """Once for each request. With many in flight the replies come in any order."""

    def on_server_time(self, server_ms: int) -> None:
        """The exchange's clock, in milliseconds, as it is now or was a moment ago."""


class LinkObserver(RequestObserver, Protocol):
    """Hears also of what concerns no request that still waits. All calls come in the thread of the link's owner."""

    def on_late_reply(self, request: ExchangeRequest, outcome: Outcome) -> None:
        """What really became of a request whose deadline had passed: it had ended as Unknown."""

    def on_connection_limited(self, outcome: RateLimited) -> None:
        """The exchange refused a connection with 429 or 418, which is about everything from this address."""


class NoObserver:
    """For programs that keep no account of what they send."""

    def on_request(self, request: SentRequest) -> None:
        pass

    def after_request(self, request: SentRequest, reply: Reply) -> None:
        pass

    def on_server_time(self, server_ms: int) -> None:
        pass

    def on_late_reply(self, request: ExchangeRequest, outcome: Outcome) -> None:
        pass

    def on_connection_limited(self, outcome: RateLimited) -> None:
        pass
