"""The text of a message: few alerts with all that is known of them, of many the most urgent and how many more."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from actors.alerts.items import Item, News
from lotkeeper.trading.halts import utc
from lotkeeper.trading.trouble_kinds import Severity

_MOST_IN_FULL = 8
_MOST_CHARACTERS = 300  # of one alert's text
_ORDER = {News.NEW: 0, News.AGAIN: 1, News.PAST: 2, News.OVER: 3}
_OF_NEWS = {News.NEW: "new", News.AGAIN: "still open", News.PAST: "began and over", News.OVER: "over"}


@dataclass(frozen=True, slots=True)
class Message:
    """What a channel delivers."""

    title: str
    body: str
    severity: Severity | None  # of the worst that is new or still open; None where all is over, or only news


def message_of(items: Sequence[Item], news: Sequence[str], host: str) -> Message:
    """`news` are lines that are told once: a sale, a start. The most urgent items come first."""
    ordered = sorted(items, key=lambda each: (_ORDER[each.news], -each.alert.severity.rank, each.alert.number))
    shown = [_paragraph(each) for each in ordered[:_MOST_IN_FULL]]
    lines = [*shown, *_rest(ordered[_MOST_IN_FULL:]), *news]
    worst = max(
        (each.alert.severity for each in items if not each.news.is_end), key=lambda each: each.rank, default=None
    )
    return Message(_title(ordered, news, host), "\n\n".join(lines), worst)


def _title(items: Sequence[Item], news: Sequence[str], host: str) -> str:
    if not items:
        return f"lotkeeper on {host}"
    if len(items) == 1:
        only = items[0]
        cause = only.alert.cause
        return f"lotkeeper on {host}: {_grade(only)} {cause.key}"
    counts = Counter(each.news for each in items)
    critical = sum(not each.news.is_end and each.alert.severity is Severity.CRITICAL for each in items)
    parts = [f"{counts[each]} {_OF_NEWS[each]}" for each in News if counts[each]]
    return f"lotkeeper on {host}: {', '.join(parts)}" + (f" ({critical} critical)" if critical else "")


def _grade(item: Item) -> str:
    if item.news.is_end:
        return _OF_NEWS[item.news].upper()
    return f"{item.alert.severity.upper()}{' STILL OPEN' if item.news is News.AGAIN else ''}"


def _paragraph(item: Item) -> str:
    """One text that a person understands, and the command to run next."""
    alert = item.alert
    text = alert.cause.text[:_MOST_CHARACTERS]
    if item.news.is_end:
        over = utc(alert.recovered_ms or alert.seen_ms)
        when = f"OVER since {over}" if item.news is News.OVER else f"BEGAN at {utc(alert.since_ms)}, OVER at {over}"
        return f"{when}, {alert.cause.key}: {text}"
    head = f"{_grade(item)} {alert.cause.kind} (alert {alert.number}, since {utc(alert.since_ms)}): {text}"
    return f"{head}\nDo: {alert.cause.command}" if alert.cause.command else head


def _rest(items: Sequence[Item]) -> list[str]:
    if not items:
        return []
    counts = Counter((each.news, each.alert.cause.kind) for each in items)
    parts = [f"{count} {kind} {_OF_NEWS[news]}" for (news, kind), count in counts.most_common()]
    return [f"and {len(items)} more: {', '.join(parts)}\nDo: lotkeeper alerts"]
