"""What the account holds: one answer of the exchange has all assets, and serves all who may have it a moment old."""

from lotkeeper.exchange.outcomes import Answered, Outcome
from lotkeeper.exchange.rest import RestClient
from lotkeeper.exchange.shapes import Account


class Holdings:
    """The last answer, and when it was asked for (wall clock, ms)."""

    def __init__(self) -> None:
        self._last: Outcome | None = None
        self._asked_ms = 0

    def is_known(self, now_ms: int, may_be_s_old: float) -> bool:
        """Whether the last answer is young enough; for zero seconds none is."""
        return self._last is not None and 0 <= now_ms - self._asked_ms < may_be_s_old * 1000

    def fetched(self, rest: RestClient, now_ms: int, may_be_s_old: float) -> Outcome:
        """Answered with the Account, as it was at most so long ago."""
        if self._last is not None and self.is_known(now_ms, may_be_s_old):
            return self._last
        outcome = rest.account()
        is_account = isinstance(outcome, Answered) and isinstance(outcome.body, Account)
        self._last, self._asked_ms = outcome if is_account else None, now_ms
        return outcome
