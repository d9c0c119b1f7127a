"""What the account holds, asked once for everybody who wants to know at about the same time."""

from lotkeeper.exchange.rest.client import RestClient
from lotkeeper.exchange.rest.outcomes import Answered, Outcome
from lotkeeper.exchange.shapes import Account, Balance
from lotkeeper.trading.money import ZERO
from messages.queries import BalanceFetched, FetchBalance


class Balances:
    """Remembers the last account that was read, and when it was asked for (wall clock, milliseconds)."""

    def __init__(self) -> None:
        self._account: Account | None = None
        self._asked_ms = 0

    def known(self, query: FetchBalance, now_ms: int) -> BalanceFetched | None:
        """The answer, where the question is content with one as old as that."""
        is_young = 0 <= now_ms - self._asked_ms < query.at_most_old_ms
        return _told(query, self._account) if self._account is not None and is_young else None

    def fetched(self, query: FetchBalance, rest: RestClient, now_ms: int) -> BalanceFetched | Outcome:
        outcome = rest.account()
        if not isinstance(outcome, Answered) or not isinstance(outcome.body, Account):
            return outcome
        self._account, self._asked_ms = outcome.body, now_ms
        return _told(query, outcome.body)


def _told(query: FetchBalance, account: Account) -> BalanceFetched:
    none = Balance(query.asset, ZERO, ZERO)
    held = next((each for each in account.balances if each.asset == query.asset), none)
    return BalanceFetched(query.request_id, query.asset, held.free, held.locked)
