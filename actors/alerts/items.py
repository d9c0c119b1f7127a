"""What a channel has to tell now: pure, from the alerts and from what it has told before."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from actors.alerts.alert import Alert, Told
from lotkeeper.trading.alerts.settings import AlertSettings, ChannelRule
from lotkeeper.trading.alerts.states import AlertState
from lotkeeper.trading.trouble_kinds import Severity


class News(StrEnum):
    """Why an alert is told."""

    NEW = "new"
    AGAIN = "again"  # nobody has acknowledged it
    PAST = "past"  # it began and is over, and the channel has not told of it
    OVER = "over"

    @property
    def is_end(self) -> bool:
        """Whether the cause is over."""
        return self in (News.PAST, News.OVER)


@dataclass(frozen=True, slots=True)
class Item:
    """An alert that a message is to tell of."""

    news: News
    alert: Alert

    def told(self, now_ms: int) -> Told:
        return Told(now_ms, self.alert.severity, self.news.is_end)


def due_items(alerts: Iterable[Alert], rule: ChannelRule, settings: AlertSettings, now_ms: int) -> list[Item]:
    """Where nothing is new and nothing is over, what is open and unacknowledged is told again in its time."""
    is_quiet = settings.quiet is not None and settings.quiet.contain(now_ms)
    least = max(rule.min_severity, Severity.CRITICAL if is_quiet else Severity.INFO, key=lambda each: each.rank)
    wanted = [
        each
        for each in alerts
        if _severity(each, rule.name).rank >= least.rank and each.cause.kind not in settings.mute
    ]
    return list(_due(wanted, rule.name, settings.repeat_every_ms, now_ms))


def _severity(alert: Alert, channel: str) -> Severity:
    """That an alert is over, which has eased before, hears who was told of it while it was worse."""
    known = None if alert.is_open else alert.known_as(channel)
    return alert.severity if known is None else max(alert.severity, known, key=lambda each: each.rank)


def _due(alerts: Iterable[Alert], channel: str, repeat_every_ms: int, now_ms: int) -> Iterator[Item]:
    for alert in alerts:
        told = alert.told.get(channel)
        news = _of_open(alert, told, repeat_every_ms, now_ms) if alert.is_open else _of_over(alert, told, channel)
        if news is not None:
            yield Item(news, alert)


def _of_over(alert: Alert, told: Told | None, channel: str) -> News | None:
    """Nobody hears that something is over who has not heard that it began: then both are told at once, or neither."""
    if told is not None:
        return None if told.is_over else News.OVER
    is_unheard = alert.severity is Severity.CRITICAL and alert.acknowledged_ms is None
    return News.PAST if is_unheard or channel in alert.attempted else None


def _of_open(alert: Alert, told: Told | None, repeat_every_ms: int, now_ms: int) -> News | None:
    if alert.state is AlertState.ACKNOWLEDGED:
        return None
    if told is None or told.severity.rank < alert.severity.rank:
        return News.NEW
    return News.AGAIN if now_ms - told.at_ms >= repeat_every_ms else None
