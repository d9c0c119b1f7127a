"""What this service may spend of the limits that it shares with others on its address. Pure: the time is a parameter.

Without a broker there are no shares, and nothing waits for one. What trades never waits: it takes from the share what
there is, and goes on by the service's own count where that is used up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from lotkeeper.exchange.budget.costs import NOTHING, Cost, Purpose, share_of
from lotkeeper.exchange.budget.limits import Count, Limit, LimitKind
from lotkeeper.exchange.budget.windows import SLACK_MS, windows_at
from lotkeeper.exchange.sharing.lines import Answer, Grant, ServiceUse, WindowReport

SHARED = (LimitKind.WEIGHT, LimitKind.CONNECTIONS)  # of the address; of raw requests there are more than anybody needs
_ASKED_MS = 100  # a broker on the same machine answers sooner
_AHEAD = 20  # all services together hold so much of a limit in advance: a twentieth
_MOST_WINDOWS = 4


class Shortage(NamedTuple):
    """The share does not reach."""

    until_ms: int  # by the exchange's clock
    limit: Limit
    share: int
    is_refused: bool  # the broker has no more now; else it is being asked


@dataclass(slots=True)
class _Window:
    share: int = 0
    spent: int = 0
    counted: int = 0  # by the exchange, of the whole address
    wanted: int = 0
    is_for_prices: bool = False
    refused: int = 0  # what the broker did not have
    refused_until_ms: int = 0

    @property
    def left(self) -> int:
        return self.share - self.spent

    def want(self, amount: int, purpose: Purpose, now_ms: int) -> bool:
        """Notes that so much more is wanted; not where the broker did not have that a moment ago."""
        if now_ms < self.refused_until_ms and amount >= self.refused:
            return False
        self.is_for_prices = purpose is Purpose.PRICES and (self.is_for_prices or not self.wanted)
        self.wanted = max(self.wanted, amount)
        return True


@dataclass(slots=True)
class _Shared:
    """One limit."""

    limit: Limit
    windows: dict[int, _Window] = field(default_factory=dict)

    def at(self, index: int) -> _Window:
        if index not in self.windows:
            self.windows[index] = _Window()
            for old in sorted(self.windows)[:-_MOST_WINDOWS]:
                del self.windows[old]
        return self.windows.get(index) or _Window()


class Shares:
    """Of one service. It has no share, and needs none, before `begin` and after `end`."""

    def __init__(self) -> None:
        self.is_kept = False  # a broker is configured: what is spent is kept account of, whether it answers or not
        self.is_active = False
        self.services = 1  # that share the address
        self.usage: tuple[ServiceUse, ...] = ()
        self._limits: dict[LimitKind, _Shared] = {}

    def begin(self) -> None:
        """The broker has answered: from now on its shares count."""
        self.is_active = True

    def end(self) -> None:
        """The broker is gone: this service goes by its own count, as without one."""
        self.is_active, self.services, self.usage = False, 1, ()
        for window in self._windows():
            window.wanted = window.refused = 0

    def share(self, kind: LimitKind, now_ms: int) -> int:
        """In the window of now."""
        shared = self._limits.get(kind)
        found = None if shared is None else shared.windows.get(now_ms // shared.limit.window_ms)
        return 0 if found is None else found.share

    def wait_for(self, limit: Limit, amount: int, purpose: Purpose, now_ms: int) -> Shortage | None:
        """Why something must wait for its share; it is noted as wanted, unless the broker has just refused it."""
        if not self.is_active or purpose is Purpose.TRADING or limit.kind not in SHARED:
            return None
        shared, shortage = self._shared(limit), None
        amount = min(amount, share_of(purpose, limit.maximum))
        for index in windows_at(now_ms, limit.window_ms):
            window = shared.at(index)
            if window.left >= amount:
                continue
            if window.want(amount - max(0, window.left), purpose, now_ms):
                shortage = Shortage(now_ms + _ASKED_MS, limit, window.share, is_refused=False)
            else:
                until_ms = min(window.refused_until_ms, (index + 1) * limit.window_ms + SLACK_MS)
                return Shortage(until_ms, limit, window.share, is_refused=True)
        return shortage

    def refusal(self, limit: Limit, now_ms: int) -> Shortage | None:
        """What the broker does not have for this service at this moment."""
        shared = self._limits.get(limit.kind) if self.is_active else None
        if shared is None or shared.limit != limit:
            return None
        window = shared.windows.get(now_ms // limit.window_ms)
        if window is None or now_ms >= window.refused_until_ms:
            return None
        return Shortage(window.refused_until_ms, limit, window.share, is_refused=True)

    def spend(self, limit: Limit, amount: int, at_ms: int) -> None:
        """It counts whether the broker answers or not: one that comes later is told."""
        if self.is_kept and limit.kind in SHARED:
            shared = self._shared(limit)
            for index in windows_at(at_ms, limit.window_ms):
                shared.at(index).spent += amount

    def refund(self, limit: Limit, amount: int, at_ms: int) -> None:
        """Takes back what was spent at `at_ms`."""
        if self.is_kept and limit.kind in SHARED:
            shared = self._shared(limit)
            for index in windows_at(at_ms, limit.window_ms):
                window = shared.at(index)
                window.spent = max(0, window.spent - amount)

    def note_count(self, limit: Limit, count: Count, sent_ms: int) -> None:
        """What the exchange has counted; near a boundary it may be of the older window, and is taken for that."""
        if self.is_kept and limit.kind in SHARED:
            window = self._shared(limit).at(windows_at(sent_ms, limit.window_ms)[0])
            window.counted = max(window.counted, count.count)

    # With the broker

    @property
    def is_wanting(self) -> bool:
        """Whether something waits for a share that was not asked for yet."""
        return any(window.wanted for window in self._windows())

    def reports(self, limits: Iterable[Limit], now_ms: int, in_flight: Cost = NOTHING) -> tuple[WindowReport, ...]:
        """What the broker is told, and asked for. What waits is asked for once."""
        return tuple(
            self._report(limit, index, in_flight.of(limit.kind))
            for limit in limits
            if limit.kind in SHARED
            for index in windows_at(now_ms, limit.window_ms)
        )

    def _report(self, limit: Limit, index: int, in_flight: int) -> WindowReport:
        window = self._shared(limit).at(index)
        wanted, window.wanted = window.wanted, 0
        window.refused = wanted
        ahead = limit.maximum // (_AHEAD * self.services)
        return WindowReport(
            kind=limit.kind,
            window_ms=limit.window_ms,
            index=index,
            maximum=limit.maximum,
            share=window.share,
            spent=window.spent,
            answered=max(0, window.spent - in_flight),
            counted=window.counted,
            wanted=wanted,
            ahead=ahead if wanted else max(0, ahead - max(0, window.left)),
            for_prices=bool(wanted) and window.is_for_prices,
        )

    def apply(self, answer: Answer, now_ms: int) -> None:
        """The broker's answer to a report."""
        self.services, self.usage = max(1, answer.services), answer.usage
        for grant in answer.grants:
            shared = self._limits.get(grant.kind)
            if shared is not None and shared.limit.window_ms == grant.window_ms:
                self._apply(shared.at(grant.index), grant, now_ms)

    @staticmethod
    def _apply(window: _Window, grant: Grant, now_ms: int) -> None:
        window.share, window.wanted = max(window.share, grant.share), 0
        window.refused_until_ms = now_ms + grant.retry_ms if grant.retry_ms else 0

    def _shared(self, limit: Limit) -> _Shared:
        shared = self._limits.setdefault(limit.kind, _Shared(limit))
        shared.limit = limit
        return shared

    def _windows(self) -> list[_Window]:
        return [window for shared in self._limits.values() for window in shared.windows.values()]
