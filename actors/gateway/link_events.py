"""What the link to the exchange reports beside the outcomes of requests."""

from collections.abc import Callable

from actors.gateway.throttle import RequestThrottle
from lotkeeper.exchange.observer import Reply, SentRequest
from lotkeeper.exchange.requests import ExchangeRequest
from lotkeeper.exchange.rest.outcomes import Outcome, RateLimited


class LinkEvents:
    """The observer of the link: every request is paid from the budget, and late replies find their way."""

    def __init__(self, throttle: RequestThrottle, on_late_reply: Callable[[ExchangeRequest, Outcome], None]) -> None:
        self._throttle, self._on_late_reply = throttle, on_late_reply

    def on_request(self, request: SentRequest) -> None:
        self._throttle.on_request(request)

    def after_request(self, request: SentRequest, reply: Reply) -> None:
        self._throttle.after_request(request, reply)

    def on_server_time(self, server_ms: int) -> None:
        self._throttle.on_server_time(server_ms)

    def on_late_reply(self, request: ExchangeRequest, outcome: Outcome) -> None:
        self._on_late_reply(request, outcome)

    def on_connection_limited(self, outcome: RateLimited) -> None:
        self._throttle.pause(outcome)
