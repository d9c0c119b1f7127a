"""The balances that the Ledger has not been told of."""

from dataclasses import dataclass, field

from lotkeeper.trading.balances import NewestBalances
from messages.account import BalancesSeen
from messages.ledger import RecordBalances


@dataclass(slots=True)
class BalanceLog:
    """Gathers what the account's stream and answers about the account have shown."""

    _newest: NewestBalances = field(default_factory=NewestBalances)
    _all_as_of_ms: int | None = None

    def note(self, message: BalancesSeen) -> None:
        self._newest.note(message.balances)
        if message.all_as_of_ms is not None:
            self._all_as_of_ms = max(message.all_as_of_ms, self._all_as_of_ms or 0)

    def pop(self, now_ms: int) -> RecordBalances | None:
        """What was shown since the last time; None for nothing."""
        balances, all_as_of_ms = self._newest.pop(), self._all_as_of_ms
        self._all_as_of_ms = None
        return RecordBalances(balances, all_as_of_ms, now_ms) if balances or all_as_of_ms is not None else None
