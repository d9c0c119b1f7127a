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
    bench = ActorBench(Counter)
    assert bench.ask(Count(2)) == 2
    friend = bench.probe("friend")
    bench.tell(Count(3), friend)
    assert friend.pop(int) == 5
    friend.nothing()


def test_a_forwarded_ask_keeps_its_asker():
    bench = ActorBench(Counter)
    friend = bench.probe("friend")
    bench.tell(Introduce(friend.address))
    ask_id = bench.ask_later(PassOn("x"), bench.probe("client"))
    assert friend.received[0].asker == Asker(bench.probe("client").address, ask_id)
    assert friend.pop(PassOn) == PassOn("x")


def test_virtual_time_fires_wakeups_in_order_at_their_moment():
    bench = ActorBench(Counter)
    start = bench.now
    assert bench.actor.made_at == start
    bench.tell("a")
    bench.advance(2.5)
    assert bench.actor.woken == [(start + 1, "a1.0"), (start + 1, "a1.0"), (start + 2, "a2.0")]
    assert bench.now == start + 2.5
    assert bench.wakeups == [(0.5, "a3.0")]
    assert bench.actor.total == 10


def test_both_clocks_move_together():
    bench = ActorBench(Counter, start_ms=5_000)
    bench.advance(1.5)
    assert bench.actor.wall_ms() == 6_500


def test_an_error_of_a_handler_reaches_the_test():
    bench = ActorBench(Counter)
    with pytest.raises(ValueError, match="no good"):
        bench.tell(Fail("no good"))
    assert bench.ask(Count()) == 1


def test_a_tolerant_bench_treats_errors_as_a_running_system_does(caplog):
    bench = ActorBench(Counter, tolerant=True)
    bench.tell(Fail("no good"))
    assert "Counter failed on a Fail" in caplog.text
    with pytest.raises(AskFailedError, match="ValueError: worse"):
        bench.ask(Fail("worse"))


def test_a_message_that_cannot_be_pickled_fails_the_test():
    bench = ActorBench(Counter)
    with pytest.raises((AttributeError, TypeError)):
        bench.tell(Fail(lambda: None))


def test_the_receiver_gets_a_copy():
    bench = ActorBench(Counter)
    friend = bench.probe("friend")
    message = PassOn("x")
    bench.tell(Introduce(friend.address))
    bench.tell(message)
    assert friend.pop(PassOn) is not message


def test_pop_says_what_came_instead():
    bench = ActorBench(Counter)
    bench.tell(Count())
    with pytest.raises(AssertionError, match=r"no Fail at outside, only \[1\]"):
        bench.outside.pop(Fail)
    with pytest.raises(AssertionError):
        bench.outside.nothing()
    bench.outside.nothing(Fail)


def test_an_unanswered_ask_is_an_assertion():
    bench = ActorBench(Counter)
    bench.tell(Introduce(bench.probe("friend").address))
    with pytest.raises(AssertionError, match="did not answer"):
        bench.ask(PassOn("x"))


def test_an_exited_actor_gets_no_more_messages():
    bench = ActorBench(Counter)
    bench.actor.exit()
    bench.tell(Count())
    assert bench.exited
    with pytest.raises(AssertionError, match="has exited"):
        bench.tell(Ask("1", Count()))


def test_all_sent_messages_are_kept_in_order():
    bench = ActorBench(Counter)
    left, right = bench.probe("left"), bench.probe("right")
    bench.tell(Count(1), left)
    bench.tell(Count(2), right)
    bench.tell(Count(3), left)
    assert bench.sent == [(left, 1), (right, 3), (left, 6)]
