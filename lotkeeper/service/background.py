"""Starts and stops the service in the background."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from lotkeeper.service.client import connect, is_running
from lotkeeper.service.configuration import check_pairs_listed, load_secrets
from lotkeeper.service.errors import ConfigurationError, ServiceError

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from lotkeeper.trading.recovery.history_start import MachineMoment

_UP_WITHIN_S = 30.0
_DOWN_WITHIN_S = 15.0
_POLL_EVERY_S = 0.05
_OUTPUT_NAME = "lotkeeper.out"


def check_startable(config: "Config", path: Path) -> None:
    """Raises ConfigurationError or ServiceError where the service would refuse to start."""
    load_secrets(config)
    check_pairs_listed(config, path)


def start_service(config: "Config", path: Path, started: "MachineMoment") -> int:
    """The process id of the service, which answers by then. Raises ServiceError with its output if it ends instead.

    `started` is when the person asked for it: what is bought from then on is kept.
    """
    check_startable(config, path)
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
            raise _start_error(process.returncode, output.read_bytes()[size_before:].decode(errors="replace"))
        if is_running(config):
            return process.pid
        time.sleep(_POLL_EVERY_S)
    raise ServiceError(f"the service does not answer within {_UP_WITHIN_S:.0f} s; see {output}")


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
