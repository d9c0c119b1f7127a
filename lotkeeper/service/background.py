"""Starts and stops the service in the background."""

import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lotkeeper.service.client import connect, is_running
from lotkeeper.service.configuration import load_channels, load_secrets
from lotkeeper.service.errors import ConfigurationError, ServiceError

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from lotkeeper.trading.recovery.history_start import MachineMoment

_UP_WITHIN_S = 30.0
_DOWN_WITHIN_S = 15.0
_POLL_EVERY_S = 0.05
_OUTPUT_NAME = "lotkeeper.out"
WAITING = "starting: "  # a line of the output that begins so says what the service waits for


@dataclass(frozen=True, slots=True)
class StartedService:
    pid: int
    waits_for: str = ""  # why it cannot trade yet, for people; empty where nothing is in its way

    def __str__(self) -> str:
        waits = f"\n{WAITING}{self.waits_for}" if self.waits_for else ""
        return f"lotkeeper runs (process {self.pid}){waits}"


def check_startable(config: "Config", path: Path) -> None:
    """Raises ConfigurationError or ServiceError where the service would refuse to start, for a person to mend.

    An exchange that cannot be asked now is no obstacle: the service waits for it.
    """
    from lotkeeper.exchange.shapes import ExchangeInfo
    from lotkeeper.service.exchange_at_start import note_limits, pause_now
    from lotkeeper.service.listed_pairs import ask_listed_pairs, check_listed_pairs

    load_secrets(config)
    load_channels(config)
    _open_output(config)
    if pause_now(config):
        return
    found = ask_listed_pairs(config)
    note_limits(config, found)
    if isinstance(found, ExchangeInfo):
        check_listed_pairs(config, path, found)


def start_service(config: "Config", path: Path, started: "MachineMoment") -> StartedService:
    """The service, which answers by then. Raises ServiceError with its output if it ends instead.

    `started` is when the person asked for it: what is bought from then on is kept.
    """
    load_secrets(config)
    load_channels(config)
    output = _open_output(config)
    size_before = output.stat().st_size
    command = [sys.executable, "-m", "cli.main", "run", "--quiet", "--config", str(path.absolute())]
    command += ["--since-boot", f"{started.boot_ms / 1000:.3f}"]
    with output.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    deadline = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise _start_error(process.returncode, _text_since(output, size_before))
        if is_running(config):
            return StartedService(process.pid, _waits_for(_text_since(output, size_before)))
        time.sleep(_POLL_EVERY_S)
    raise ServiceError(f"the service does not answer within {_UP_WITHIN_S:.0f} s; see {output}")


def _text_since(output: Path, size_before: int) -> str:
    return output.read_bytes()[size_before:].decode(errors="replace")


def _waits_for(output: str) -> str:
    lines = (line.removeprefix(WAITING) for line in output.splitlines() if line.startswith(WAITING))
    return next(lines, "")


def _start_error(exit_code: int, output: str) -> ServiceError:
    error = ConfigurationError if exit_code == ConfigurationError.exit_code else ServiceError
    text = output.strip().removeprefix("Error: ")
    return error(text or f"the service ended with code {exit_code}")


def _open_output(config: "Config") -> Path:
    """The file for what the service prints before its logs are open; it exists when this returns."""
    directory = config.logs.directory
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / _OUTPUT_NAME).open("ab").close()
    except OSError as error:
        raise ServiceError(f"cannot write to the folder for the logs, {directory}: {error.strerror}") from error
    return directory / _OUTPUT_NAME


def stop_service(config: "Config") -> None:
    """Returns when the service has stopped; raises ServiceError if it has not in time."""
    from lotkeeper.engine.errors import ActorGoneError, SystemGoneError
    from messages.control import StopService

    # The service may end before its answer arrives.
    with connect(config, any_version=True) as system, suppress(ActorGoneError, SystemGoneError):
        system.ask(StopService(), _DOWN_WITHIN_S)
    deadline = time.monotonic() + _DOWN_WITHIN_S
    while is_running(config):
        if time.monotonic() > deadline:
            raise ServiceError(f"lotkeeper has not stopped within {_DOWN_WITHIN_S:.0f} s")
        time.sleep(_POLL_EVERY_S)
