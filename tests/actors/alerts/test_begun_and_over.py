"""Whatever happens: a channel never tells that something is over of which it has not told that it began."""

import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from actors.alerts.deliveries import Delivered
from actors.alerts.desk import AlertsDesk
from actors.alerts.items import Item, News
from lotkeeper.trading.alerts.causes import Cause
from lotkeeper.trading.alerts.settings import AlertSettings, ChannelRule
from lotkeeper.trading.trouble_kinds import Severity, TroubleKind
from messages.alerts import StartAlerts
from tests.actors.alerts.examples import NOW_MS, found

SETTINGS = AlertSettings(channels=(ChannelRule("phone"), ChannelRule("pager", Severity.CRITICAL)))
BEGUN, OVER = (News.NEW, News.AGAIN), (News.OVER, News.PAST)
URLS = {"phone": "json://phone", "pager": "json://pager"}
FINALLY_S = 7200  # until whatever waits is told, also after many failures
DAY_MS = 86_400_000  # so long what was never told to have begun is kept after it was over


class Fate(StrEnum):
    """What becomes of a message."""

    ARRIVED = "arrived"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"  # it arrived, and nobody knows
    UNDERWAY = "underway"  # it arrived or not: its result is not there yet


@dataclass
class World:
    """The desk, which is restarted now and then, and what people have read on each channel."""

    memory: str
    now_ms: int = NOW_MS
    read: dict[str, list[tuple[Item, bool]]] = field(default_factory=lambda: defaultdict(list))  # and if confirmed

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        start = StartAlerts(SETTINGS, None, None, NOW_MS, self.memory)
        self.desk = AlertsDesk(start, "host", self.now_ms)
        self.desk.learn_channels(URLS)

    def step(self, causes: Sequence[Cause], seconds: int, fate: Fate) -> None:
        self.now_ms += seconds * 1000
        self.desk.on_causes(found(*causes), self.now_ms)
        list(self.desk.due(self.now_ms))  # what was under way before is so still
        for name, channel in self.desk.channels.items():
            if channel.underway is not None:
                self._end(name, channel.underway.items, fate)

    def _end(self, name: str, items: Sequence[Item], fate: Fate) -> None:
        if fate is Fate.UNDERWAY:
            return
        is_confirmed = fate is Fate.ARRIVED
        if fate is not Fate.FAILED:
            self.read[name] += [(each, is_confirmed) for each in items]
        self.desk.note_delivered(Delivered(f"channel {name}", is_confirmed, "told"), self.now_ms)

    def settle(self) -> None:
        """All is over, and every message arrives."""
        for _ in range(0, FINALLY_S, 600):
            self.step([], 600, Fate.ARRIVED)


KINDS = (TroubleKind.KILL_SWITCH, TroubleKind.HELD, TroubleKind.BUDGET)
CAUSES = st.builds(
    lambda kind, grade: Cause(kind, "a", "it is so", "lotkeeper status", severity=grade),
    st.sampled_from(KINDS),
    st.sampled_from([None, Severity.WARNING, Severity.CRITICAL]),
)
STEPS = st.tuples(
    st.lists(CAUSES, max_size=3, unique_by=lambda each: each.kind),
    st.sampled_from([1, 3, 20, 31, 45, 90, 700, 40_000]),
    st.sampled_from(Fate),
    st.booleans(),  # whether the process of the actor ends then, and a new one begins
    st.booleans(),  # whether a person acknowledges all there is
)


def lives(read: Sequence[tuple[Item, bool]]) -> dict[int, list[tuple[News, bool]]]:
    """What was read of each alert, in order."""
    found_lives: dict[int, list[tuple[News, bool]]] = defaultdict(list)
    for item, is_confirmed in read:
        found_lives[item.alert.number].append((item.news, is_confirmed))
    return found_lives


@given(st.lists(STEPS, max_size=25))
def test_each_over_follows_what_was_told_to_have_begun_and_each_of_these_has_one(steps) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = World(str(Path(folder) / "alerts"))
        for causes, seconds, fate, is_restarted, is_acknowledged in steps:
            world.step(causes, seconds, fate)
            if is_acknowledged:
                world.desk.book.acknowledge([each.number for each in world.desk.book.open], "kim", world.now_ms)
                world.desk.save()
            if is_restarted:
                world.restart()
        world.settle()
    for read in world.read.values():
        for number, life in lives(read).items():
            if world.now_ms - NOW_MS <= DAY_MS or not is_unheard(life):
                check_life(number, life)


def is_unheard(life: list[tuple[News, bool]]) -> bool:
    """Whether nothing of it was confirmed, and only that it is past was tried to be told: after a day nobody tries."""
    return all(news is News.PAST and not is_confirmed for news, is_confirmed in life)


def check_life(number: int, life: list[tuple[News, bool]]) -> None:
    """What is confirmed was told once; what a channel has not confirmed it may tell again."""
    told = [news for news, is_confirmed in life if is_confirmed]
    assert sum(news in OVER for news in told) == 1, f"alert {number}: {life}"
    assert told[-1] in OVER, f"alert {number}: {life}"
    assert (told[-1] is News.OVER) == any(news in BEGUN for news in told), f"alert {number}: {life}"
    for place, (news, _) in enumerate(life):
        has_begun = any(before in BEGUN and is_confirmed for before, is_confirmed in life[:place])
        assert news is not News.OVER or has_begun, f"alert {number}: {life}"
