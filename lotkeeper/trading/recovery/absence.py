"""When "no such order" is believed of an order that was sent and had no answer.

It is believed only when the request cannot arrive any more, and when something else shows that the exchange's queries
have caught up with that moment: they are answered by databases that may be behind the matching. One of these does:

- the account holds what it would hold had the order never been: the balance is not read from those databases;
- one list of the pair's newest orders shows an order that is younger, and not this one;
- it was asked so late that no lag can explain the answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.recovery.trust import MARGIN_MS

LONGEST_LAG_MS = 60_000  # of the exchange's queries, as the field has seen it; the exchange promises nothing


@dataclass(frozen=True, slots=True)
class ShownOrders:
    """The pair's newest orders, open or ended, as one answer showed them."""

    newest_ms: int  # when the youngest was created, by our wall clock
    client_ids: frozenset[str]

    @classmethod
    def of(cls, reports: Iterable[OrderReport], exchange_ahead_ms: int = 0) -> "ShownOrders | None":
        """None without an order. The exchange's clock is ahead of ours by `exchange_ahead_ms`."""
        reports = tuple(reports)
        created = [each.time_ms if each.created_ms is None else each.created_ms for each in reports]
        return cls(max(created) - exchange_ahead_ms, frozenset(each.client_id for each in reports)) if created else None


@dataclass(frozen=True, slots=True)
class Absence:
    """What there is about one order that the exchange did not find. Moments are milliseconds of the wall clock."""

    client_id: str
    arrives_by_ms: int  # the last moment at which it can have arrived
    asked_ms: int  # when the exchange was asked about it
    unsold_ms: int | None = None  # when the balance was asked for that shows it neither sold nor on the book
    shown: ShownOrders | None = None

    @property
    def is_proven(self) -> bool:
        """Whether the order certainly is not on the exchange, and never will be."""
        if self.asked_ms <= self.arrives_by_ms:
            return False
        return self._is_balance_whole or self._is_younger_shown or self._is_beyond_any_lag

    @property
    def _is_balance_whole(self) -> bool:
        return self.unsold_ms is not None and self.unsold_ms > self.arrives_by_ms

    @property
    def _is_younger_shown(self) -> bool:
        """By how much two clocks differ is known to MARGIN_MS."""
        shown = self.shown
        is_younger = shown is not None and shown.newest_ms > self.arrives_by_ms + MARGIN_MS
        return is_younger and shown is not None and self.client_id not in shown.client_ids

    @property
    def _is_beyond_any_lag(self) -> bool:
        return self.asked_ms > self.arrives_by_ms + LONGEST_LAG_MS + MARGIN_MS
