"""The process of the HTTP server, as the launcher looks after it.

It is no actor: it answers also while the actors are being started again, and says then that nothing is proven.
"""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lotkeeper.service.level_note import LevelNote
from lotkeeper.trading.log_events import LogEvent, named

if TYPE_CHECKING:
    from lotkeeper.config import Config

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0
_SOUND_AFTER_S = 60.0  # one that ran for so long is started again after the first pause
_STOP_WITHIN_S = 2.0
READ_LEVEL = signal.SIGUSR1  # the process is started with it blocked: it waits until somebody listens

log = logging.getLogger("lotkeeper.launcher")


class WebProcess:
    """Starts it, and starts it again when it has ended: later each time, as long as it ends soon."""

    def __init__(self, command: Sequence[str]) -> None:
        """The command gets the process id of its parent beside, and where it reads from which level on it logs."""
        self._level = LevelNote.make()
        self._command = [*command, "--parent-pid", str(os.getpid()), "--log-level-fd", str(self._level.descriptor)]
        self._process: subprocess.Popen[bytes] | None = None
        self._started_s = self._due_s = 0.0  # monotonic
        self._pause_s = _FIRST_PAUSE_S

    def look_after(self, now_s: float) -> None:
        """To be called now and then. Waits for nothing, and raises nothing."""
        if self._process is not None and (code := self._process.poll()) is not None:
            self._note_end(code, now_s)
        if self._process is None and now_s >= self._due_s:
            self._start(now_s)

    def log_from(self, level: str) -> None:
        """It logs from this level on from now on, and so does each that is started later."""
        self._level.write(level)
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(READ_LEVEL)

    def stop(self) -> None:
        """Ends it, by force if it does not end at once."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start(self, now_s: float) -> None:
        self._started_s = now_s
        try:
            with _blocked(READ_LEVEL):
                self._process = subprocess.Popen(  # noqa: S603 (our own command)
                    self._command, stdin=subprocess.DEVNULL, pass_fds=(self._level.descriptor,)
                )
        except OSError as error:
            self._put_off(f"cannot be started: {error.strerror or error}", now_s)

    def _note_end(self, code: int, now_s: float) -> None:
        self._process = None
        if now_s - self._started_s >= _SOUND_AFTER_S:
            self._pause_s = _FIRST_PAUSE_S
        self._put_off(f"ended by signal {-code}" if code < 0 else f"ended with code {code}", now_s)

    def _put_off(self, why: str, now_s: float) -> None:
        log.error(
            "the HTTP server %s; it is started again in %g s", why, self._pause_s, extra=named(LogEvent.WEB_SERVER)
        )
        self._due_s = now_s + self._pause_s
        self._pause_s = min(2 * self._pause_s, _LONGEST_PAUSE_S)


@contextmanager
def _blocked(number: signal.Signals) -> Iterator[None]:
    """A process that is started meanwhile inherits it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def web_process(config: "Config", path: Path) -> WebProcess | None:
    """None where the configuration names no port."""
    if not config.web.loopback_port:
        return None
    return WebProcess([sys.executable, "-m", "lotkeeper.web", "--config", str(path.absolute())])
