from dataclasses import dataclass

import pytest
from thespian.actors import ActorAddress

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Ask, Asker, Sender
from lotkeeper.engine.errors import AskFailedError
from lotkeeper.engine.testkit import ActorBench


@dataclass(frozen=True)
class Introduce:
    to: ActorAddress


@dataclass(frozen=True)
class Count:
    step: int = 1


@dataclass(frozen=True)
class PassOn:
    text: str


@dataclass(frozen=True)
class Fail:
    text: str


class Counter(EngineActor):
    def __init__(self) -> None:
        super().__init__()
        self.total = 0
        self.woken: list[tuple[float, object]] = []
        self.friend: ActorAddress | None = None
        self.made_at = self.monotonic()

    @handles(Introduce)
    def introduce(self, message: Introduce, sender: Sender) -> None:
        self.friend = message.to

    @handles(Count)
    def count(self, message: Count, sender: Sender) -> None:
        self.total += message.step
        self.reply(sender, self.total)

    @handles(PassOn)
    def pass_on(self, message: PassOn, sender: Sender) -> None:
        self.forward(self.friend, message, sender)

    @handles(Fail)
    def fail(self, message: Fail, sender: Sender) -> None:
        raise ValueError(message.text)

    @handles(str)
    def schedule(self, message: str, sender: Sender) -> None:
        for seconds in (3.0, 1.0, 1.0, 2.0):
            self.wake_in(seconds, f"{message}{seconds}")
        self.send(self.myAddress, Count(10))

    def on_wakeup(self, payload: object) -> None:
        self.woken.append((self.monotonic(), payload))


def test_an_ask_gives_the_answer_and_a_plain_message_a_plain_reply():
    desk = ActorBench(Counter)
    assert desk.ask(Count(2)) == 2
    friend = desk.probe("friend")
    desk.tell(Count(3), friend)
    assert friend.pop(int) == 5
    friend.nothing()


def test_a_forwarded_ask_keeps_its_asker():
    desk = ActorBench(Counter)
    friend = desk.probe("friend")
    desk.tell(Introduce(friend.address))
    ask_id = desk.ask_later(PassOn("x"), desk.probe("client"))
    assert friend.received[0].asker == Asker(desk.probe("client").address, ask_id)
    assert friend.pop(PassOn) == PassOn("x")


def test_virtual_time_fires_wakeups_in_order_at_their_moment():
    desk = ActorBench(Counter)
    start = desk.now
    assert desk.actor.made_at == start
    desk.tell("a")
    desk.advance(2.5)
    assert desk.actor.woken == [(start + 1, "a1.0"), (start + 1, "a1.0"), (start + 2, "a2.0")]
    assert desk.now == start + 2.5
    assert desk.wakeups == [(0.5, "a3.0")]
    assert desk.actor.total == 10


def test_both_clocks_move_together():
    desk = ActorBench(Counter, start_ms=5_000)
    desk.advance(1.5)
    assert desk.actor.wall_ms() == 6_500


def test_an_error_of_a_handler_reaches_the_test():
    desk = ActorBench(Counter)
    with pytest.raises(ValueError, match="no good"):
        desk.tell(Fail("no good"))
    assert desk.ask(Count()) == 1


def test_a_tolerant_desk_treats_errors_as_a_running_system_does(caplog):
    desk = ActorBench(Counter, tolerant=True)
    desk.tell(Fail("no good"))
    assert "Counter failed on a Fail" in caplog.text
    with pytest.raises(AskFailedError, match="ValueError: worse"):
        desk.ask(Fail("worse"))


def test_what_cannot_travel_between_processes_fails_the_test():
    desk = ActorBench(Counter)
    with pytest.raises((AttributeError, TypeError)):
        desk.tell(Fail(lambda: None))


def test_what_arrives_is_a_copy():
    desk = ActorBench(Counter)
    friend = desk.probe("friend")
    message = PassOn("x")
    desk.tell(Introduce(friend.address))
    desk.tell(message)
    assert friend.pop(PassOn) is not message


def test_pop_says_what_came_instead():
    desk = ActorBench(Counter)
    desk.tell(Count())
    with pytest.raises(AssertionError, match=r"no Fail at outside, only \[1\]"):
        desk.outside.pop(Fail)
    with pytest.raises(AssertionError):
        desk.outside.nothing()
    desk.outside.nothing(Fail)


def test_an_unanswered_ask_is_an_assertion():
    desk = ActorBench(Counter)
    desk.tell(Introduce(desk.probe("friend").address))
    with pytest.raises(AssertionError, match="did not answer"):
        desk.ask(PassOn("x"))


def test_an_exited_actor_gets_nothing_more():
    desk = ActorBench(Counter)
    desk.actor.exit()
    desk.tell(Count())
    assert desk.exited
    with pytest.raises(AssertionError, match="has exited"):
        desk.tell(Ask("1", Count()))


def test_all_that_is_sent_is_kept_in_order():
    desk = ActorBench(Counter)
    left, right = desk.probe("left"), desk.probe("right")
    desk.tell(Count(1), left)
    desk.tell(Count(2), right)
    desk.tell(Count(3), left)
    assert desk.sent == [(left, 1), (right, 3), (left, 6)]
