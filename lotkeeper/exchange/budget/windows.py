"""The count of one limit, in the fixed windows of the exchange's clock; and that clock as far as we know it."""

from lotkeeper.exchange.budget.limits import DAY_MS, Limit, LimitKind

# How far our reading of the exchange's clock may be off when a request arrives there, in either direction: the request
# travels, and the exchange accepts a clock that is up to a second ahead (Binance rest-api.md, "Timing security").
SLACK_MS = 1_000
# How much that the caller does not know of may still be on its way: mainly connections.
_MAX_ON_ITS_WAY = 100
_MAX_WINDOWS = 6  # more than can still matter


def windows_at(at_ms: int, window_ms: int) -> range:
    """The numbers of the windows of this length in which a request of this moment may count."""
    return range((at_ms - SLACK_MS) // window_ms, (at_ms + SLACK_MS) // window_ms + 1)


class ExchangeClock:
    """The exchange's clock, carried on by our monotonic clock, which nobody can set.

    Until the exchange has told its time, the clock of this machine is believed.
    """

    def __init__(self, wall_ms: int, monotonic_s: float) -> None:
        self._offset_ms = wall_ms - int(monotonic_s * 1000)

    def ms(self, monotonic_s: float) -> int:
        """The exchange's time, in milliseconds since 1970 UTC."""
        return int(monotonic_s * 1000) + self._offset_ms

    def set(self, server_ms: int, monotonic_s: float) -> None:
        """At `monotonic_s` it is `server_ms` at the exchange."""
        self._offset_ms = server_ms - int(monotonic_s * 1000)


class LimitWindows:
    """What is spent of one limit, window by window. All times: milliseconds of the exchange's clock.

    Near a boundary nobody can say in which of two windows a request will count. We count it in both: as long as our
    clock is right to SLACK_MS, no window of the exchange ever gets more of our requests than its limit.
    """

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        # An order that begins to fill counts no longer (Binance faqs/order_count_decrement.md): a day's count can fall.
        self._can_fall = limit.kind is LimitKind.ORDERS and limit.window_ms >= DAY_MS
        self._counts: dict[int, int] = {}

    def used(self, now_ms: int) -> int:
        """What is spent in the window of now; near a boundary in the fuller one."""
        return max(self._counts.get(index, 0) for index in self._windows_at(now_ms))

    def spend(self, amount: int, at_ms: int) -> None:
        for index in self._windows_at(at_ms):
            self._counts[index] = self._counts.get(index, 0) + amount
        self._drop_old()

    def refund(self, amount: int, at_ms: int) -> None:
        """Takes back what was spent at `at_ms`."""
        for index in self._windows_at(at_ms):
            self._counts[index] = max(0, self._counts.get(index, 0) - amount)

    def apply_reported_count(self, count: int, sent_ms: int, *, unseen: int = 0, in_flight: int = 0) -> None:
        """The exchange's own count, in the reply to what was sent at `sent_ms`.

        Of ours `unseen` may be missing in it, and of that `in_flight` has no reply yet.

        - A higher count wins: other programs spend from the same address.
        - A lower count of a day's orders wins too, because orders that begin to fill count no longer.
        - Any other lower count wins down to what may still be on its way: requests that a broken network lost were
          never counted, and would block everything until the window ends.
        - No count becomes lower than what it says and what may be missing in it.
        - Near a boundary the count is taken for the older window: taken for the newer one it would block that whole
          window, and the newer window's own count comes with the next reply.
        """
        windows = self._windows_at(sent_ms)
        is_certain = len(windows) == 1
        ours, on_its_way = self._counts.get(windows[0], 0), unseen + (0 if self._can_fall else _MAX_ON_ITS_WAY)
        lower = min(ours, count + on_its_way) if is_certain or self._can_fall else ours
        self._counts[windows[0]] = max(count + in_flight, lower)
        self._drop_old()

    def fits_at(self, amount: int, maximum: int, now_ms: int) -> int:
        """When `amount` fits below `maximum` (ms): `now_ms`, or the end of the window that is full.

        An amount above `maximum` fits where nothing is spent.
        """
        room = max(maximum, min(amount, self.limit.maximum)) - amount
        for index in reversed(windows_at(now_ms, self.limit.window_ms)):
            if self._counts.get(index, 0) > room:
                return (index + 1) * self.limit.window_ms + SLACK_MS
        return now_ms

    def is_same(self, one_ms: int, other_ms: int) -> bool:
        """Whether requests of both moments count in the same windows."""
        return self._windows_at(one_ms) == self._windows_at(other_ms)

    def realign(self, before_ms: int, now_ms: int) -> None:
        """The time is `now_ms`, and not `before_ms` as was believed.

        All that was spent within a window's length may have been spent in the window of `now_ms`.
        """
        older, newer = self._windows_at(before_ms)[0], self._windows_at(before_ms)[-1]
        spent = sum(self._counts.get(index, 0) for index in range(older - 1, newer + 1))
        if self.is_same(before_ms, now_ms):
            return
        self._counts = dict.fromkeys(self._windows_at(now_ms), min(spent, self.limit.maximum))

    def _windows_at(self, at_ms: int) -> range:
        """The windows in which a request of this moment may count."""
        return windows_at(at_ms, self.limit.window_ms)

    def _drop_old(self) -> None:
        if len(self._counts) > _MAX_WINDOWS:
            for index in sorted(self._counts)[:-_MAX_WINDOWS]:
                del self._counts[index]
