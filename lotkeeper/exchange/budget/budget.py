"""The one account book of what may be asked of the exchange: by this address, and in orders by this account."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lotkeeper.exchange.budget.holds import Hold, later
from lotkeeper.exchange.budget.limits import DAY_MS, MINUTE_MS, USUAL, Count, Kind, Limit, learned
from lotkeeper.exchange.budget.purposes import Purpose, share_of
from lotkeeper.exchange.budget.weights import Cost
from lotkeeper.exchange.budget.windows import SLACK_MS, Window

_WORDS = {
    Kind.WEIGHT: "request weight",
    Kind.REQUESTS: "requests",
    Kind.ORDERS: "orders",
    Kind.CONNECTIONS: "connections",
}


@dataclass(frozen=True, slots=True)
class Go:
    """It may be sent now."""


_GO = Go()


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Not before `until_ms` (the exchange's clock), and why."""

    until_ms: int
    reason: str


@dataclass(frozen=True, slots=True)
class Use:
    """Of a limit: what is spent in its window, as far as is known."""

    limit: Limit
    used: int


class Budget:
    """What is spent, what the exchange counts, and how long it said to wait. All times: ms of the exchange's clock."""

    def __init__(self, limits: Iterable[Limit] = USUAL) -> None:
        self._windows = [Window(limit) for limit in limits]
        self._hold: Hold | None = None
        self._order_hold: Hold | None = None

    def may(self, cost: Cost, purpose: Purpose, now_ms: int) -> Go | WaitUntil:
        """Whether something of this cost may be sent now. Asking spends nothing."""
        hold = self.hold(now_ms) or (self._order_hold_at(now_ms) if cost.orders else None)
        if hold is not None:
            return WaitUntil(hold.until_ms, hold.reason)
        waits = [wait for window in self._windows if (wait := self._wait(window, cost, purpose, now_ms)) is not None]
        return max(waits, key=lambda wait: wait.until_ms) if waits else _GO

    def spend(self, cost: Cost, at_ms: int) -> None:
        """It is being sent. Whatever becomes of it, it counts."""
        for window in self._windows:
            if amount := cost.of(window.limit.kind):
                window.spend(amount, at_ms)

    def give_back(self, cost: Cost, at_ms: int) -> None:
        """What was spent at `at_ms` never arrived, or weighs nothing because it succeeded."""
        for window in self._windows:
            if amount := cost.of(window.limit.kind):
                window.give_back(amount, at_ms)

    # What the exchange says

    def told(self, counts: Iterable[Count], sent_ms: int) -> None:
        """The headers of the reply to what was sent at `sent_ms`."""
        for count in counts:
            for window in self._windows:
                if (window.limit.kind, window.limit.window_ms) == (count.kind, count.window_ms):
                    window.told(count.count, sent_ms)

    def learn(self, limits: Sequence[Limit]) -> None:
        """The limits of exchangeInfo; what is spent stays spent."""
        known = {(window.limit.kind, window.limit.window_ms): window for window in self._windows}
        for limit in learned((window.limit for window in self._windows), limits):
            known.setdefault((limit.kind, limit.window_ms), Window(limit)).limit = limit
        self._windows = list(known.values())

    def limited(self, hold: Hold) -> None:
        """A refusal with 429 or 418, of whatever part of this address."""
        if hold.is_about_orders:
            self._order_hold = later(self._order_hold, hold)
        else:
            self._hold = later(self._hold, hold)

    def realigned(self, before_ms: int, now_ms: int) -> None:
        """The exchange's clock was read anew, and was not what we took it for."""
        if abs(now_ms - before_ms) > SLACK_MS:
            for window in self._windows:
                window.realigned(before_ms, now_ms)

    # What is left

    def hold(self, now_ms: int) -> Hold | None:
        """For how long everything of this address has to wait, if it has to."""
        return self._hold if self._hold is not None and now_ms < self._hold.until_ms else None

    def holds(self, now_ms: int) -> tuple[Hold, ...]:
        """Everything that the exchange said to wait for, and that is not over."""
        return tuple(hold for hold in (self.hold(now_ms), self._order_hold_at(now_ms)) if hold is not None)

    def uses(self, now_ms: int) -> tuple[Use, ...]:
        return tuple(Use(window.limit, window.used(now_ms)) for window in self._windows)

    def most(self, kind: Kind) -> int:
        """The lowest limit of that kind."""
        return min(window.limit.most for window in self._windows if window.limit.kind is kind)

    def counts_alike(self, kind: Kind, one_ms: int, other_ms: int) -> bool:
        """Whether what is spent of that kind at either moment counts in the same windows."""
        return all(window.is_same(one_ms, other_ms) for window in self._windows if window.limit.kind is kind)

    def _order_hold_at(self, now_ms: int) -> Hold | None:
        hold = self._order_hold
        return hold if hold is not None and now_ms < hold.until_ms else None

    @staticmethod
    def _wait(window: Window, cost: Cost, purpose: Purpose, now_ms: int) -> WaitUntil | None:
        amount, limit = cost.of(window.limit.kind), window.limit
        until_ms = window.fits_at(amount, share_of(purpose, limit.most), now_ms) if amount else now_ms
        if until_ms == now_ms:
            return None
        kept = "" if purpose is Purpose.TRADING else ", the rest is kept for what comes first"
        used = f"{window.used(now_ms)} of {limit.most} {_WORDS[limit.kind]} {per(limit.window_ms)} are used"
        return WaitUntil(until_ms, used + kept)


def per(window_ms: int) -> str:
    """The window of a limit in words."""
    words = {MINUTE_MS: "a minute", DAY_MS: "a day"}
    is_minutes = window_ms % MINUTE_MS == 0
    number, unit = (window_ms // MINUTE_MS, "minutes") if is_minutes else (window_ms // 1000, "s")
    return words.get(window_ms, f"in {number} {unit}")
