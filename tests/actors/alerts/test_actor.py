"""The actor alone: what it is told, what it starts, what it answers."""

import pytest

from actors.alerts import actor as module
from actors.alerts.actor import Alerts
from actors.alerts.deliveries import Delivered
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.trading.alerts.settings import AlertSettings
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.trouble_kinds import TroubleKind
from messages.alerts import AlertsReported, ChannelAddresses, RequestChannels, StartAlerts
from messages.control import (
    AcknowledgeAlerts,
    AlertsListed,
    AskAlerts,
    ChannelsTried,
    CommandDone,
    CommandRefused,
    TryChannels,
)
from messages.lifecycle import Peers, PeersChanged
from tests.actors.alerts.examples import NOW_MS, SETTINGS, cause, found

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs"
URL = f"tgram://{TOKEN}/7654321"
PING = "https://hc-ping.com/5a1c3f0e-1111"


class NoProcesses:
    """Deliveries that the test ends: which process sends what is tested with real ones."""

    def __init__(self) -> None:
        self.begun: dict[str, dict] = {}
        self.history: list[tuple[str, dict]] = []
        self.failure: OSError | None = None
        self.late: list[Delivered] = []

    def begin(self, name: str, work: dict, now_s: float) -> None:
        if self.failure is not None:
            raise self.failure
        assert name not in self.begun
        self.begun[name] = work
        self.history.append((name, work))

    def watched(self) -> list[int]:
        return []

    def overdue(self, now_s: float) -> list[Delivered]:
        late, self.late = self.late, []
        return late

    def end(self, name: str, *, is_delivered: bool = True, text: str = "delivered") -> None:
        """The result comes with the next look."""
        del self.begun[name]
        self.late.append(Delivered(name, is_delivered, text))

    def end_all(self) -> None:
        self.begun.clear()


class Bench:
    def __init__(self, memory: str = "", settings: AlertSettings = SETTINGS, start_ms: int = NOW_MS) -> None:
        self.desk = ActorBench(Alerts, start_ms=start_ms)
        self.deliveries = NoProcesses()
        self.desk.actor._deliveries = self.deliveries  # type: ignore[assignment]
        self.launcher, self.monitor = self.desk.probe("launcher"), self.desk.probe("monitor")
        self.desk.tell(StartAlerts(settings, self.launcher.address, self.monitor.address, NOW_MS, memory))

    def learn(self) -> None:
        self.desk.tell(ChannelAddresses((("phone", URL),)), self.launcher)

    def find(self, *causes: object, unproven: tuple[str, ...] = (), for_s: int = 5) -> None:
        """The Monitor says so, every five seconds."""
        for _ in range(0, for_s, 5):
            self.desk.tell(found(*causes, at_ms=self.desk.actor.wall_ms(), unproven=unproven), self.monitor)
            self.desk.advance(5.0)

    def deliver(self, **more: object) -> None:
        for name in list(self.deliveries.begun):
            self.deliveries.end(name, **more)  # type: ignore[arg-type]
        self.desk.advance(1.0)

    @property
    def report(self) -> AlertsReported:
        return [each for each in self.monitor.received if isinstance(each, AlertsReported)][-1]

    @property
    def texts(self) -> list[str]:
        return [work["body"] for name, work in self.deliveries.history if name == "channel phone"]


@pytest.fixture
def bench(tmp_path) -> Bench:
    found = Bench(str(tmp_path / "alerts"))
    found.learn()
    return found


def test_it_asks_for_the_addresses_until_they_come():
    bench = Bench()
    bench.desk.advance(20.0)
    asked = [each for each in bench.launcher.received if isinstance(each, RequestChannels)]
    assert len(asked) >= 3
    bench.learn()
    bench.launcher.received.clear()
    bench.desk.advance(60.0)
    bench.launcher.nothing()


def test_without_channels_it_asks_nobody_and_lists_all_the_same():
    bench = Bench(settings=AlertSettings())
    bench.find(cause())
    bench.launcher.nothing()
    assert [each["kind"] for each in bench.desk.ask(AskAlerts()).alerts] == ["kill-switch"]
    assert bench.deliveries.history == []


