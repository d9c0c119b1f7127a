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
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Item:
    """An alert that a message is to tell of."""

    news: News
    alert: Alert

    def told(self, now_ms: int) -> Told:
        return Told(now_ms, self.alert.severity, self.news is News.OVER)


def due_items(alerts: Iterable[Alert], rule: ChannelRule, settings: AlertSettings, now_ms: int) -> list[Item]:
    """Where nothing is new and nothing is over, what is open and unacknowledged is told again in its time."""
    is_quiet = settings.quiet is not None and settings.quiet.contain(now_ms)
    least = max(rule.min_severity, Severity.CRITICAL if is_quiet else Severity.INFO, key=lambda each: each.rank)
    wanted = [each for each in alerts if each.severity.rank >= least.rank and each.cause.kind not in settings.mute]
    return list(_due(wanted, rule.name, settings.repeat_every_ms, now_ms))


def _due(alerts: Iterable[Alert], channel: str, repeat_every_ms: int, now_ms: int) -> Iterator[Item]:
    for alert in alerts:
        news = _news(alert, alert.told.get(channel), repeat_every_ms, now_ms)
        if news is not None:
            yield Item(news, alert)


def _news(alert: Alert, told: Told | None, repeat_every_ms: int, now_ms: int) -> News | None:
    if told is not None and told.is_over:
        return None
    if not alert.is_open:
        return News.OVER
    if alert.state is AlertState.ACKNOWLEDGED:
        return None
    if told is None or told.severity.rank < alert.severity.rank:
        return News.NEW
    return News.AGAIN if now_ms - told.at_ms >= repeat_every_ms else None
