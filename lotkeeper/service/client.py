"""Talking to the running service.

The imports stand inside the functions: `lotkeeper --help` imports every command, and each command imports this module.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from lotkeeper.service.configuration import ConfigFile
from lotkeeper.service.errors import RefusedError, ServiceError, ServiceNotRunningError
from lotkeeper.service.folder_note import FolderNote
from lotkeeper.version import ENGINE_LABEL
from messages.control import CommandRefused

if TYPE_CHECKING:
    from pathlib import Path

    from lotkeeper.config import Config
    from lotkeeper.engine.service import AttachedSystem

Ask = Callable[[object], Any]  # the answer of the running service to a message; raises ServiceError
ANSWER_WITHIN_S = 5.0


@contextmanager
def connect(config: "Config", *, any_version: bool = False) -> Iterator["AttachedSystem"]:
    """The running service.

    Raises ServiceNotRunningError at once if there is none, and ServiceError if it does not answer or runs another
    version of lotkeeper, whose messages this one could misunderstand. `any_version` allows another version.
    """
    from lotkeeper.engine.service import attach

    with _service_errors(), attach(_folder(config), None if any_version else ENGINE_LABEL) as system:
        yield system


@contextmanager
def _service_errors() -> Iterator[None]:
    from lotkeeper.engine.errors import EngineError, NotRunningError, OtherLabelError, SystemGoneError

    try:
        yield
    except OtherLabelError as error:
        raise ServiceError(f"{error}; `lotkeeper restart` starts this version") from error
    except (NotRunningError, SystemGoneError) as error:
        raise ServiceNotRunningError(f"lotkeeper is not running with this configuration: {error}") from error
    except EngineError as error:
        raise ServiceError(str(error)) from error


def _folder(place: "Config | ConfigFile") -> "Path":
    """Where the running service has its sockets: an earlier version may still run, in another folder.

    Raises ConfigurationError for a file that the running service was not started with, if it cannot be used.
    """
    if isinstance(place, ConfigFile):
        return FolderNote(place.path).read() or _folder(place.config)
    config = place
    from lotkeeper.config import earlier_runtime_dir, runtime_dir

    folder, earlier = runtime_dir(config), earlier_runtime_dir(config)
    return earlier if earlier is not None and earlier.is_dir() and not folder.is_dir() else folder


def ask_service(place: "Config | ConfigFile", message: object, within_s: float = ANSWER_WITHIN_S) -> Any:
    """The running service's answer. Raises the errors of `connect`, and RefusedError if the service refuses.

    With a ConfigFile also ConfigurationError; the file is not read if the service runs with it as it is.
    """
    from lotkeeper.engine.root_question import ask_root

    folder = _folder(place)
    with _service_errors():
        answer = ask_root(folder, ENGINE_LABEL, message, within_s)
    if isinstance(answer, CommandRefused):
        raise RefusedError(answer.text)
    return answer


def is_running(config: "Config") -> bool:
    """Whether a service of any version runs with this configuration."""
    try:
        with connect(config, any_version=True):
            return True
    except ServiceNotRunningError:
        return False
