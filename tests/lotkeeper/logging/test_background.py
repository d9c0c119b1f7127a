"""No line waits for a disk: what cannot be written soon enough is dropped, counted and told of."""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from lotkeeper.config import LogsConfig
from lotkeeper.engine.system.forked_process import ForkedProcess
from lotkeeper.logging import background, setup
from lotkeeper.logging.background import MOST_WAITING, BackgroundHandler, BackgroundWriter
from lotkeeper.logging.files import Terminal
from lotkeeper.logging.setup import configure_logging, flush_logs
from tests.lotkeeper.logging.conftest import Read

ROOT = Path(__file__).parents[3]
std = logging.getLogger("lotkeeper.engine")


class HangingSink:
    """A disk that stands still until `goes_on` is set."""

    def __init__(self) -> None:
        self.goes_on = threading.Event()
        self.lines: list[str] = []
        self.is_closed = False

    def write(self, line: bytes) -> None:
        self.goes_on.wait()
        self.lines.append(line.decode().rstrip())

    def close(self) -> None:
        self.is_closed = True


def log(handler: logging.Handler, text: str) -> None:
    handler.emit(logging.makeLogRecord({"msg": text}))


@pytest.fixture
def hanging() -> tuple[HangingSink, BackgroundHandler]:
    sink = HangingSink()
    return sink, BackgroundHandler(sink, BackgroundWriter())


def test_what_does_not_fit_is_dropped_and_its_number_told_when_all_else_is_written(
    hanging: tuple[HangingSink, BackgroundHandler],
) -> None:
    sink, handler = hanging
    for number in range(MOST_WAITING + 100):
        log(handler, str(number))
    sink.goes_on.set()
    assert handler._writer.flush(60)
    *written, notice = sink.lines
    taken = len(written)
    assert taken in {MOST_WAITING, MOST_WAITING + 1}  # the one that hangs may count as waiting or not
    assert written == [str(number) for number in range(taken)]
    assert notice.startswith(f"{MOST_WAITING + 100 - taken} lines were dropped here")
    log(handler, "afterwards")
    assert handler._writer.flush(60)
    assert sink.lines[-1] == "afterwards"


def test_the_end_of_a_process_waits_for_a_disk_only_for_a_moment(
    hanging: tuple[HangingSink, BackgroundHandler], monkeypatch: pytest.MonkeyPatch
) -> None:
    sink, handler = hanging
    log(handler, "x")
    waited: list[float] = []
    monkeypatch.setattr(threading.Event, "wait", lambda _, seconds=None: waited.append(seconds))
    handler.flush()
    handler.flush()
    handler.close()
    assert waited == [background._FLUSH_WITHIN_S]
    assert not sink.is_closed


def test_a_sink_is_closed_behind_its_last_line(hanging: tuple[HangingSink, BackgroundHandler]) -> None:
    sink, handler = hanging
    log(handler, "last")
    handler.close()
    sink.goes_on.set()
    assert handler._writer.flush(60)
    assert (sink.lines, sink.is_closed) == (["last"], True)


def test_a_line_that_cannot_be_formatted_says_so(hanging: tuple[HangingSink, BackgroundHandler]) -> None:
    sink, handler = hanging
    handler.emit(logging.makeLogRecord({"msg": "%d", "args": ("x",), "name": "lotkeeper.x"}))
    sink.goes_on.set()
    assert handler._writer.flush(60)
    assert sink.lines[0].startswith("a line of lotkeeper.x cannot be written: TypeError(")