def test_a_cause_is_delivered_reported_and_listed(bench):
    bench.find(cause(text="the kill switch is on"))
    bench.deliver()
    name, work = bench.deliveries.history[0]
    assert (name, work["what"], work["url"], work["severity"]) == ("channel phone", "notify", URL, "critical")
    assert "the kill switch is on" in work["body"]
    assert (bench.report.open, bench.report.unacknowledged) == (1, 1)
    assert bench.report.channels[0].delivered_ms is not None
    listed = bench.desk.ask(AskAlerts())
    assert isinstance(listed, AlertsListed)
    assert (listed.alerts[0]["state"], listed.alerts[0]["channels"]) == ("delivered", ["phone"])


def test_a_new_process_does_not_repeat_what_was_delivered(bench, tmp_path):
    bench.find(cause())
    bench.deliver()
    told = len(bench.deliveries.history)
    assert told
    again = Bench(str(tmp_path / "alerts"), start_ms=bench.desk.actor.wall_ms())
    again.learn()
    again.find(cause(), for_s=120)
    assert again.deliveries.history == []
    assert again.report.channels[0].delivered_ms is not None
    assert [each["alert"] for each in again.desk.ask(AskAlerts()).alerts] == [1]


def test_what_was_under_way_as_the_process_ended_may_have_arrived(bench, tmp_path):
    """Its end is told by a sentence that is right for who has read that it began, and for who has not."""
    bench.find(cause(TroubleKind.HELD))
    assert "channel phone" in bench.deliveries.begun
    again = Bench(str(tmp_path / "alerts"), start_ms=bench.desk.actor.wall_ms())
    again.find(for_s=60)
    again.learn()
    again.find(for_s=10)
    (text,) = again.texts
    assert text.startswith("BEGAN at ")
    assert ", OVER at " in text


def test_what_was_over_before_it_was_told_is_not_told_after_a_restart(bench, tmp_path):
    bench.desk.tell(found(cause(TroubleKind.HELD), at_ms=bench.desk.actor.wall_ms()), bench.monitor)
    assert bench.deliveries.begun == {}
    again = Bench(str(tmp_path / "alerts"), start_ms=bench.desk.actor.wall_ms())
    again.find(for_s=60)
    again.learn()
    again.find(for_s=60)
    assert [text for text in again.texts if "held" in text] == []
    assert [each["state"] for each in again.desk.ask(AskAlerts(is_open_only=False)).alerts] == ["recovered"]


def test_a_memory_that_cannot_be_read_is_told_in_the_log_and_begins_again(tmp_path, caplog):
    (tmp_path / "alerts").write_text("{")
    bench = Bench(str(tmp_path / "alerts"))
    assert "cannot be read" in caplog.text
    bench.learn()
    bench.find(cause())
    assert bench.deliveries.history


def test_acknowledged_by_number_or_all(bench):
    bench.find(cause(), cause(TroubleKind.HELD))
    refused = bench.desk.ask(AcknowledgeAlerts((9,), "kim"))
    assert isinstance(refused, CommandRefused)
    assert "no open alert has the number 9" in refused.text
    assert bench.report.unacknowledged == 2
    worse = bench.desk.ask(AcknowledgeAlerts((1,), "kim", shown=("info",)))
    assert isinstance(worse, CommandRefused)
    assert "alert 1 has become critical since it was shown" in worse.text
    assert bench.desk.ask(AcknowledgeAlerts((1, 9), "kim")) == CommandRefused(refused.text), "nothing, or all"
    assert bench.desk.ask(AcknowledgeAlerts((1,), "kim", "a fork", ("critical",))) == CommandDone(
        "acknowledged: 1; they are not repeated"
    )
    assert bench.report.unacknowledged == 1
    assert bench.desk.ask(AcknowledgeAlerts((), "kim")) == CommandDone("acknowledged: 1; they are not repeated")
    assert bench.report.unacknowledged == 0
    listed = bench.desk.ask(AskAlerts()).alerts
    assert [(each["acknowledged_by"], each["acknowledged_why"]) for each in listed] == [
        ("kim", "a fork"),
        ("kim", None),
    ]


def test_a_channel_that_fails_is_reported_and_the_token_is_not_shown(bench, caplog):
    bench.find(cause())
    bench.deliver(is_delivered=False, text=f"HTTP 404 for {URL}, token {TOKEN}")
    assert bench.report.channels[0].failures == 1
    shown = f"{bench.report}{bench.desk.ask(AskAlerts())}{caplog.text}"
    assert "HTTP 404" in shown
    assert "AAHdq" not in shown


