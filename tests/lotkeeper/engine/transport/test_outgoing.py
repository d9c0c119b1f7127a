"""What arrives and in what order, over real sockets between two ends in this process."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thespian.system.transport import SendStatus, TransmitIntent

from lotkeeper.engine.transport import outgoing
from lotkeeper.engine.transport.addresses import address_of
from lotkeeper.engine.transport.incoming import IncomingConnections
from lotkeeper.engine.transport.incoming_connection import IncomingConnection
from lotkeeper.engine.transport.outgoing import OutgoingConnection, OutgoingConnections, make_pending
from lotkeeper.engine.transport.waiting import ENDED, READ, Poller


@dataclass(frozen=True)
class Fact:
    number: int
    padding: bytes = b""


@dataclass(frozen=True)
class Level:
    name: str
    number: int

    def state_key(self) -> str:
        return self.name


@dataclass
class Ends:
    """A sender and a receiver. Nothing is sent or received unless a method is called."""

    path: Path
    lost: list[Any] = field(default_factory=list)
    refused: list[Any] = field(default_factory=list)
    arrived: list[Any] = field(default_factory=list)
    done: list[tuple[Any, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sending, self.receiving = Poller(), Poller()
        self.outgoing = OutgoingConnections("/sender", self.sending, self._lost, self._refused, lambda: None)
        self.incoming = IncomingConnections(str(self.path), self.receiving, lambda: None)

    def _lost(self, path: str, intents: list[Any]) -> None:
        self.lost += [each.message for each in intents]

    def _refused(self, intent: Any, reason: str) -> None:
        self.refused.append(intent.message)
        intent.tx_done(SendStatus.Failed)

    def send(self, message: Any) -> None:
        intent = TransmitIntent(address_of(str(self.path)), message)
        note = lambda result, sent: self.done.append((sent.message, result))  # noqa: E731
        intent.addCallback(onSuccess=note, onFailure=note)
        self.outgoing.send(str(self.path), make_pending(intent))

    def handle(self, most: int) -> int:
        """The receiver handles up to so many messages."""
        before = len(self.arrived)
        while len(self.arrived) - before < most:
            events = self.receiving.wait(0.0)
            for owner, _, _ in events:
                if owner is self.incoming:
                    self.incoming.accept()
                elif isinstance(owner, IncomingConnection):
                    self.arrived += [
                        message for message, _ in self.incoming.read(owner, most - len(self.arrived) + before)
                    ]
            if not events:
                break
        return len(self.arrived) - before

    def flush(self) -> None:
        """Does what the sender's loop would do."""
        for owner, _, mask in self.sending.wait(0.0):
            assert isinstance(owner, OutgoingConnection)
            if mask & ENDED:
                self.outgoing.end(owner)
            elif mask & READ:
                self.outgoing.read_notice(owner)
            else:
                self.outgoing.flush(owner)

    def settle(self) -> None:
        """Sends and receives until nothing is left."""
        while self.handle(1_000_000) or self.outgoing.waiting_count():
            self.flush()

    def close(self) -> None:
        self.outgoing.close()
        self.incoming.close()
        self.sending.close()
        self.receiving.close()


@contextmanager
def two_ends() -> Iterator[Ends]:
    with tempfile.TemporaryDirectory(prefix="lk-") as directory:
        ends = Ends(Path(directory) / "a1-1-x.sock")
        try:
            yield ends
        finally:
            ends.close()


STEPS = st.lists(
    st.one_of(
        st.just("fact"),
        st.just("large fact"),
        st.sampled_from(["a", "b", "c"]),
        st.tuples(st.just("handle"), st.integers(1, 5)),
        st.just("flush"),
    ),
    max_size=80,
)


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_all_facts_arrive_in_order_and_the_newest_states_and_none_too_early(steps):
    sent: list[Any] = []
    with two_ends() as ends:
        for number, step in enumerate(steps):
            match step:
                case "fact" | "large fact":
                    sent.append(Fact(number, b"x" * (100_000 if step == "large fact" else 0)))
                    ends.send(sent[-1])
                case "flush":
                    ends.flush()
                case ("handle", count):
                    ends.handle(count)
                case name:
                    sent.append(Level(name, number))
                    ends.send(sent[-1])
        ends.settle()
        facts = [each for each in sent if isinstance(each, Fact)]
        assert [each for each in ends.arrived if isinstance(each, Fact)] == facts
        for name in "abc":
            values = [each.number for each in ends.arrived if isinstance(each, Level) and each.name == name]
            assert values == sorted(set(values))
            assert values[-1:] == [each.number for each in sent if isinstance(each, Level) and each.name == name][-1:]
        for place, each in enumerate(ends.arrived):
            if isinstance(each, Level):
                earlier = [fact for fact in facts if fact.number < each.number]
                assert [fact for fact in ends.arrived[:place] if isinstance(fact, Fact)][: len(earlier)] == earlier
        assert sorted(ends.done, key=lambda pair: pair[0].number) == [(each, SendStatus.Sent) for each in sent]


