"""When a channel may send its next message: few messages however much happens, and patience with one that fails."""

from dataclasses import dataclass
from typing import Self

from lotkeeper.trading.replacing import replace

_GATHER_MS = 2_000  # what one fault causes at once is one message
_GAPS_MS = (20_000, 20_000, 30_000, 60_000, 120_000, 300_000)  # after one message, after the second in a row, and so on
_URGENT_GAP_MS = 60_000
_CALM_AFTER_MS = 900_000  # without a message: the next one is again the first of a row
_AGAIN_MS = (10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 600_000)  # after so many failures in a row


@dataclass(frozen=True, slots=True)
class Pace:
    """A value. Times by the wall clock."""

    row: int = 0  # messages in a row, with less than _CALM_AFTER_MS between them
    sent_ms: int | None = None  # the last one that was delivered
    failures: int = 0  # in a row
    failed_ms: int = 0
    waiting_ms: int | None = None  # since when something is to be told

    def wanted(self, now_ms: int) -> Self:
        """Something is to be told."""
        return self if self.waiting_ms is not None else replace(self, waiting_ms=now_ms)

    def idle(self) -> Self:
        """Nothing is to be told."""
        return self if self.waiting_ms is None else replace(self, waiting_ms=None)

    def may_send(self, now_ms: int, *, is_urgent: bool) -> bool:
        """`is_urgent`: something of it is new and critical."""
        if self.waiting_ms is None or now_ms - self.waiting_ms < _GATHER_MS:
            return False
        if self.failures and now_ms - self.failed_ms < _AGAIN_MS[min(self.failures, len(_AGAIN_MS)) - 1]:
            return False
        return self.sent_ms is None or now_ms - self.sent_ms >= self._gap_ms(is_urgent)

    def _gap_ms(self, is_urgent: bool) -> int:
        gap_ms = _GAPS_MS[min(self.row, len(_GAPS_MS)) - 1] if self.row else 0
        return min(gap_ms, _URGENT_GAP_MS) if is_urgent else gap_ms

    def delivered(self, now_ms: int) -> Self:
        is_calm = self.sent_ms is None or now_ms - self.sent_ms >= _CALM_AFTER_MS
        row = 1 if is_calm else self.row + 1
        return replace(self, row=row, sent_ms=now_ms, failures=0, waiting_ms=None)

    def failed(self, now_ms: int) -> Self:
        return replace(self, failures=self.failures + 1, failed_ms=now_ms)
