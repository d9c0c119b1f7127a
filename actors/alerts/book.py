"""All alerts: raised when their cause has stood for long enough, recovered when it has been away for long enough."""

from collections.abc import Iterable, Iterator, Mapping

from actors.alerts.alert import Alert, Told
from lotkeeper.trading.alerts.causes import Cause
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.trouble_kinds import RULES

RECOVERED_AFTER_MS = 30_000  # what comes back within that time was never away: no channel tells of it twice
_KEEP_MS = 86_400_000  # alerts that are over, for people who look later
_MOST_OVER = 200
_MOST_UNTOLD = 2_000  # that are over, and that no channel has told of
_KEEP_OWED_MS = 30 * _KEEP_MS  # that are over, and that a channel has still to say so of: it may be away
_MOST_OWED = 10_000


class AlertBook:
    """Pure: it is told the time, and does nothing by itself."""

    def __init__(self, alerts: Iterable[Alert] = (), last_number: int = 0, now_ms: int = 0) -> None:
        """With the alerts of a process before: what was open then was not away until `now_ms`."""
        self._open: dict[str, Alert] = {}  # by the key of the cause
        self._over: dict[int, Alert] = {}  # by number, the oldest first
        self._standing_ms: dict[str, int] = {}  # since when a cause stands that is not told yet
        self.last_number = last_number
        for each in alerts:
            self._keep(replace(each, seen_ms=max(each.seen_ms, now_ms)) if each.is_open else each)

    def _keep(self, alert: Alert) -> None:
        if alert.is_open:
            self._open[alert.cause.key] = alert
        else:
            self._over[alert.number] = alert
        self.last_number = max(self.last_number, alert.number)

    @property
    def open(self) -> list[Alert]:
        """The most severe first, then the oldest."""
        return sorted(self._open.values(), key=lambda each: (-each.severity.rank, each.number))

    @property
    def over(self) -> list[Alert]:
        """The newest first."""
        return list(reversed(self._over.values()))

    def __iter__(self) -> Iterator[Alert]:
        yield from self.open
        yield from self.over

    def take(self, causes: Iterable[Cause], now_ms: int) -> bool:
        """What is wrong now; whether an alert was raised, became worse, or is over."""
        found = {each.key: each for each in causes}
        changed = [self._take_one(each, now_ms) for each in found.values()]
        self._standing_ms = {key: at_ms for key, at_ms in self._standing_ms.items() if key in found}
        gone = [each for key, each in self._open.items() if key not in found]
        changed += [self._recover(each, now_ms) for each in gone]
        self._forget(now_ms)
        return any(changed)

    def _take_one(self, cause: Cause, now_ms: int) -> bool:
        known = self._open.get(cause.key)
        if known is not None:
            self._open[cause.key] = known.found_again(cause, now_ms)
            return self._open[cause.key].state is not known.state
        since_ms = self._standing_ms.setdefault(cause.key, now_ms)
        if now_ms - since_ms < RULES[cause.kind].after_s * 1000:
            return False
        del self._standing_ms[cause.key]
        self._keep(Alert(self.last_number + 1, cause, now_ms, now_ms))
        return True

    def _recover(self, alert: Alert, now_ms: int) -> bool:
        if now_ms - alert.seen_ms < RECOVERED_AFTER_MS:
            return False
        del self._open[alert.cause.key]
        self._keep(alert.recovered(now_ms))
        return True

    def _forget(self, now_ms: int) -> None:
        for each in list(self._over.values()):
            most, keep_ms = _kept(each)
            if len(self._over) > most or now_ms - (each.recovered_ms or 0) > keep_ms:
                del self._over[each.number]

    def note_attempted(self, channel: str, numbers: Iterable[int]) -> None:
        """The channel tries to tell for the first time that these have begun."""
        for each in filter(None, map(self.numbered, numbers)):
            self._keep(each.begun_on(channel))

    def note_delivered(self, channel: str, told: Mapping[int, Told]) -> None:
        """By number. One that was forgotten meanwhile is no error, nor one that is over by now."""
        for each in [*self._open.values(), *self._over.values()]:
            if each.number in told:
                self._keep(each.delivered(channel, told[each.number]))

    def numbered(self, number: int) -> Alert | None:
        """The open alert of this number."""
        return next((each for each in self._open.values() if each.number == number), None)

    def acknowledge(self, numbers: Iterable[int], who: str, now_ms: int, why: str = "") -> int:
        """How many open alerts are acknowledged now."""
        found = [alert for number in dict.fromkeys(numbers) if (alert := self.numbered(number)) is not None]
        for each in found:
            self._keep(each.acknowledged(who, now_ms, why))
        return len(found)


def _kept(alert: Alert) -> tuple[int, int]:
    """Among how many that are over it stays, and for how long (ms)."""
    if alert.is_owed:
        return _MOST_OWED, _KEEP_OWED_MS
    return (_MOST_OVER if alert.told else _MOST_UNTOLD), _KEEP_MS
