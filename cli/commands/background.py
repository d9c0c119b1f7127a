"""`lotkeeper start`, `stop` and `restart`: the service in the background."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.shared import (
    ConfigurationFailure,
    Failure,
    NotRunningFailure,
    attached,
    config_option,
    configured,
    json_option,
    write_json,
)

if TYPE_CHECKING:
    from lotkeeper.config import Config

_UP_WITHIN_S = 30.0
_DOWN_WITHIN_S = 15.0
_LOOK_EVERY_S = 0.05
_OUTPUT = "lotkeeper.out"


@click.command(short_help="Start the service in the background.")
@config_option
@json_option
def start(config_path: Path, as_json: bool) -> None:
    """Start the service in the background, and come back when it runs.

    What it says before its logs are open goes to lotkeeper.out beside them.
    """
    config = configured(config_path)
    if _is_running(config):
        raise Failure("lotkeeper is already running with this configuration")
    _tell(f"lotkeeper runs (process {_launch(config, config_path)})", as_json)


@click.command()
@config_option
@json_option
def stop(config_path: Path, as_json: bool) -> None:
    """Stop the service; the SELLs on the book stand."""
    _end(configured(config_path))
    _tell("lotkeeper is stopped", as_json)


@click.command(short_help="Stop the service and start it again.")
@config_option
@json_option
def restart(config_path: Path, as_json: bool) -> None:
    """Stop the service if it runs, and start it; the configuration is read anew."""
    config = configured(config_path)
    _check(config, config_path)  # a service that runs is not ended for one that could not start
    if _is_running(config):
        _end(config)
    _tell(f"lotkeeper runs (process {_launch(config, config_path)})", as_json)


def _tell(text: str, as_json: bool) -> None:
    if as_json:
        write_json({"done": text})
    else:
        click.echo(text)


def _is_running(config: "Config") -> bool:
    try:
        with attached(config, any_version=True):
            return True
    except NotRunningFailure:
        return False


def _check(config: "Config", path: Path) -> None:
    """Refuses here, with one line each, what the service would refuse."""
    from lotkeeper.config import ConfigProblems, load_secrets
    from lotkeeper.service.launcher import check_listed

    try:
        load_secrets(config, os.environ)
    except ConfigProblems as error:
        raise ConfigurationFailure(str(error)) from error
    check_listed(config, path)


def _launch(config: "Config", path: Path) -> int:
    """The process id of the service once it answers; raises Failure with its last words when it ends instead."""
    _check(config, path)
    output = _output(config)
    begun = output.stat().st_size if output.exists() else 0
    command = [sys.executable, "-m", "cli.main", "run", "--quiet", "--config", str(path.absolute())]
    with output.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    deadline = time.monotonic() + _UP_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            words = output.read_bytes()[begun:].decode(errors="replace").strip().removeprefix("Error: ")
            failure = ConfigurationFailure if process.returncode == ConfigurationFailure.exit_code else Failure
            raise failure(words or f"the service ended with code {process.returncode}")
        if _is_running(config):
            return process.pid
        time.sleep(_LOOK_EVERY_S)
    raise Failure(f"the service does not answer within {_UP_WITHIN_S:.0f} s; see {output}")


def _output(config: "Config") -> Path:
    directory = config.logs.directory
    try:
        directory.mkdir(parents=True, exist_ok=True)
        (directory / _OUTPUT).open("ab").close()
    except OSError as error:
        raise Failure(f"the folder for the logs, {directory}, cannot be written: {error.strerror}") from error
    return directory / _OUTPUT


def _end(config: "Config") -> None:
    from lotkeeper.engine.errors import ActorGoneError, SystemGoneError
    from messages.control import StopService

    # Its end may overtake its answer.
    with attached(config, any_version=True) as system, suppress(ActorGoneError, SystemGoneError):
        system.ask(StopService(), _DOWN_WITHIN_S)
    deadline = time.monotonic() + _DOWN_WITHIN_S
    while _is_running(config):
        if time.monotonic() > deadline:
            raise Failure(f"lotkeeper has not stopped within {_DOWN_WITHIN_S:.0f} s")
        time.sleep(_LOOK_EVERY_S)
