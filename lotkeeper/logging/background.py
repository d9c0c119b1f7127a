"""Writes log lines in a thread of their own, so that no actor ever waits for a disk or a terminal.

A line is formatted and its secrets are masked in the thread that logs it; only the finished line waits. At most
`MOST_WAITING` lines of a process wait. What comes while so many wait is dropped and counted, and once all others are
written a line tells the number. The thread touches nothing but the files: it sends no message and knows no actor.
"""

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Protocol

from lotkeeper.trading.log_events import LogEvent, named

MOST_WAITING = 4096  # lines; some megabytes
_FLUSH_WITHIN_S = 0.5


class Sink(Protocol):
    """Where lines go. Both methods are called in the thread of the writer, and may wait as long as they like."""

    def write(self, line: bytes) -> None:
        """Writes a line with its end. Does not raise."""

    def close(self) -> None:
        """Nothing more is written. Does not raise."""


class BackgroundWriter:
    """Runs jobs one after the other in a daemon thread. A forked process has a thread and a queue of its own."""

    def __init__(self, niceness: int = 0) -> None:
        """`niceness` is that of the thread: 19 leaves the processors to all others."""
        self._niceness = niceness
        self._pid = 0  # of the process that the thread belongs to; 0 before the first job
        self._jobs: SimpleQueue[Callable[[], object]] = SimpleQueue()
        self._flushed = threading.Event()  # cleared while it is waited for
        self._on_idle: dict[object, Callable[[], object]] = {}

    def set_idle_job(self, owner: object, job: Callable[[], object] | None) -> None:
        """Has `job` called whenever the last waiting job is done; None takes it back."""
        if job is None:
            self._on_idle.pop(owner, None)
        else:
            self._on_idle[owner] = job

    def submit(self, job: Callable[[], object]) -> bool:
        """Has `job` called after all others. False if too many wait; then it is never called. Never waits."""
        if self._pid != os.getpid() and not self._begin():
            return False
        if self._jobs.qsize() >= MOST_WAITING:
            return False
        self._jobs.put(job)
        return True

    def flush(self, within_s: float = _FLUSH_WITHIN_S) -> bool:
        """Waits until all jobs are done, at most so many seconds; whether they are."""
        if self._pid != os.getpid():
            return True  # this process has nothing to write
        if self._flushed.is_set():
            self._flushed.clear()
            self._jobs.put(self._finish_flush)
            return self._flushed.wait(within_s)
        return False  # it was waited for before, and still hangs

    def _finish_flush(self) -> None:
        self._run_idle_jobs()
        self._flushed.set()

    def _begin(self) -> bool:
        """Starts the thread of this process. What waits in a process before the fork, that process writes itself."""
        self._jobs, self._flushed = SimpleQueue(), threading.Event()
        self._flushed.set()
        thread = threading.Thread(target=self._run, args=(self._jobs,), name="log writer", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads: the lines are counted as dropped
            return False
        self._pid = os.getpid()
        return True

    def _run(self, jobs: SimpleQueue[Callable[[], object]]) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # they are for the main thread
        if self._niceness:
            with contextlib.suppress(OSError):
                os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), self._niceness)
        while True:
            job = jobs.get()
            with contextlib.suppress(Exception):  # a log must not stop the service, and the next line has its chance
                job()
                if jobs.empty():
                    self._run_idle_jobs()

    def _run_idle_jobs(self) -> None:
        for job in list(self._on_idle.values()):
            job()


class BackgroundHandler(logging.Handler):
    """Formats each record at once, and has the writer write it to the sink."""

    def __init__(self, sink: Sink, writer: BackgroundWriter) -> None:
        super().__init__()
        self._sink, self._writer = sink, writer
        # The one is counted where lines are logged, the other where they are written: no thread changes both.
        self._dropped = self._reported = 0
        self._pid = os.getpid()  # of the process that they are of
        writer.set_idle_job(self, self._report_dropped)

    def emit(self, record: logging.LogRecord) -> None:
        if self._pid != os.getpid():  # what the parent has dropped, it tells itself
            self._pid, self._dropped, self._reported = os.getpid(), 0, 0
        try:
            line = self._line(record)
        except RecursionError:
            raise
        except Exception as error:  # a log must not stop the service
            line = self._line(_warning(f"a line of {record.name} cannot be written: {error!r}"))
        if not self._writer.submit(partial(self._sink.write, line)):
            self._dropped += 1

    def flush(self) -> None:
        """Waits until the lines are written, but not for long: called when the process ends."""
        self._writer.flush()

    def close(self) -> None:
        """Closes the sink behind its last line, in its own thread: to close may wait, too."""
        self._writer.submit(self._end)
        super().close()

    def _end(self) -> None:
        self._report_dropped()
        self._writer.set_idle_job(self, None)
        self._sink.close()

    def _line(self, record: logging.LogRecord) -> bytes:
        return self.format(record).encode("utf-8", "backslashreplace") + b"\n"

    def _report_dropped(self) -> None:
        dropped, self._reported = self._dropped - self._reported, self._dropped
        if dropped:
            text = f"{dropped} lines were dropped here: {MOST_WAITING} others waited to be written"
            self._sink.write(self._line(_warning(text)))


def _warning(text: str) -> logging.LogRecord:
    facts = {"name": __name__, "levelno": logging.WARNING, "levelname": "WARNING", "msg": text}
    return logging.makeLogRecord(facts | named(LogEvent.LOG_TROUBLE))
