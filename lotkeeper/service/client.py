"""Talking to the running service.

The imports stand inside the functions: `lotkeeper --help` imports every command, and each command imports this module.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from messages.control import CommandRefused

if TYPE_CHECKING:
    from pathlib import Path

    from lotkeeper.config import Config
    from lotkeeper.engine.service import AttachedSystem

ANSWER_WITHIN_S = 5.0


@contextmanager
def connect(config: "Config", *, any_version: bool = False) -> Iterator["AttachedSystem"]:
    """The running service.

    Raises ServiceNotRunningError at once if there is none, and ServiceError if it does not answer or runs another
    version of lotkeeper, whose messages this one could misunderstand. `any_version` allows another version.
    """
    from lotkeeper.engine.errors import EngineError, NotRunningError, OtherLabelError, SystemGoneError
    from lotkeeper.engine.service import attach
    from lotkeeper.version import ENGINE_LABEL

    try:
        with attach(_folder(config), None if any_version else ENGINE_LABEL) as system:
            yield system
    except OtherLabelError as error:
        raise ServiceError(f"{error}; `lotkeeper restart` starts this version") from error
    except (NotRunningError, SystemGoneError) as error:
        raise ServiceNotRunningError(f"lotkeeper is not running with this configuration: {error}") from error
    except EngineError as error:
        raise ServiceError(str(error)) from error


def _folder(config: "Config") -> "Path":
    """Where the running service has its sockets: an earlier version may still run, in another folder."""
    from lotkeeper.config import earlier_runtime_dir, runtime_dir

    folder, earlier = runtime_dir(config), earlier_runtime_dir(config)
    return earlier if earlier is not None and earlier.is_dir() and not folder.is_dir() else folder


def ask_service(config: "Config", message: object, within_s: float = ANSWER_WITHIN_S) -> Any:
    """The running service's answer. Raises the errors of `connect`, and ServiceError if the service refuses."""
    with connect(config) as system:
        answer = system.ask(message, within_s)
    if isinstance(answer, CommandRefused):
        raise ServiceError(answer.text)
    return answer


def is_running(config: "Config") -> bool:
    """Whether a service of any version runs with this configuration."""
    try:
        with connect(config, any_version=True):
            return True
    except ServiceNotRunningError:
        return False