def test_a_process_that_cannot_be_started_is_a_failure_like_others(bench):
    bench.deliveries.failure = OSError(11, "Resource temporarily unavailable")
    bench.find(cause())
    assert "no process can be started" in bench.report.channels[0].trouble
    bench.deliveries.failure = None
    bench.find(cause(), for_s=30)
    assert bench.deliveries.history


def test_no_secret_of_a_cause_leaves_the_machine(bench):
    bench.find(cause(text="refused: signature=0123456789abcdef0123456789abcdef&x=1, api_key=abcdefgh"))
    assert "0123456789abcdef" not in bench.texts[-1]
    assert "abcdefgh" not in bench.texts[-1]


def test_the_heartbeat_is_pinged_while_all_is_proven_and_fails_when_not():
    bench = Bench(settings=replace(AlertSettings(), heartbeat_url=PING))
    for _ in range(16):
        bench.find()
        bench.deliver()
    assert {work["url"] for _, work in bench.deliveries.history} == {PING}
    assert bench.report.heartbeat is not None
    assert bench.report.heartbeat.was_well
    bench.find(unproven=("BTCUSDT: why",))
    bench.deliver()
    assert bench.deliveries.history[-1][1] == {"what": "ping", "url": f"{PING}/fail", "body": "BTCUSDT: why"}
    bench.desk.advance(5.0)
    assert not bench.report.heartbeat.was_well


def test_a_silent_monitor_is_an_alert_and_ends_the_heartbeat():
    bench = Bench(settings=replace(SETTINGS, heartbeat_url=PING))
    bench.learn()
    bench.find(for_s=10)
    bench.deliver()
    bench.desk.advance(120.0)
    bench.deliver()
    bench.desk.advance(10.0)
    assert any("its Monitor does not report" in text for text in bench.texts)
    assert bench.deliveries.history[-1][1]["url"] == f"{PING}/fail" or any(
        work["url"] == f"{PING}/fail" for _, work in bench.deliveries.history
    )


def test_a_trial_is_answered_with_what_came_back(bench):
    number = bench.desk.ask_later(TryChannels("", "kim"))
    assert bench.desk.outside.answer_to(number) is None
    assert bench.deliveries.begun["test phone"]["body"].endswith("asked for by kim. Nothing is wrong.")
    busy = bench.desk.ask(TryChannels("phone", "kim"))
    assert isinstance(busy, CommandRefused)
    bench.deliver(is_delivered=False, text=f"HTTP 401 {TOKEN}")
    bench.desk.advance(5.0)
    answer = bench.desk.outside.answer_to(number)
    assert answer is not None
    assert answer.body == ChannelsTried((("phone", False, "HTTP 401 ***"),))


def test_a_trial_that_arrives_proves_the_channel(bench):
    bench.deliver()
    bench.desk.ask_later(TryChannels("phone", "kim"))
    bench.deliver()
    bench.desk.advance(5.0)
    assert bench.report.channels[0].delivered_ms is not None


@pytest.mark.parametrize(
    ("settings", "name", "text"),
    [
        (AlertSettings(), "", "no channel is configured"),
        (SETTINGS, "mail", "mail is no channel of alerts.channels: phone"),
        (SETTINGS, "", "are not here yet"),
    ],
)
def test_why_there_is_no_trial(settings, name, text):
    answer = Bench(settings=settings).desk.ask(TryChannels(name, "kim"))
    assert isinstance(answer, CommandRefused)
    assert text in answer.text


def test_a_new_monitor_learns_at_once_what_is_open(bench):
    bench.find(cause())
    newer = bench.desk.probe("the next monitor")
    bench.desk.tell(PeersChanged(Peers(monitor=newer.address)))
    assert newer.pop(AlertsReported).open == 1


def test_what_comes_before_the_start_harms_nobody():
    early = ActorBench(Alerts)
    early.tell(found(cause()))
    early.tell(ChannelAddresses((("phone", URL),)))
    early.tell(PeersChanged(Peers()))


def test_the_name_of_the_machine_is_in_each_message(bench, monkeypatch):
    assert module.socket.gethostname() in bench.desk.actor._desk.channels["phone"].host
