"""Which trades are read a second time: an answer may lack older rows, and have them a second later.

The answers come from copies of the exchange's database that are not always complete. The cursor moves to the newest
trade that an answer shows, so that a trade which it lacks would never be read. Therefore the next pass reads once more
what a pass has read for the first time, and once an hour all trades of the last hour are read again.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

AGAIN_AFTER_S = 2.0  # what lacks rows has them after a second
EVERY_S = 3600.0


@dataclass(slots=True)
class Overlap:
    """Where a pass begins to read, and which trades the passes of the last hour have read. Moments are monotonic (s).

    Cursors are trade ids: a pass with a cursor reads from the next trade on.
    """

    seen: set[int] = field(default_factory=set)  # trade ids from `_hour_from` on
    _again_from: int | None = None  # the cursor of the next pass; None: that of the pair book
    _again_at: float = 0.0  # a pass that begins earlier does not count
    _hour_from: int | None = None  # the cursor of an hour ago; None before the first pass
    _hour_at: float = 0.0

    def begin_at(self, cursor: int, now: float) -> int:
        """The cursor of a pass that begins now; `cursor` is that of the pair book."""
        start = cursor
        if self._again_from is not None and now >= self._again_at:
            start = min(start, self._again_from)
        if self._hour_from is not None and now - self._hour_at >= EVERY_S:
            start = min(start, self._hour_from)
        return start

    def safe_cursor(self, cursor: int) -> int:
        """How far the recorded cursor may go: a start in between reads again what is to be read again."""
        return cursor if self._again_from is None else min(cursor, self._again_from)

    def proven_cursor(self, start: int, cursor: int, read: Collection[int]) -> int:
        """Up to which trade none can be missing after a pass from `start` to `cursor`: what was read twice."""
        first_new = min((each for each in read if each not in self.seen), default=None)
        proven = cursor if first_new is None else first_new - 1
        was_read_again = self._again_from is None or start <= self._again_from
        return proven if was_read_again else self.safe_cursor(proven)

    def is_missed(self, trade_id: int, cursor: int | None) -> bool:
        """Whether no answer showed this trade before, although the cursor is beyond it."""
        is_known_time = self._hour_from is not None and trade_id > self._hour_from
        return cursor is not None and is_known_time and trade_id <= cursor and trade_id not in self.seen

    def conclude(self, start: int, cursor: int | None, read: Collection[int], now: float, *, is_doubtful: bool) -> None:
        """A pass that began to read at `start` is complete; `cursor` is that of the pair book before it.

        What it has read for the first time is read again. If it `is_doubtful`, because it was shown trades that were
        missing before, or coins came that no trade explains, all that it has read is.
        """
        is_new = any(each not in self.seen for each in read)
        self.seen.update(read)
        before = start if cursor is None else cursor
        is_first = self._hour_from is None
        if is_first or now - self._hour_at >= EVERY_S:
            self._hour_from, self._hour_at = (start if is_first else before), now
            self.seen = {each for each in self.seen if each > self._hour_from}
        was_read_again = self._again_from is None or start <= self._again_from
        waiting = None if was_read_again else self._again_from
        if is_first or is_doubtful or is_new:
            again_from = start if is_first or is_doubtful else before
            waiting = again_from if waiting is None else min(again_from, waiting)
            self._again_at = now + AGAIN_AFTER_S
        self._again_from = waiting
