"""What a channel has to tell."""

import pytest

from actors.alerts.alert import Alert, Told
from actors.alerts.book import RECOVERED_AFTER_MS, AlertBook
from actors.alerts.items import Item, News, due_items
from lotkeeper.trading.alerts.settings import AlertSettings, ChannelRule, QuietHours
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.trouble_kinds import Severity, TroubleKind
from tests.actors.alerts.examples import NOW_MS, PHONE, SETTINGS, cause

LATER_MS = NOW_MS + SETTINGS.repeat_every_ms


def alert(kind: TroubleKind = TroubleKind.HELD, **more: object) -> Alert:
    return Alert(7, cause(kind), NOW_MS, NOW_MS, **more)  # type: ignore[arg-type]


def news(found: list[Item]) -> list[News]:
    return [each.news for each in found]


def told(at_ms: int = NOW_MS, **more: object) -> dict[str, Told]:
    return {"phone": Told(at_ms, Severity.WARNING, **more)}  # type: ignore[arg-type]


OVER = alert().recovered(NOW_MS)
WARNED = {"phone": Severity.WARNING}
SEEN = alert().acknowledged("kim", NOW_MS)
WORSE = cause(TroubleKind.HELD, severity=Severity.CRITICAL)


@pytest.mark.parametrize(
    ("found", "now_ms", "expected"),
    [
        (alert(), NOW_MS, [News.NEW]),
        (alert(told={"mail": Told(NOW_MS, Severity.WARNING)}), NOW_MS, [News.NEW]),
        (alert(told=told()), NOW_MS, []),
        (alert(told=told()), LATER_MS - 1, []),
        (alert(told=told()), LATER_MS, [News.AGAIN]),
        (replace(alert(told=told()), cause=WORSE), NOW_MS, [News.NEW]),
        (SEEN, NOW_MS, []),
        (replace(SEEN, told=told()), LATER_MS, []),
        (OVER, NOW_MS, []),  # nobody was told, and nobody is needed
        (alert(TroubleKind.KILL_SWITCH).recovered(NOW_MS), NOW_MS, [News.PAST]),
        (alert(TroubleKind.KILL_SWITCH).acknowledged("kim", NOW_MS).recovered(NOW_MS), NOW_MS, []),
        (replace(OVER, attempted=WARNED), NOW_MS, [News.PAST]),  # it may have arrived
        (replace(OVER, attempted=WARNED, told=told(is_over=True)), LATER_MS, []),
        (replace(OVER, told=told()), NOW_MS, [News.OVER]),
        (replace(OVER, told={"mail": Told(NOW_MS, Severity.WARNING)}), NOW_MS, []),
        (replace(OVER, told=told(is_over=True)), LATER_MS, []),
        (replace(SEEN.recovered(NOW_MS), told=told()), NOW_MS, [News.OVER]),
    ],
)
def test_what_is_told_when(found, now_ms, expected):
    assert news(due_items([found], PHONE, SETTINGS, now_ms)) == expected


def test_a_channel_gets_what_is_severe_enough_for_it():
    alerts = [alert(TroubleKind.HELD), alert(TroubleKind.KILL_SWITCH)]
    found = due_items(alerts, ChannelRule("phone", Severity.CRITICAL), SETTINGS, NOW_MS)
    assert [each.alert.cause.kind for each in found] == [TroubleKind.KILL_SWITCH]


def test_what_was_told_as_severe_enough_is_told_to_be_over_though_it_has_eased():
    pager, eased = ChannelRule("phone", Severity.CRITICAL), alert(TroubleKind.HELD)
    severe = {"phone": Told(NOW_MS, Severity.CRITICAL)}
    assert due_items([replace(eased, told=severe)], pager, SETTINGS, LATER_MS) == [], "it is not repeated"
    for known in ({"told": severe}, {"attempted": {"phone": Severity.CRITICAL}}):
        over = replace(eased, **known).recovered(NOW_MS)
        assert len(due_items([over], pager, SETTINGS, NOW_MS)) == 1
    assert due_items([OVER], pager, SETTINGS, NOW_MS) == []


def test_a_muted_kind_is_not_told():
    settings = AlertSettings(channels=(PHONE,), mute=frozenset({TroubleKind.HELD}))
    assert due_items([alert()], PHONE, settings, NOW_MS) == []


def test_in_quiet_hours_only_what_is_critical_is_told_and_the_rest_follows():
    settings = AlertSettings(channels=(PHONE,), quiet=QuietHours(0, 60))
    alerts, quiet_ms = [alert(TroubleKind.HELD), alert(TroubleKind.KILL_SWITCH)], 86_400_000 * 20_000
    found = due_items(alerts, PHONE, settings, quiet_ms)
    assert [each.alert.cause.kind for each in found] == [TroubleKind.KILL_SWITCH]
    assert len(due_items(alerts, PHONE, settings, quiet_ms + 3_600_000)) == 2


def test_an_alert_is_told_when_it_is_raised_again_later_and_when_it_is_over():
    """Over a whole life, with a channel that delivers at once."""
    book, life = AlertBook(), []
    for step in range(0, 3 * SETTINGS.repeat_every_ms, 60_000):
        now_ms = NOW_MS + step
        book.take([cause()] if step < 2.5 * SETTINGS.repeat_every_ms else [], now_ms)
        items = due_items(book, PHONE, SETTINGS, now_ms)
        book.note_delivered("phone", {each.alert.number: each.told(now_ms) for each in items})
        life += [(step, each) for each in news(items)]
    hour_ms = SETTINGS.repeat_every_ms
    over_ms = round(2.5 * hour_ms)
    assert [each for _, each in life] == [News.NEW, News.AGAIN, News.AGAIN, News.OVER]
    assert [step for step, _ in life[:3]] == [0, hour_ms, 2 * hour_ms]
    assert over_ms <= life[3][0] <= over_ms + RECOVERED_AFTER_MS + 60_000
