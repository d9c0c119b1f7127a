"""What refusals of SELLs with a stop tell of the next: after two in a row the stops of the pair are held back.

The exchange refuses an order list unless the market is between its two prices, and each list counts as two orders of
the few that it takes in ten seconds. In a market that has left these prices, lots would otherwise wait for the refusals
of others. Held back means that their SELLs are LIMIT orders at once. It is not recorded: a new keeper tries once more.
"""

from dataclasses import dataclass

from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.selling.refused_trails import NOT_ABOUT_TYPE

_IN_A_ROW = 2  # so many are refused before stops are held back
_FIRST_MS = 10_000
_DOUBLED = 6  # times at most: then it is 640 seconds


@dataclass(slots=True)
class RefusedStops:
    """Of one pair; times in milliseconds (wall clock)."""

    _in_a_row: int = 0
    _until_ms: int = 0

    def note(self, kind: RefusalKind, now_ms: int) -> None:
        """The exchange refused a SELL with a stop."""
        if kind in NOT_ABOUT_TYPE:
            return
        self._in_a_row += 1
        if self._in_a_row >= _IN_A_ROW:
            self._until_ms = now_ms + (_FIRST_MS << min(self._in_a_row - _IN_A_ROW, _DOUBLED))

    def note_standing(self) -> None:
        """The exchange took one."""
        self._in_a_row = self._until_ms = 0

    def are_held_back(self, now_ms: int) -> bool:
        """A moment far ahead was noted before the clock was set back."""
        return 0 < self._until_ms - now_ms <= _FIRST_MS << _DOUBLED