def test_only_one_state_is_on_its_way_at_a_time():
    with two_ends() as ends:
        for number in range(1000):
            ends.send(Level("a", number))
        assert ends.handle(10) == 1
        for number in range(1000, 2000):
            ends.send(Level("a", number))
        ends.settle()
        assert [each.number for each in ends.arrived] == [0, 1999]


def test_the_receiver_notifies_the_sender_when_a_delayed_state_may_be_sent():
    with two_ends() as ends:
        ends.send(Level("a", 1))
        ends.send(Fact(2))
        ends.send(Level("a", 3))
        assert ends.sending.wait(0.0) == []
        ends.handle(1)
        assert [mask & READ for _, _, mask in ends.sending.wait(0.0)] == [READ]
        ends.flush()
        assert ends.sending.wait(0.0) == []
        ends.handle(10)
        assert ends.arrived == [Level("a", 1), Fact(2), Level("a", 3)]


def test_a_delayed_state_is_sent_also_without_a_notice():
    with two_ends() as ends:
        ends.send(Level("a", 1))
        ends.send(Level("a", 2))
        ends.handle(1)
        assert ends.outgoing.retry_at() is not None
        while ends.outgoing.waiting_count():
            ends.outgoing.retry()
        ends.handle(10)
        assert ends.arrived == [Level("a", 1), Level("a", 2)]


def test_replaced_states_take_no_room(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outgoing, "MAX_WAITING", 5)
    with two_ends() as ends:
        for number in range(100):
            for name in "abc":
                ends.send(Level(name, number))
        assert not ends.refused
        for number in range(3000):  # more than the kernel takes
            ends.send(Fact(number, b"x" * 1000))
        assert ends.refused
        assert {type(each) for each in ends.refused} == {Fact}
        ends.settle()
        arrived = [each for each in ends.arrived if isinstance(each, Fact)]
        assert [*arrived, *ends.refused] == [Fact(number, b"x" * 1000) for number in range(3000)]


def test_what_a_dead_receiver_had_not_handled_is_reported():
    with two_ends() as ends:
        for number in range(10):
            ends.send(Fact(number))
        ends.send(Level("a", 10))
        ends.send(Level("a", 11))
        ends.handle(4)
        ends.incoming.close()
        ends.flush()
        assert ends.lost == [*(Fact(number) for number in range(4, 10)), Level("a", 10)]
        assert ends.done[-1] == (Level("a", 11), SendStatus.DeadTarget)
        ends.send(Fact(12))
        assert ends.done[-1] == (Fact(12), SendStatus.DeadTarget)


def look(ends: Ends, moment: float) -> tuple[int, float]:
    (connection,) = ends.outgoing.connections()
    return connection.look(moment)


def test_a_look_tells_how_many_wait_and_how_long_the_oldest_has_at_least():
    with two_ends() as ends:
        for number in range(10):
            ends.send(Fact(number))
        assert look(ends, 100.0) == (10, 0.0)  # nothing is known of the time before the first look
        assert look(ends, 101.0) == (10, 1.0)
        ends.send(Fact(10))
        ends.handle(4)
        assert look(ends, 103.0) == (7, 3.0)
        ends.handle(6)
        assert look(ends, 104.0) == (1, 1.0)  # it was sent after the look at 101, and before that at 103
        ends.settle()
        assert look(ends, 105.0) == (0, 0.0)


def test_what_has_no_room_waits_too():
    with two_ends() as ends:
        for number in range(3000):
            ends.send(Fact(number, b"x" * 1000))
        assert look(ends, 100.0)[0] == 3000
        handled = ends.handle(50)
        assert handled
        assert look(ends, 107.0) == (3000 - handled, 7.0)
