from dataclasses import dataclass, field

import pytest

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.actor.guard import Cleared, GuardAgainst
from lotkeeper.engine.asking import Ping, Pong, Sender
from lotkeeper.engine.errors import AskFailedError
from lotkeeper.engine.testkit import ActorBench


@dataclass(frozen=True)
class Work:
    text: str
    sent_at: float = field(default=0.0, compare=False)


class Worker(EngineActor):
    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    @handles(Work)
    def work(self, message: Work, sender: Sender) -> None:
        if message.text == "faulty":
            raise ValueError("cannot be done")
        self.done.append(message.text)


def test_a_banned_message_is_not_handled_and_all_others_are(caplog):
    bench = ActorBench(Worker)
    bench.tell(GuardAgainst((), (Work("bad"),)), bench.probe("supervisor"))
    for text in ("good", "bad", "better"):
        bench.tell(Work(text, 17.0))
    assert bench.actor.done == ["good", "better"]
    assert "not handled, for it has killed this actor before: Work(text='bad', sent_at=17.0)" in caplog.text


def test_the_asker_of_a_banned_message_gets_an_error():
    bench = ActorBench(Worker)
    bench.tell(GuardAgainst((), (Work("bad"),)))
    with pytest.raises(AskFailedError, match="quarantined"):
        bench.ask(Work("bad"))


def test_a_suspect_that_is_handled_is_cleared_once():
    bench = ActorBench(Worker, tolerant=True)
    supervisor = bench.probe("supervisor")
    bench.tell(GuardAgainst((Work("odd"), Work("faulty")), ()), supervisor)
    bench.tell(Work("other"))
    supervisor.nothing()
    bench.tell(Work("odd", 3.0))
    assert supervisor.pop(Cleared).message == Work("odd")
    bench.tell(Work("odd"))
    bench.tell(Work("faulty"))  # an error is no death, but proves nothing
    supervisor.nothing()
    assert bench.actor.done == ["other", "odd", "odd"]


def test_a_ping_is_answered_when_asked():
    bench = ActorBench(Worker)
    assert bench.ask(Ping()) == Pong()
    bench.tell(Ping(), bench.probe("supervisor"))
    bench.probe("supervisor").nothing()
