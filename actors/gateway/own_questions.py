"""What the Gateway asks of its own accord: the exchange's clock, whose account it is, and what keeps a connection open.

Each method says whether the link has to be tended now, because something was submitted.
"""

from collections.abc import Callable

from actors.gateway.throttle import ACCOUNT_COST, TIME_COST, RequestThrottle
from lotkeeper.exchange import requests
from lotkeeper.exchange.budget.costs import Purpose
from lotkeeper.exchange.link.protocol import ExchangeLink
from lotkeeper.exchange.rest.outcomes import Answered, Outcome
from lotkeeper.exchange.shapes import Account
from messages.lifecycle import AccountRead, ExchangeTimeRead

_SYNC_TIME_EVERY_S = 600.0
_ANSWER_WITHIN_S = 3.0

TellLauncher = Callable[[ExchangeTimeRead | AccountRead], None]


class OwnQuestions:
    """Nothing is asked before there is a link."""

    def __init__(self, throttle: RequestThrottle, monotonic: Callable[[], float], tell_launcher: TellLauncher) -> None:
        self._throttle, self._monotonic, self._tell_launcher = throttle, monotonic, tell_launcher
        self._link: ExchangeLink | None = None
        self._is_account_wanted = False  # the launcher has to be told whose account it is

    def use(self, link: ExchangeLink | None) -> None:
        """From now on it asks by this link; None when there is none any more."""
        self._link = link

    def want_account(self) -> None:
        """The launcher does not know whose account it is, because the exchange was away."""
        self._is_account_wanted = True

    def sync_time(self) -> float:
        """Asks for the exchange's time if the budget has room; after so many seconds that is due again."""
        deferred = self._throttle.deferral(TIME_COST, Purpose.RECONCILING)
        if deferred is not None:
            return deferred.retry_s
        self._ask_time()
        return _SYNC_TIME_EVERY_S

    def probe_when_due(self) -> bool:
        """Asks the one question that has to be answered before anything else is sent."""
        is_due = self._link is not None and self._throttle.may_probe()
        if is_due:
            self._ask_time()
        return is_due

    def keep_warm(self) -> bool:
        """Keeps a connection open: if the exchange closed it, the next SELL would wait for a handshake.

        When requests stayed without an answer, the next answer tells which of them were counted.
        """
        if self._link is None or self._throttle.deferral(TIME_COST, Purpose.TRADING) is not None:
            return False
        if self._throttle.is_count_unsure:
            self._ask_time()
        self._link.keep_warm()
        return True

    def ask_account(self) -> None:
        """Before everything else, once the exchange answers: the database may be that of another account."""
        if self._link is None or not self._is_account_wanted:
            return
        if self._throttle.deferral(ACCOUNT_COST, Purpose.TRADING) is None:
            self._is_account_wanted = False
            self._link.submit(requests.account(), _ANSWER_WITHIN_S, self._account_answered)

    def _ask_time(self) -> None:
        """The link sets its clock by the answer, and tells the throttle."""
        if self._link is not None:
            self._link.submit(requests.server_time(), _ANSWER_WITHIN_S, self._time_answered)

    def _time_answered(self, outcome: Outcome) -> None:
        if isinstance(outcome, Answered) and isinstance(outcome.body, int):
            self._tell_launcher(ExchangeTimeRead(outcome.body, self._monotonic()))
            self.ask_account()

    def _account_answered(self, outcome: Outcome) -> None:
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, Account):
            self._is_account_wanted = True  # asked again in a second
        elif outcome.body.uid is not None:
            self._tell_launcher(AccountRead(outcome.body.uid))
