"""One channel over time: few messages, and each of them right."""

from collections import Counter

from actors.alerts.book import RECOVERED_AFTER_MS, AlertBook
from actors.alerts.channel import Channel
from actors.alerts.wording import Message
from lotkeeper.trading.alerts.settings import AlertSettings, ChannelRule
from lotkeeper.trading.halts import utc
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.trouble_kinds import Severity, TroubleKind
from messages.alerts import PairSales
from tests.actors.alerts.examples import NOW_MS, PHONE, SETTINGS, cause, found

MINUTE_MS = 60_000
CALM = 86_400_000


class Story:
    """A channel that delivers what it gets a second later, unless it is down."""

    def __init__(self, settings: AlertSettings = SETTINGS, rule: ChannelRule = PHONE, start_text: str = "") -> None:
        self.settings, self.channel, self.book = settings, Channel(rule, "host", start_text), AlertBook()
        self.sales: dict[str, PairSales] = {}
        self.messages: list[Message] = []
        self.now_ms = NOW_MS

    def run(self, seconds: int, *causes: object, is_down: bool = False) -> list[Message]:
        """Every second these causes are found; the messages of that time."""
        before = len(self.messages)
        for _ in range(seconds):
            self.now_ms += 1000
            if self.channel.underway is not None:
                self._end(is_down)
            self.book.take(causes, self.now_ms)  # type: ignore[arg-type]
            message = self.channel.next_message(self.book, self.sales, self.settings, self.now_ms)
            if message is not None:
                self.messages.append(message)
        return self.messages[before:]

    def _end(self, is_down: bool) -> None:
        told = self.channel.note_result(is_delivered=not is_down, text="HTTP 502", now_ms=self.now_ms)
        if told is not None:
            self.book.note_delivered(self.channel.rule.name, told.told())

    def sold(self, count: int) -> None:
        self.sales = {each.symbol: each for each in found(sold=count).sales}
        self.channel.note_known(self.sales)


def test_a_thousand_causes_a_minute_give_few_messages_that_are_right():
    """Each cause stands for two minutes, and there are new ones all the time."""
    story = Story()
    standing: list[tuple[int, object]] = []
    for second in range(180):
        if second < 60:
            new = [cause(TroubleKind.HELD, f"lot {second * 17 + each}") for each in range(17)]
            standing += [(second, each) for each in new]
        story.run(1, *(each for begun, each in standing if second - begun < 120))
    story.run(1200)
    assert len(story.messages) <= 9
    assert max(len(each.body) for each in story.messages) < 4000
    first = story.messages[0].body
    assert "WARNING held (alert 1" in first
    assert "Do: lotkeeper status" in first
    assert "more: " in story.messages[1].body
    told = Counter((each.state, "phone" in each.told) for each in story.book)
    assert {has_told for _, has_told in told} == {True}
    assert story.book.open == []
    assert story.messages[-1].severity is None  # the last one says that it is over


def test_a_critical_one_in_a_crowd_is_first():
    story = Story()
    story.run(60, *(cause(TroubleKind.HELD, str(each)) for each in range(500)), cause(TroubleKind.KILL_SWITCH))
    first = story.messages[0]
    assert first.body.startswith("CRITICAL kill-switch")
    assert first.severity is Severity.CRITICAL
    assert first.title == "lotkeeper on host: 501 new (1 critical)"


def test_while_a_message_is_under_way_none_follows():
    story = Story()
    story.book.take([cause()], NOW_MS)
    assert story.run(3)
    assert story.channel.underway is None or len(story.messages) == 1


def test_what_a_channel_missed_is_told_when_it_works_again_and_what_is_over_as_that():
    story = Story()
    story.run(300, cause(TroubleKind.HELD, "a"), cause(TroubleKind.HELD, "b"), is_down=True)
    assert story.channel.state().failures >= 4
    assert story.channel.trouble == "HTTP 502"
    story.messages.clear()
    story.run(700, cause(TroubleKind.HELD, "a"))
    assert "WARNING held (alert 1" in story.messages[0].body
    assert "held b" in story.messages[-1].body
    assert "OVER" in story.messages[-1].body
    assert (story.channel.state().failures, story.channel.trouble) == (0, "")
    assert story.channel.state().delivered_ms is not None


def test_what_begins_and_ends_between_two_messages_is_told_in_one_sentence_if_it_is_critical():
    """A channel that has told much waits for a minute with what is critical, and for five with all else."""
    story, standing = Story(), [cause(TroubleKind.HELD, str(each)) for each in range(7)]
    for count in range(1, 7):
        assert len(story.run(310, *standing[:count])) == 1
    assert len(story.run(4, *standing)) == 1
    begun_ms = story.now_ms + 1000
    assert story.run(5, *standing, cause(TroubleKind.KILL_SWITCH), cause(TroubleKind.HELD, "short")) == []
    (message,) = story.run(400, *standing)
    assert message.title == "lotkeeper on host: BEGAN AND OVER kill-switch"
    over_ms = begun_ms + 4000 + RECOVERED_AFTER_MS
    assert message.body == f"BEGAN at {utc(begun_ms)}, OVER at {utc(over_ms)}, kill-switch: kill-switch of all"
    assert message.severity is None


def test_what_flaps_is_told_once():
    story, flapping = Story(), cause(TroubleKind.USER_STREAM)
    for _ in range(60):
        story.run(5, flapping)
        story.run(20)
    assert len(story.messages) == 1


def test_an_acknowledged_alert_is_not_repeated():
    story = Story()
    story.run(10, cause())
    story.book.acknowledge([1], "kim", story.now_ms)
    assert story.run(2 * 3600, cause()) == []
    (over,) = story.run(120)
    assert over.title == "lotkeeper on host: OVER kill-switch"


def test_one_that_nobody_acknowledges_is_repeated_every_hour():
    story = Story()
    story.run(3 * 3600 + 60, cause())
    assert [each.title.partition(": ")[2] for each in story.messages] == [
        "CRITICAL kill-switch",
        *["CRITICAL STILL OPEN kill-switch"] * 3,
    ]


def test_a_start_is_told_once_and_proves_the_channel():
    story = Story(start_text="STARTED: it is up")
    (message,) = story.run(3600)
    assert (message.body, message.severity) == ("STARTED: it is up", None)


def test_a_channel_for_what_is_critical_gets_no_news():
    story = Story(replace(SETTINGS, sales=True), ChannelRule("phone", Severity.CRITICAL), "STARTED")
    story.sold(1)
    story.sold(2)
    assert story.run(60) == []


def test_sales_are_told_as_sums_and_those_of_before_are_not():
    story = Story(replace(SETTINGS, sales=True))
    story.sold(40)
    assert story.run(60) == []
    story.sold(41)
    (first,) = story.run(60)
    assert first.body == "SOLD BTCUSDT: a SELL is filled, +0.5 USDT net"
    for count in range(42, 142):
        story.sold(count)
        story.run(1)
    story.run(1000)
    assert len(story.messages) <= 7
    sums = [int(each.body.split()[2]) if each.body.split()[2].isdigit() else 1 for each in story.messages]
    assert sum(sums) == 101


def test_without_the_wish_no_sale_is_told():
    story = Story()
    story.sold(1)
    story.sold(2)
    assert story.run(60) == []
