"""What the broker grants: each service a share of what its address may ask of one exchange. Pure.

Orders ask for nothing: the tenth of a limit that questions may not use is the reserve of all services for them. What
they take of it is told with the next report, and what goes over their share is granted to nobody else.
"""

from dataclasses import dataclass, field

from lotkeeper.exchange.budget.costs import Purpose, share_of
from lotkeeper.exchange.budget.limits import LimitKind
from lotkeeper.exchange.sharing.lines import Answer, Grant, Report, ServiceUse, WindowReport

_ASKED_AGAIN = 12  # times in a window, where there is no room
_MOST_WINDOWS = 24  # of all limits
LimitKey = tuple[LimitKind, int]  # and the length of its window (ms)


@dataclass(slots=True)
class _Part:
    """What one service has in one window."""

    share: int = 0
    spent: int = 0
    answered: int = 0

    @property
    def taken(self) -> int:
        """Granted, or spent without that, by orders."""
        return max(self.share, self.spent)


@dataclass(slots=True)
class _Window:
    """All shares of one window. Of a service that has ended its part stays: what it sent may be on its way."""

    counted: int = 0  # by the exchange, of the whole address
    parts: dict[int, _Part] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        """By all services; with what other programs of the address have spent, as far as the exchange's count shows.

        That count has all that was answered. What was granted and is not answered comes on top.
        """
        granted = sum(part.taken for part in self.parts.values())
        return max(granted, self.counted + sum(part.taken - part.answered for part in self.parts.values()))

    def of(self, service: int) -> int:
        part = self.parts.get(service)
        return 0 if part is None else part.taken


class AddressBudget:
    """The shares of the services that are connected. A service is a number of the caller's."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._gone: dict[int, str] = {}  # whose parts are still counted
        self._maxima: dict[LimitKey, dict[int, int]] = {}
        self._windows: dict[tuple[LimitKey, int], _Window] = {}

    def join(self, service: int, name: str) -> None:
        self._names[service] = name

    def leave(self, service: int) -> None:
        """Its shares are given back at the end of their windows."""
        self._gone[service] = self._names.pop(service)
        for maxima in self._maxima.values():
            maxima.pop(service, None)

    def answer(self, service: int, report: Report, *, settling_ms: int = 0) -> Answer:
        """The service's shares, grown by what it wants as far as there is room.

        In the first `settling_ms` of a broker nothing is granted: it does not know yet what others have.
        """
        grants = tuple(self._grant(service, each, report.at_ms, settling_ms) for each in report.windows)
        self._forget()
        return Answer(grants, len(self._names), self.usage(report.at_ms))

    def usage(self, at_ms: int) -> tuple[ServiceUse, ...]:
        """Of each limit in the window of this moment, the service with the largest share first."""
        found = [
            ServiceUse(self._name(service), kind, part.share, part.spent)
            for ((kind, window_ms), index), window in self._windows.items()
            if index == at_ms // window_ms
            for service, part in window.parts.items()
        ]
        return tuple(sorted(found, key=lambda use: (use.kind, -max(use.share, use.spent), use.name)))

    def _grant(self, service: int, report: WindowReport, at_ms: int, settling_ms: int) -> Grant:
        key = (report.kind, report.window_ms)
        self._maxima.setdefault(key, {})[service] = report.maximum
        window = self._windows[key, report.index] = self._windows.pop((key, report.index), _Window())
        part = window.parts.setdefault(service, _Part())
        # A broker before this one may have granted more.
        part.share = max(part.share, report.share)
        part.spent, part.answered = report.spent, min(report.answered, report.spent)
        window.counted = max(window.counted, report.counted)
        retry_ms = 0
        room = 0 if settling_ms else self._room(window, service, report, at_ms)
        if report.wanted > room:
            retry_ms = settling_ms or report.window_ms // _ASKED_AGAIN
        else:
            part.share = part.taken + min(report.wanted + report.ahead, room) if room else part.share
        return Grant(report.kind, report.window_ms, report.index, part.share, retry_ms)

    def _room(self, window: _Window, service: int, report: WindowReport, at_ms: int) -> int:
        """What may be granted to the service now, without taking from the others what is kept for them."""
        maximum = min(self._maxima[report.kind, report.window_ms].values())
        ceiling = share_of(Purpose.PRICES if report.for_prices else Purpose.RECONCILING, maximum)
        free = max(0, ceiling - window.taken)
        kept = self._kept(report, ceiling, at_ms)
        unmet = {each: max(0, kept - window.of(each)) for each in self._names}
        others = sum(unmet.values()) - unmet[service]
        if others + unmet[service] > free:
            others = -(-others * free // (others + unmet[service]))  # each gets its part of what there is
        return free - others

    def _kept(self, report: WindowReport, ceiling: int, at_ms: int) -> int:
        """So much is kept for each service: half of everything in equal parts, less and less as the window ends."""
        left_ms = min(max((report.index + 1) * report.window_ms - at_ms, 0), report.window_ms)
        return ceiling * left_ms // (2 * len(self._names) * report.window_ms)

    def _name(self, service: int) -> str:
        return self._names.get(service) or self._gone[service]

    def _forget(self) -> None:
        """The windows that nobody has reported for the longest time, whatever clock somebody has."""
        for place in list(self._windows)[:-_MOST_WINDOWS]:
            del self._windows[place]
        known = {service for window in self._windows.values() for service in window.parts}
        self._gone = {service: name for service, name in self._gone.items() if service in known}
