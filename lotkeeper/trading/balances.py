"""Balances of the account as the exchange showed them last; the newest of each asset counts, in whatever order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class BalanceSeen:
    """How much of an asset the account had at a moment."""

    asset: str
    free: Decimal
    locked: Decimal  # held by open orders
    at_ms: int  # when the exchange changed the account last (its clock)


@dataclass(slots=True)
class NewestBalances:
    """Gathers what is shown, until somebody takes it."""

    _newest: dict[str, BalanceSeen] = field(default_factory=dict)  # by asset

    def note(self, balances: Iterable[BalanceSeen]) -> None:
        """Of two of one moment the later counts: two changes may share a millisecond."""
        for each in balances:
            known = self._newest.get(each.asset)
            if known is None or each.at_ms >= known.at_ms:
                self._newest[each.asset] = each

    def pop(self) -> tuple[BalanceSeen, ...]:
        """What was shown since the last time."""
        found, self._newest = tuple(self._newest.values()), {}
        return found
