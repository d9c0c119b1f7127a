import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from lotkeeper.config import LogsConfig
from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.actor.logs import LogThrottle
from lotkeeper.engine.asking import Ping, Sender
from lotkeeper.engine.service import start
from lotkeeper.engine.system.process_setup import INHERITANCE
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.logging.setup import configure_logging, hide
from tests.lotkeeper.engine.actors import Begin, CommandedActor
from tests.lotkeeper.engine.conftest import ask, new_actor
from tests.lotkeeper.engine.messages import Echo, SendNumbers

SECRET = "s3cr3t-value"
FIELDS = ("report.symbol", "symbol", "lot", "number")


@dataclass(frozen=True, slots=True)
class Report:
    symbol: str


@dataclass(frozen=True, slots=True)
class Order:
    symbol: str
    lot: str
    api_secret: str = SECRET


@dataclass(frozen=True, slots=True)
class Reported:
    report: Report
    secret: str = SECRET


@dataclass(frozen=True, slots=True)
class Key:
    is_secret: ClassVar[bool] = True

    symbol: str = SECRET


@dataclass(frozen=True, slots=True)
class Nested:
    number: list[str]  # neither a str nor an int: is not logged


@dataclass(frozen=True, slots=True)
class Tick:
    number: int


class Clerk(EngineActor):
    @handles(Order, Reported, Key, Nested)
    def work(self, message: object, sender: Sender) -> None:
        self._clock.now += 0.0125  # type: ignore[attr-defined]  # the virtual clock of the bench

    @handles(str)
    def fail(self, message: str, sender: Sender) -> None:
        raise ValueError("cannot be done")

    @handles(int)
    def wake(self, message: int, sender: Sender) -> None:
        self.wake_in(1.0, Tick(message))


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """A real log file with the fields of each record, as JSON."""
    path = tmp_path / "log.jsonl"
    handler = logging.FileHandler(path)
    plain = set(vars(logging.makeLogRecord({})))
    handler.format = lambda record: json.dumps(  # type: ignore[method-assign]
        {"event": record.getMessage()} | {key: value for key, value in vars(record).items() if key not in plain}
    )
    logger = logging.getLogger("lotkeeper.actor.Clerk")
    logger.addHandler(handler)
    yield path
    logger.removeHandler(handler)
    handler.close()


def logged(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_each_handled_message_is_logged_with_its_subject_sender_and_time(log_file: Path, caplog: Any):
    caplog.set_level(logging.DEBUG, "lotkeeper")
    with INHERITANCE.configured(None, FIELDS):
        bench = ActorBench(Clerk)
        gateway = bench.probe("gateway")
        bench.tell(Order("BTCUSDT", "77"), gateway)
        bench.tell(Reported(Report("ETHUSDT")), gateway)
        bench.ask(Ping(), gateway)
    sender = str(gateway.address)
    order, reported, ping = logged(log_file)
    assert order == {
        "event": "handled Order",
        "log_event": "MESSAGE_HANDLED",
        "message_type": "Order",
        "symbol": "BTCUSDT",
        "lot": "77",
        "sender": sender,
        "took_ms": 12.5,
    }
    assert (reported["message_type"], reported["symbol"], "lot" in reported) == ("Reported", "ETHUSDT", False)
    assert (ping["event"], ping["sender"], ping["took_ms"]) == ("handled Ping", sender, 0.0)


def test_nothing_but_the_subject_fields_is_ever_logged(log_file: Path, caplog: Any):
    caplog.set_level(logging.DEBUG, "lotkeeper")
    with INHERITANCE.configured(None, FIELDS):
        bench = ActorBench(Clerk)
        for message in (Order("BTCUSDT", "77"), Reported(Report("ETHUSDT")), Key(), Nested([SECRET])):
            bench.tell(message)
    assert SECRET not in log_file.read_text()
    assert [line["message_type"] for line in logged(log_file)] == ["Order", "Reported", "Key", "Nested"]


def test_wakeups_and_failing_handlers_are_logged_too(log_file: Path, caplog: Any):
    caplog.set_level(logging.DEBUG, "lotkeeper")
    bench = ActorBench(Clerk, tolerant=True)
    bench.tell(7)
    bench.advance(1.0)
    bench.tell("x")
    events = [line["event"] for line in logged(log_file)]
    assert events == ["handled int", "handled wake-up Tick", "Clerk failed on a str", "handled str"]


def test_without_debug_nothing_is_logged_and_no_message_is_looked_at(log_file: Path, caplog: Any):
    caplog.set_level(logging.INFO, "lotkeeper")
    with INHERITANCE.configured(None, FIELDS):
        bench = ActorBench(Clerk)
        bench.tell(Order("BTCUSDT", "77"))
    assert logged(log_file) == []
    assert vars(bench.actor)["_EngineActor__observation"] is None  # decided once, at the first message


@pytest.mark.e2e
@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_the_log_file_of_a_running_system_shows_handled_messages_at_debug_without_secrets(
    directory: Path, tmp_path: Path, level: str, no_children_left: None
):
    settings = LogsConfig(directory=tmp_path / "logs", level=level)

    def configure(process: str) -> None:
        configure_logging(settings, process, terminal=False)
        hide([SECRET])

    with start(
        directory, CommandedActor, Begin(), on_process_start=configure, subject_fields=("value", "series")
    ) as system:
        sender, sender_pid = new_actor(system)
        receiver, receiver_pid = new_actor(system)
        ask(system, sender, SendNumbers([receiver], 1, series=f"BTCUSDT {SECRET}"))
        assert ask(system, receiver, Echo(SECRET)) == SECRET
    path = settings.directory / "lotkeeper.jsonl"
    text = path.read_text() if path.exists() else ""
    handled = [line for line in map(json.loads, text.splitlines()) if line["event"] == "MESSAGE_HANDLED"]
    if level == "INFO":
        assert handled == []
        return
    assert SECRET not in text
    (number,) = [line for line in handled if line["facts"]["message_type"] == "Number"]
    assert number["level"] == "debug"
    assert (number["actor"], number["pid"]) == ("ChildActor", receiver_pid)
    assert number["facts"]["sender"] == f"ChildActor {sender_pid}"
    assert (number["facts"]["value"], number["facts"]["series"]) == (0, "BTCUSDT ***")
    assert 0 <= number["facts"]["took_ms"] < 10_000
    (echo,) = [line for line in handled if line["facts"]["message_type"] == "Echo"]
    assert echo["facts"]["sender"] == f"client {os.getpid()}"
    assert {"Begin", "Create", "SendNumbers", "Echo"} <= {line["facts"]["message_type"] for line in handled}


@pytest.mark.e2e
def test_actors_go_on_while_their_log_folder_hangs(directory: Path, tmp_path: Path, no_children_left: None):
    """To open a FIFO that nobody reads waits for ever, as a mount does whose server is gone."""
    settings = LogsConfig(directory=tmp_path / "logs", level="DEBUG")
    settings.directory.mkdir()
    os.mkfifo(settings.directory / "lotkeeper.jsonl")

    def configure(process: str) -> None:
        configure_logging(settings, process, terminal=False)

    with start(directory, CommandedActor, Begin(), on_process_start=configure) as system:
        actor, _ = new_actor(system)
        assert [ask(system, actor, Echo(number)) for number in range(100)] == list(range(100))


def test_the_first_event_is_reported_and_then_how_many_there_were():
    throttle = LogThrottle()
    assert [throttle.count("a", 0.1 * number) for number in range(12)] == [1, *[0] * 9, 10, 0]
    assert throttle.count("b", 1.2) == 1
    assert throttle.count("a", 60.0) == 2
