"""What an actor notes while somebody looks, and that it notes nothing else."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.inspection.observation import Observation
from lotkeeper.engine.inspection.questions import AskVitals, StartTrace, TakeTrace, Vitals
from lotkeeper.engine.system.process_setup import INHERITANCE
from lotkeeper.engine.testkit import ActorBench


@dataclass(frozen=True, slots=True)
class Order:
    symbol: str
    client_id: str = ""
    took_s: float = 0.001
    note: str = field(default="hidden", repr=False)


@dataclass(frozen=True, slots=True)
class Price:
    symbol: str

    def state_key(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class Key:
    is_secret: ClassVar[bool] = True

    symbol: str


@dataclass(frozen=True, slots=True)
class Stranger:
    symbol: str


class Clerk(EngineActor):
    @handles(Order)
    def work(self, message: Order, sender: Sender) -> None:
        self._clock.now += message.took_s  # type: ignore[attr-defined]  # the virtual clock of the bench

    @handles(Price, Key)
    def pass_by(self, message: object, sender: Sender) -> None:
        pass

    @handles(str)
    def fail(self, message: str, sender: Sender) -> None:
        raise ValueError(message)


@pytest.fixture
def bench() -> ActorBench[Clerk]:
    return ActorBench(Clerk, tolerant=True)


def observation(bench: ActorBench[Clerk]) -> Any:
    return bench.actor._EngineActor__observation  # type: ignore[attr-defined]


def vitals(bench: ActorBench[Clerk], measure_s: float = 10.0) -> Vitals:
    found = bench.ask(AskVitals(measure_s))
    assert isinstance(found, Vitals)
    return found


def texts(bench: ActorBench[Clerk]) -> list[str]:
    return [each.text for each in bench.ask(TakeTrace()).messages]


def test_nothing_is_noted_while_nobody_looks(bench):
    bench.tell(Order("BTCUSDT"))
    assert observation(bench) is None
    assert vitals(bench, measure_s=0).handlers == ()
    assert bench.ask(TakeTrace()).messages == ()
    assert observation(bench) is None


def test_handlers_are_measured_from_the_first_look_on(bench):
    assert vitals(bench).handlers == ()
    for took_s in (0.001, 0.002, 0.010):
        bench.tell(Order("BTCUSDT", took_s=took_s))
    bench.tell(Price("BTCUSDT"))
    first, second = vitals(bench).handlers
    assert (first.message, first.count, first.p50_ms, first.p99_ms, first.max_ms) == ("Order", 3, 2.0, 10.0, 10.0)
    assert (second.message, second.count) == ("Price", 1)


def test_it_ends_by_itself(bench):
    vitals(bench, measure_s=10)
    bench.advance(11)
    bench.tell(Order("BTCUSDT"))
    assert observation(bench) is None
    assert vitals(bench, measure_s=0).handlers == ()


def test_what_it_has_no_handler_for_is_named(bench):
    bench.tell(Stranger("BTCUSDT"))
    assert vitals(bench).unknown == ("Stranger",)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (StartTrace(("BTCUSDT",), 10), ["BTCUSDT", "BTCUSDT"]),
        (StartTrace(("BTCUSDT",), 10, has_states=True), ["BTCUSDT", "BTCUSDT", "BTCUSDT"]),
        (StartTrace(("lk1-7",), 10), ["BTCUSDT", "ETHUSDT"]),
        (StartTrace(("lk1-7",), 10, beside="ETHUSDT"), ["ETHUSDT"]),
        (StartTrace(("USDT", "hidden"), 10), []),
    ],
)
def test_a_trace_has_the_messages_in_which_the_word_stands(bench, wanted, expected):
    bench.ask(wanted)
    for message in (
        Order("BTCUSDT", "lk1-7-1"),
        Order("BTCUSDT", "lk1-71-1"),
        Order("ETHUSDT", "lk1-7-2"),
        Price("BTCUSDT"),
        Key("BTCUSDT"),
    ):
        bench.tell(message)
    found = texts(bench)
    assert [next(symbol for symbol in ("BTCUSDT", "ETHUSDT") if symbol in text) for text in found] == expected


def test_it_is_taken_once_and_ends_by_itself(bench):
    bench.ask(StartTrace(("BTCUSDT",), 10))
    bench.tell(Order("BTCUSDT", took_s=0.25))
    (taken,) = bench.ask(TakeTrace()).messages
    assert (taken.message, taken.took_ms) == ("Order", 250.0)
    assert "symbol='BTCUSDT'" in taken.text
    assert texts(bench) == []
    bench.advance(11)
    bench.tell(Order("BTCUSDT"))
    assert texts(bench) == []
    bench.advance(60)
    bench.tell(Order("BTCUSDT"))
    assert observation(bench) is None


def test_what_was_noted_before_its_end_can_be_taken_after_it(bench):
    bench.ask(StartTrace(("BTCUSDT",), 10))
    bench.tell(Order("BTCUSDT"))
    bench.advance(12)
    bench.tell(Order("BTCUSDT"))
    assert len(texts(bench)) == 1


def test_a_handler_that_fails_is_in_it(bench):
    bench.ask(StartTrace(("BTCUSDT",), 10))
    bench.tell("BTCUSDT is wrong")
    assert texts(bench) == ["'BTCUSDT is wrong'"]


def test_secrets_are_masked_before_anything_leaves_the_actor(bench):
    with INHERITANCE.configured(None, (), lambda text: text.replace("lk1-7-1", "***")):
        bench.ask(StartTrace(("BTCUSDT",), 10))
        bench.tell(Order("BTCUSDT", "lk1-7-1"))
        (text,) = texts(bench)
    assert "***" in text
    assert "lk1-7-1" not in text


def test_what_comes_too_fast_is_counted(bench):
    bench.ask(StartTrace(("BTCUSDT",), 10))
    for _ in range(2003):
        bench.tell(Order("BTCUSDT", took_s=0))
    taken = bench.ask(TakeTrace())
    assert (len(taken.messages), taken.dropped) == (2000, 3)


def test_of_a_long_message_the_part_with_the_word_is_kept(bench):
    bench.ask(StartTrace(("BTCUSDT",), 10))
    bench.tell("x" * 9000 + " BTCUSDT " + "y" * 9000)
    (text,) = texts(bench)
    assert "BTCUSDT" in text
    assert len(text) < 2010


def test_a_message_that_cannot_be_shown_harms_nobody():
    class Broken:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    observed = Observation()
    observed.start_trace(StartTrace(("BTCUSDT",), 10), 0.0)
    with pytest.raises(RuntimeError):  # the actor logs it, and goes on
        observed.note(Broken(), None, 0.0, 0.1, 1)  # type: ignore[arg-type]
