"""For how long lots have had no SELL on the book, and what there is to say of it once that is long."""

from collections.abc import Mapping
from decimal import Decimal

from lotkeeper.trading.book.lots import Lots
from lotkeeper.trading.money import total
from lotkeeper.trading.selling.uncovered import why_uncovered
from messages.health import Uncovered

LONG_S = 60.0


class UncoveredLots:
    """Since when each lot has had a quantity without a SELL, while no person wants it so."""

    def __init__(self) -> None:
        self._since_s: dict[int, float] = {}  # by BUY order id (monotonic), the oldest first

    def update(self, quantities: Mapping[int, Decimal], now_s: float, *, is_halted: bool) -> None:
        """`quantities` (base) are what is uncovered now, by BUY order id.

        While a person has halted the pair or everything nothing counts.
        """
        if is_halted:
            self._since_s.clear()
            return
        self._since_s = {number: since_s for number, since_s in self._since_s.items() if number in quantities}
        for number in quantities:
            self._since_s.setdefault(number, now_s)

    def report(self, quantities: Mapping[int, Decimal], lots: Lots, now_s: float) -> Uncovered | None:
        """What has been uncovered for over a minute."""
        late = [number for number, since_s in self._since_s.items() if now_s - since_s > LONG_S]
        if not late:
            return None
        oldest = lots[late[0]]
        why = why_uncovered(oldest)
        return Uncovered(
            quantity=total(quantities[number] for number in late),
            lots=len(late),
            lot=oldest.lot_id,
            for_s=now_s - self._since_s[late[0]],
            reason=why.reason,
            command=why.command,
        )
