"""The account of what may be asked of the exchange: by this address, and in orders by this account."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lotkeeper.exchange.budget.costs import NOTHING, Cost, Purpose, share_of
from lotkeeper.exchange.budget.limits import DAY_MS, DEFAULT_LIMITS, MINUTE_MS, Count, Limit, LimitKind, merge_limits
from lotkeeper.exchange.budget.shares import Shares, Shortage
from lotkeeper.exchange.budget.windows import SLACK_MS, LimitWindows

_MIN_PAUSE_MS = 1_000  # a wait of less than a second may be reported as none
_MAX_PAUSE_MS = 4 * DAY_MS  # a ban lasts three days at most (Binance limits.md)
_NAMES = {
    LimitKind.WEIGHT: "request weight",
    LimitKind.REQUESTS: "requests",
    LimitKind.ORDERS: "orders",
    LimitKind.CONNECTIONS: "connections",
}


@dataclass(frozen=True, slots=True)
class Delay:
    """Nothing of this cost may be sent yet."""

    until_ms: int  # by the exchange's clock
    reason: str


@dataclass(frozen=True, slots=True)
class Pause:
    """The exchange itself said wait: HTTP 429 or 418, codes -1003 and -1015."""

    until_ms: int  # by the exchange's clock
    reason: str
    is_about_orders: bool = False  # only orders have to wait
    is_ban: bool = False  # of this address: HTTP 418


@dataclass(frozen=True, slots=True)
class LimitUsage:
    limit: Limit
    used: int  # in the present window, as far as is known


def pause_for(
    retry_after_s: float,
    text: str,
    now_ms: int,
    *,
    ban_ends_ms: int | None = None,
    is_about_orders: bool = False,
    is_ban: bool = False,
) -> Pause:
    """The pause that a refusal asks for: the later of Retry-After and the end of a ban (ms, the exchange's clock)."""
    wanted_ms = max(retry_after_s * 1000, 0 if ban_ends_ms is None else ban_ends_ms - now_ms)
    wait_ms = int(min(max(wanted_ms, _MIN_PAUSE_MS), _MAX_PAUSE_MS))
    return Pause(now_ms + wait_ms, text.strip() or "the exchange says wait", is_about_orders, is_ban)


def later_of(known: Pause | None, new: Pause) -> Pause:
    """A shorter pause never ends a longer one."""
    return known if known is not None and known.until_ms >= new.until_ms else new


def _moved(pause: Pause | None, by_ms: int) -> Pause | None:
    """As long as before, by a clock that was set `by_ms` forward."""
    return None if pause is None else replace(pause, until_ms=pause.until_ms + by_ms)


class Budget:
    """What is spent, what the exchange counts, and how long it said to wait. All times: ms of the exchange's clock."""

    def __init__(self, limits: Iterable[Limit] = DEFAULT_LIMITS) -> None:
        self.shares = Shares()  # of what other services of this address spend, too
        self._limits = [LimitWindows(limit) for limit in limits]
        self._pause: Pause | None = None
        self._order_pause: Pause | None = None

    def wait_for(self, cost: Cost, purpose: Purpose, now_ms: int) -> Delay | None:
        """Why something of this cost must wait, the longest wait of several; None when it may be sent now.

        To ask spends nothing; a share that does not reach is noted as wanted.
        """
        pause = self.pause(now_ms) or (self._order_pause_at(now_ms) if cost.orders else None)
        if pause is not None:
            return Delay(pause.until_ms, pause.reason)
        longest: Delay | None = None
        for windows in self._limits:
            if amount := cost.of(windows.limit.kind):
                wait = self._wait_for_limit(windows, amount, purpose, now_ms)
                if wait is not None and (longest is None or wait.until_ms > longest.until_ms):
                    longest = wait
        return longest or self._wait_for_share(cost, purpose, now_ms)

    def _wait_for_share(self, cost: Cost, purpose: Purpose, now_ms: int) -> Delay | None:
        if not self.shares.is_active:
            return None
        found = (
            self.shares.wait_for(windows.limit, amount, purpose, now_ms)
            for windows in self._limits
            if (amount := cost.of(windows.limit.kind))
        )
        longest = max((each for each in found if each is not None), default=None, key=lambda each: each.until_ms)
        return None if longest is None else Delay(longest.until_ms, self._describe(longest))

    def is_share_asked(self, cost: Cost, purpose: Purpose, now_ms: int) -> bool:
        """Whether nothing stands in the way of something but a share of which the broker has not answered yet."""
        return self.shares.is_active and self.wait_for(cost, purpose, now_ms) is not None and self.shares.is_wanting

    def share_text(self, now_ms: int) -> str:
        """Whose share is used up, for people; empty while none is."""
        found = (self.shares.refusal(windows.limit, now_ms) for windows in self._limits)
        return next((self._describe(each) for each in found if each is not None), "")

    def _describe(self, shortage: Shortage) -> str:
        limit, services = shortage.limit, self.shares.services
        what = f"{_NAMES[limit.kind]} {describe_window(limit.window_ms)}"
        if not shortage.is_refused:
            return f"a share of the {what} is being asked for"
        largest = next((use for use in self.shares.usage if use.kind is limit.kind), None)
        most = f"; the most has {largest.name}: {largest.share}" if largest is not None else ""
        return f"its share of {limit.maximum} {what} is used up: {shortage.share}, {services} services share it{most}"

    def spend(self, cost: Cost, at_ms: int) -> None:
        """It is sent at `at_ms`: whatever becomes of it, it counts."""
        for windows in self._limits:
            if amount := cost.of(windows.limit.kind):
                windows.spend(amount, at_ms)
                self.shares.spend(windows.limit, amount, at_ms)

    def refund(self, cost: Cost, at_ms: int) -> None:
        """What was spent at `at_ms` never arrived, or weighs nothing because it succeeded."""
        for windows in self._limits:
            if amount := cost.of(windows.limit.kind):
                windows.refund(amount, at_ms)
                self.shares.refund(windows.limit, amount, at_ms)

    # What the exchange says

    def apply_reported_counts(
        self, counts: Iterable[Count], sent_ms: int, *, unseen: Cost = NOTHING, in_flight: Cost = NOTHING
    ) -> None:
        """The counts in the reply to what was sent at `sent_ms`.

        `unseen` is the cost of all that we have sent and that may be missing in them, because replies overtake each
        other; `in_flight` is the part of it that has no reply.
        """
        for count in counts:
            for windows in self._limits:
                if (windows.limit.kind, windows.limit.window_ms) == (count.kind, count.window_ms):
                    windows.apply_reported_count(
                        count.count, sent_ms, unseen=unseen.of(count.kind), in_flight=in_flight.of(count.kind)
                    )
                    self.shares.note_count(windows.limit, count, sent_ms)

    def learn(self, limits: Sequence[Limit]) -> None:
        """The limits of exchangeInfo; what is spent stays spent."""
        known = {(windows.limit.kind, windows.limit.window_ms): windows for windows in self._limits}
        for limit in merge_limits((windows.limit for windows in self._limits), limits):
            known.setdefault((limit.kind, limit.window_ms), LimitWindows(limit)).limit = limit
        self._limits = list(known.values())

    def pause_until(self, pause: Pause) -> None:
        """The exchange refused something of this address with 429 or 418."""
        if pause.is_about_orders:
            self._order_pause = later_of(self._order_pause, pause)
        else:
            self._pause = later_of(self._pause, pause)

    def realign(self, before_ms: int, now_ms: int) -> None:
        """The exchange's clock was read again: it is `now_ms`, and not `before_ms`, as was believed."""
        if abs(now_ms - before_ms) > SLACK_MS:
            for windows in self._limits:
                windows.realign(before_ms, now_ms)
            self._pause = _moved(self._pause, now_ms - before_ms)
            self._order_pause = _moved(self._order_pause, now_ms - before_ms)

    # What is left

    def pause(self, now_ms: int) -> Pause | None:
        """The pause of everything that this address sends, if there is one."""
        return self._pause if self._pause is not None and now_ms < self._pause.until_ms else None

    def pauses(self, now_ms: int) -> tuple[Pause, ...]:
        """Every pause that is not over."""
        return tuple(pause for pause in (self.pause(now_ms), self._order_pause_at(now_ms)) if pause is not None)

    def usage(self, now_ms: int) -> tuple[LimitUsage, ...]:
        return tuple(LimitUsage(windows.limit, windows.used(now_ms)) for windows in self._limits)

    def limits(self) -> tuple[Limit, ...]:
        return tuple(windows.limit for windows in self._limits)

    def used_percent(self, kind: LimitKind, now_ms: int) -> int:
        """How much is spent of the limits of that kind; of several the fullest."""
        found = (windows for windows in self._limits if windows.limit.kind is kind)
        return max((100 * each.used(now_ms) // each.limit.maximum for each in found), default=0)

    def lowest_limit(self, kind: LimitKind) -> int:
        """The lowest maximum of the limits of that kind."""
        return min(windows.limit.maximum for windows in self._limits if windows.limit.kind is kind)

    def count_together(self, kind: LimitKind, one_ms: int, other_ms: int) -> bool:
        """Whether what is spent of that kind at either moment counts in the same windows."""
        return all(windows.is_same(one_ms, other_ms) for windows in self._limits if windows.limit.kind is kind)

    def _order_pause_at(self, now_ms: int) -> Pause | None:
        pause = self._order_pause
        return pause if pause is not None and now_ms < pause.until_ms else None

    @staticmethod
    def _wait_for_limit(windows: LimitWindows, amount: int, purpose: Purpose, now_ms: int) -> Delay | None:
        limit = windows.limit
        until_ms = windows.fits_at(amount, share_of(purpose, limit.maximum), now_ms)
        if until_ms == now_ms:
            return None
        kept = "" if purpose is Purpose.TRADING else ", the rest is kept for what comes first"
        used = f"{windows.used(now_ms)} of {limit.maximum} {_NAMES[limit.kind]}"
        return Delay(until_ms, f"{used} {describe_window(limit.window_ms)} are used{kept}")


def describe_window(window_ms: int) -> str:
    """The window of a limit, for people."""
    texts = {MINUTE_MS: "a minute", DAY_MS: "a day"}
    is_minutes = window_ms % MINUTE_MS == 0
    number, unit = (window_ms // MINUTE_MS, "minutes") if is_minutes else (window_ms // 1000, "s")
    return texts.get(window_ms, f"in {number} {unit}")
