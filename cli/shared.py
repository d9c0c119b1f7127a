"""What the commands have in common: the configuration, failures with their exit codes, and output for programs."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

import click
import orjson

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from lotkeeper.engine.service import AttachedSystem

Command = TypeVar("Command", bound=Callable[..., Any])
ANSWER_WITHIN_S = 5.0

config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default="config.yaml",
    envvar="LOTKEEPER_CONFIG",
    show_default=True,
    help="The configuration file; LOTKEEPER_CONFIG names another default.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


yes_option = click.option("--yes", "is_sure", is_flag=True, help="Do it without asking.")


class Failure(click.ClickException):
    """A sentence for a person on standard error, or with --json a document on standard output."""

    exit_code = 1

    def __init__(self, message: str) -> None:
        super().__init__(message)
        context = click.get_current_context(silent=True)  # gone by the time the sentence is shown
        self._as_json = context is not None and bool(context.params.get("as_json"))

    def show(self, file: IO[Any] | None = None) -> None:
        if self._as_json:
            write_json({"error": self.message})
        else:
            for line in self.message.splitlines():
                click.echo(f"Error: {line}", err=True)


class ConfigurationFailure(Failure):
    """The configuration cannot be used; each line is one problem."""

    exit_code = 2


class NotRunningFailure(Failure):
    """There is no service to talk to."""

    exit_code = 3


def write_json(document: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(orjson.dumps(document).decode() + "\n")
    sys.stdout.flush()


def confirmed(plan: str, is_sure: bool, as_json: bool) -> None:
    """Says what will be done and asks; programs say --yes. Raises Abort when the answer is no."""
    if is_sure:
        return
    if as_json:
        raise Failure(f"{plan} Nothing was done: with --json give --yes")
    click.echo(plan)
    click.confirm("Do it?", abort=True)


def configured(path: Path) -> "Config":
    """The configuration of `path` and the environment; raises ConfigurationFailure with every problem in a line."""
    from lotkeeper.config import ConfigProblems, load_config

    try:
        return load_config(path, os.environ)
    except ConfigProblems as error:
        raise ConfigurationFailure(str(error)) from error


@contextmanager
def attached(config: "Config", *, any_version: bool = False) -> Iterator["AttachedSystem"]:
    """The running service; raises NotRunningFailure at once when there is none, and Failure when it does not answer.

    One of another version could be misunderstood, and is refused unless `any_version`.
    """
    from lotkeeper.config import runtime_dir
    from lotkeeper.engine.errors import EngineError, NotRunningError, OtherLabelError, SystemGoneError
    from lotkeeper.engine.service import attach
    from lotkeeper.version import ENGINE_LABEL

    try:
        with attach(runtime_dir(config), None if any_version else ENGINE_LABEL) as system:
            yield system
    except OtherLabelError as error:
        raise Failure(f"{error}; `lotkeeper restart` starts this version") from error
    except (NotRunningError, SystemGoneError) as error:
        raise NotRunningFailure(f"lotkeeper is not running with this configuration: {error}") from error
    except EngineError as error:
        raise Failure(str(error)) from error


def asked(config: "Config", message: object, within_s: float = ANSWER_WITHIN_S) -> Any:
    """The running service's answer; raises as `attached`, and Failure when the service refuses."""
    from messages.control import Refused

    with attached(config) as system:
        answer = system.ask(message, within_s)
    if isinstance(answer, Refused):
        raise Failure(answer.text)
    return answer
