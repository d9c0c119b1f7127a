from dataclasses import dataclass, field

import pytest

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.actor.guarding import Acquitted, Watchful
from lotkeeper.engine.actor.pinging import Ping, Pong
from lotkeeper.engine.asking import Sender
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


def test_what_is_banned_is_not_handled_and_all_else_is(caplog):
    desk = ActorBench(Worker)
    desk.tell(Watchful((), (Work("bad"),)), desk.probe("warden"))
    for text in ("good", "bad", "better"):
        desk.tell(Work(text, 17.0))
    assert desk.actor.done == ["good", "better"]
    assert "not handled, for it has killed this actor before: Work(text='bad', sent_at=17.0)" in caplog.text


def test_who_asks_for_what_is_banned_is_told():
    desk = ActorBench(Worker)
    desk.tell(Watchful((), (Work("bad"),)))
    with pytest.raises(AskFailedError, match="quarantined"):
        desk.ask(Work("bad"))


def test_a_suspect_that_is_handled_is_acquitted_once():
    desk = ActorBench(Worker, tolerant=True)
    warden = desk.probe("warden")
    desk.tell(Watchful((Work("odd"), Work("faulty")), ()), warden)
    desk.tell(Work("other"))
    warden.nothing()
    desk.tell(Work("odd", 3.0))
    assert warden.pop(Acquitted).message == Work("odd")
    desk.tell(Work("odd"))
    desk.tell(Work("faulty"))  # it fails, and that is no death either, but it proves nothing
    warden.nothing()
    assert desk.actor.done == ["other", "odd", "odd"]


def test_a_ping_is_answered_when_asked():
    desk = ActorBench(Worker)
    assert desk.ask(Ping()) == Pong()
    desk.tell(Ping(), desk.probe("warden"))
    desk.probe("warden").nothing()