def test_without_a_thread_lines_are_dropped_and_counted(
    hanging: tuple[HangingSink, BackgroundHandler], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("can't start new thread")

    sink, handler = hanging
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", fail)
        log(handler, "lost")
    sink.goes_on.set()
    log(handler, "found")
    assert handler._writer.flush(60)
    assert sink.lines[0] == "found"
    assert sink.lines[1].startswith("1 lines were dropped")


def test_a_log_file_that_hangs_keeps_nobody(settings: LogsConfig) -> None:
    """To open a FIFO that nobody reads waits for ever, as a mount does whose server is gone."""
    settings.directory.mkdir()
    path = settings.directory / "lotkeeper.jsonl"
    os.mkfifo(path)
    configure_logging(settings, "x", False)
    for number in range(MOST_WAITING + 50):
        std.info("line", extra={"number": number})
    with path.open("rb") as reader:  # now the disk answers
        events = [json.loads(next(reader)) for _ in range(MOST_WAITING)]
        while (line := json.loads(next(reader)))["text"] == "line":
            events.append(line)
    assert [each["facts"]["number"] for each in events] == list(range(len(events)))
    assert line["text"].startswith(f"{MOST_WAITING + 50 - len(events)} lines were dropped here")
    assert (line["level"], line["actor"]) == ("warning", "x")
    flush_logs()


def test_a_terminal_that_hangs_keeps_no_file_from_being_written(
    settings: LogsConfig, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe that is full and that nobody reads."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    stream = os.fdopen(writing, "w")
    monkeypatch.setattr(sys, "stderr", stream)
    configure_logging(settings, "x", True)
    for _ in range(10):
        std.info("here")
    assert len(read()) == 10
    os.close(reading)  # ends the waiting with an error, which is nobody's concern
    written = threading.Event()
    setup._TO_TERMINAL.submit(written.set)
    assert written.wait(60)  # a line that came later would go to what has the descriptor's number next
    stream.close()


def test_a_terminal_gets_a_long_line_whole() -> None:
    reading, writing = os.pipe()
    line = b"x" * 200_000 + b"\n"
    with os.fdopen(writing, "w") as stream, os.fdopen(reading, "rb") as reader:
        thread = threading.Thread(target=lambda: Terminal(stream).write(line))
        thread.start()
        assert reader.read(len(line)) == line
        thread.join()


def test_a_forked_process_writes_its_own_lines_and_loses_none(settings: LogsConfig, read: Read) -> None:
    """With a thread of its own: that of its parent does not run in it, and what waits there its parent writes."""

    def child() -> None:
        configure_logging(settings, "child", False)
        for number in range(50):
            std.info("child %d", number)

    configure_logging(settings, "parent", False)
    std.info("before")
    process = ForkedProcess(child)
    process.start()
    std.info("after")
    process.join(60)
    assert process.exitcode == 0
    events = [(line["actor"], line["text"]) for line in read()]
    assert [event for name, event in events if name == "parent"] == ["before", "after"]
    assert [event for name, event in events if name == "child"] == [f"child {number}" for number in range(50)]


def test_a_forked_process_that_logs_nothing_has_no_thread_for_it(settings: LogsConfig) -> None:
    def child() -> None:
        configure_logging(settings, "child", False)
        assert threading.active_count() == 1

    configure_logging(settings, "parent", False)
    std.info("before")
    flush_logs()
    process = ForkedProcess(child)
    process.start()
    process.join(60)
    assert process.exitcode == 0


def test_a_forked_process_opens_no_file_a_second_time(settings: LogsConfig) -> None:
    def open_files() -> int:
        links = [os.path.realpath(f"/proc/self/fd/{each}") for each in os.listdir("/proc/self/fd")]
        return sum(link.startswith(str(settings.directory)) for link in links)

    def child() -> None:
        configure_logging(settings, "child", False)
        assert open_files() == 2
        std.error("begins both files")
        flush_logs()
        assert open_files() == 2

    configure_logging(settings, "parent", False)
    std.error("begins both files")
    flush_logs()
    process = ForkedProcess(child)
    process.start()
    process.join(60)
    assert process.exitcode == 0


CRASH = """
import logging, sys
from pathlib import Path
from lotkeeper.config import LogsConfig
from lotkeeper.logging.setup import configure_logging
configure_logging(LogsConfig(directory=Path(sys.argv[1])), "x", False)
logging.getLogger("lotkeeper.test").error("the last words")
raise SystemExit(3)
"""


def test_the_last_words_of_a_process_are_not_lost(settings: LogsConfig, read: Read) -> None:
    result = subprocess.run([sys.executable, "-c", CRASH, str(settings.directory)], cwd=ROOT, check=False)
    assert result.returncode == 3
    assert [line["text"] for line in read("errors.jsonl")] == ["the last words"]
