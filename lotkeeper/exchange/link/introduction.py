"""The first requests on a new connection: an open socket alone proves nothing."""

from functools import partial
from typing import Protocol

from lotkeeper.exchange.budget.costs import Cost
from lotkeeper.exchange.fields import row
from lotkeeper.exchange.link.api_connection import ApiConnection
from lotkeeper.exchange.link.clock import RequestClock
from lotkeeper.exchange.link.frames import LOGON
from lotkeeper.exchange.link.submissions import Submission, SubmissionDesk
from lotkeeper.exchange.requests import ExchangeRequest, server_time
from lotkeeper.exchange.rest.outcomes import Answered, Outcome, RateLimited, Refused, describe
from lotkeeper.exchange.websocket.connect_policy import ConnectFailure, FailureKind, failure_of_code

_READY_WITHIN_S = 5.0  # for each request
_LOGON_COST = Cost(weight=2, requests=1)  # Binance web-socket-api.md, "Log in with API key"


class Connector(Protocol):
    """Whoever opens connections."""

    def send_on(self, connection: ApiConnection, submission: Submission) -> None:
        """Sends a request over this connection; never raises."""

    def on_introduced(self, connection: ApiConnection, failure: ConnectFailure | None) -> None:
        """The connection is ready, or the exchange does not serve it."""


class Introduction:
    """Logs on, where the key can do that, and else asks for the time.

    A logon that is refused for its time is repeated once, after the time was measured.
    """

    def __init__(self, desk: SubmissionDesk, clock: RequestClock, logs_on: bool, connector: Connector) -> None:
        self._desk, self._clock, self._logs_on, self._connector = desk, clock, logs_on, connector

    def begin(self, connection: ApiConnection) -> None:
        if self._logs_on:
            submission = self._desk.accept(_LOGON, _READY_WITHIN_S, partial(self._logged_on, connection), _LOGON_COST)
            self._connector.send_on(connection, submission)
        else:
            self._ask_time(connection)

    def _ask_time(self, connection: ApiConnection) -> None:
        submission = self._desk.accept(server_time(), _READY_WITHIN_S, partial(self._time_told, connection))
        self._connector.send_on(connection, submission)

    def _logged_on(self, connection: ApiConnection, outcome: Outcome) -> None:
        if isinstance(outcome, Answered):
            if isinstance(outcome.body, int):
                self._desk.learn_time(outcome.body, self._clock.monotonic())
            self._connector.on_introduced(connection, None)
            return
        failure = _failure_of(outcome)
        if failure.kind is FailureKind.CLOCK and not connection.has_asked_time:
            connection.has_asked_time = True
            self._ask_time(connection)
        else:
            self._connector.on_introduced(connection, failure)

    def _time_told(self, connection: ApiConnection, outcome: Outcome) -> None:
        if not isinstance(outcome, Answered):
            self._connector.on_introduced(connection, _failure_of(outcome))
        elif self._logs_on:
            self.begin(connection)
        else:
            self._connector.on_introduced(connection, None)


def _logon_time(body: object) -> int | None:
    """The exchange's time (ms) in the answer to a logon, where it is there."""
    time_ms = row(body).get("serverTime")
    return time_ms if type(time_ms) is int else None


_LOGON = ExchangeRequest("GET", "", LOGON, {}, _logon_time, is_signed=True)


def _failure_of(outcome: Outcome) -> ConnectFailure:
    text = f"the exchange does not serve the new connection: {describe(outcome)}"
    match outcome:
        case Refused(code):
            return ConnectFailure(failure_of_code(code), text)
        case RateLimited(retry_after_s):
            return ConnectFailure(FailureKind.LIMITED, text, retry_after_s)
        case _:
            return ConnectFailure(FailureKind.ENDED, text)
