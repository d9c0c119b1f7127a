"""A thousand causes a minute: the actor sends few messages, each says what is right, and a webhook gets them."""

from pathlib import Path

import pytest

from actors.alerts.deliveries import Deliveries
from lotkeeper.trading.alerts.causes import Cause
from lotkeeper.trading.trouble_kinds import TroubleKind, command_for
from lotkeeper.verification.staging.waiting import wait_for
from tests.actors.alerts.examples import found
from tests.actors.alerts.test_actor import Bench
from tests.actors.alerts.webhook import Webhook

FIXTURE = Path(__file__).with_name("crowd.txt")
A_ROUND = 85  # causes that are new every five seconds: over a thousand in a minute
MOST_CHARACTERS = 3000


def held(number: int) -> Cause:
    lot = f"BTCUSDT-{number}"
    return Cause(TroubleKind.HELD, f"BTCUSDT {lot}", f"0.5 BTC of lot {lot} is not sold", command_for(TroubleKind.HELD))


def messages(bench: Bench) -> list[str]:
    """The bodies of a minute in which causes come, with one among them that is critical, and of what follows."""
    bench.find(for_s=10)
    causes: list[Cause] = []
    for number in range(12):
        causes += [held(number * A_ROUND + each) for each in range(A_ROUND)]
        if number == 6:
            switch = TroubleKind.KILL_SWITCH
            causes.append(Cause(switch, "", "the kill switch is on: no order is placed", command_for(switch)))
        bench.desk.tell(found(*causes, at_ms=bench.desk.actor.wall_ms()), bench.monitor)
        for _ in range(5):
            bench.deliver()
    for _ in range(240):
        bench.desk.tell(found(at_ms=bench.desk.actor.wall_ms()), bench.monitor)
        bench.deliver()
    return bench.texts


@pytest.fixture
def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("socket.gethostname", lambda: "host")
    bench = Bench(str(tmp_path / "alerts"))
    bench.learn()
    return messages(bench)


def test_few_messages_tell_of_all_and_the_critical_one_is_first_in_its_message(crowd: list[str]) -> None:
    assert len(crowd) <= 8
    assert max(map(len, crowd)) < MOST_CHARACTERS
    urgent = next(each for each in crowd if "kill-switch" in each)
    assert urgent.startswith("CRITICAL kill-switch")
    assert crowd[-1].startswith("OVER since")


def test_the_messages_are_those_of_the_fixture(crowd: list[str]) -> None:
    assert "\n=====\n".join(crowd) + "\n" == FIXTURE.read_text()


def test_a_webhook_gets_such_a_message_as_it_was_written(crowd: list[str]) -> None:
    """The longest, by a process as each message is sent."""
    longest = max(crowd, key=len)
    with Webhook() as webhook:
        deliveries = Deliveries()
        work = {"what": "notify", "url": webhook.apprise_url, "title": "a title", "body": longest, "severity": ""}
        deliveries.begin("hook", work, 0.0)
        (result,) = wait_for("its result", lambda: deliveries.take(deliveries.watched()), 120)
        assert (result.is_delivered, webhook.texts) == (True, [f"a title\n{longest}"])
