"""The count of one limit, in the fixed windows of the exchange."""

from lotkeeper.exchange.budget.limits import DAY_MS, Kind, Limit

# How far our reading of the exchange's clock may be off when a request arrives there, either way: the way takes time,
# and the exchange itself takes a clock that is up to a second ahead (Binance rest-api.md, "Timing security").
SLACK_MS = 1_000
# So much of what we count beyond the exchange's own count may still be on its way: connections, above all.
_UNDER_WAY = 100
_KEPT = 6  # windows; more than any that can still matter


class Window:
    """What was spent of a limit, window by window.

    Near a boundary nobody can say in which of two windows a request will count. Then it counts in both, so that while
    our clock is right to SLACK_MS, no window of the exchange ever has more of ours than its limit.
    """

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self._falls = limit.kind is Kind.ORDERS and limit.window_ms >= DAY_MS
        self._counts: dict[int, int] = {}

    def used(self, now_ms: int) -> int:
        """What the fuller of the windows that it may be now has."""
        return max(self._counts.get(index, 0) for index in self._near(now_ms))

    def spend(self, amount: int, at_ms: int) -> None:
        for index in self._near(at_ms):
            self._counts[index] = self._counts.get(index, 0) + amount
        self._forget()

    def give_back(self, amount: int, at_ms: int) -> None:
        """What was spent at `at_ms` was not, after all."""
        for index in self._near(at_ms):
            self._counts[index] = max(0, self._counts.get(index, 0) - amount)

    def told(self, count: int, sent_ms: int) -> None:
        """The exchange's own count wins when it is higher: others spend from the same address.

        It also wins when it is lower: of the orders of a day wholly, for an order that begins to fill counts no longer
        (Binance faqs/order_count_decrement.md); of all else down to what may still be on its way, for what a broken
        network lost was never counted, and would hold back everything until the window ends.
        Of the windows that it may be about, in reply to what was sent then, it is taken for the oldest one's: taken
        for a newer one's it would hold back a whole window, and that one's is told with the next reply.
        """
        near = self._near(sent_ms)
        is_certain = len(near) == 1
        ours, under_way = self._counts.get(near[0], 0), 0 if self._falls else _UNDER_WAY
        lower = min(ours, count + under_way) if is_certain or self._falls else ours
        self._counts[near[0]] = max(count, lower)
        self._forget()

    def fits_at(self, amount: int, most: int, now_ms: int) -> int:
        """When `amount` fits below `most` (ms): `now_ms`, or when the window that is full has ended.

        What is more than `most` by itself fits where nothing is spent.
        """
        room = max(most, min(amount, self.limit.most)) - amount
        for index in reversed(self._near(now_ms)):
            if self._counts.get(index, 0) > room:
                return (index + 1) * self.limit.window_ms + SLACK_MS
        return now_ms

    def is_same(self, one_ms: int, other_ms: int) -> bool:
        """Whether what is spent at either moment counts in the same windows."""
        return self._near(one_ms) == self._near(other_ms)

    def realigned(self, before_ms: int, now_ms: int) -> None:
        """It is not `before_ms`, as was believed, but `now_ms`.

        All that was spent within a window's length may have been spent in the window that it is now.
        """
        older, newer = self._near(before_ms)[0], self._near(before_ms)[-1]
        spent = sum(self._counts.get(index, 0) for index in range(older - 1, newer + 1))
        if self.is_same(before_ms, now_ms):
            return
        self._counts = dict.fromkeys(self._near(now_ms), min(spent, self.limit.most))

    def _near(self, at_ms: int) -> range:
        """The windows in which a request of this moment may count."""
        first = (at_ms - SLACK_MS) // self.limit.window_ms
        return range(first, (at_ms + SLACK_MS) // self.limit.window_ms + 1)

    def _forget(self) -> None:
        if len(self._counts) > _KEPT:
            for index in sorted(self._counts)[:-_KEPT]:
                del self._counts[index]
