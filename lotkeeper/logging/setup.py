"""Logs: JSON lines that many processes write into one file, lines for people on a terminal, no secret in either.

Records of the standard library and of structlog become the same lines.
"""

import json
import logging
import sys
from collections.abc import Iterable, MutableMapping
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson
import structlog
from structlog.tracebacks import ExceptionDictTransformer

from lotkeeper.config import LogsConfig
from lotkeeper.logging.files import ALL, ERRORS, LineFileHandler, rotate_if_needed
from lotkeeper.logging.masks import hide, masked, without_named, without_secrets

__all__ = ["configure_logging", "hide", "rotate_if_needed"]

# The rooms of the project log under their modules' names. Not the root logger: Thespian replaces it in each actor.
ROOMS = ("lotkeeper", "actors", "messages", "persistence", "cli")
_FIRST_MANAGER = logging.Logger.manager
_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS


def configure_logging(settings: LogsConfig, process: str, terminal: bool) -> None:
    """Sends this process's records to `settings.directory`, and to stderr for people when `terminal`.

    `process` names the process in each line (the actor's role). Call it once in each process, also after a fork; a
    second call takes the place of the first. Never raises for a file that cannot be written.
    """
    handlers = _handlers(settings, process, terminal)
    for manager in _managers():
        for room in ROOMS:
            _equip(manager.getLogger(room), handlers, settings.level)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a logger kept by an actor's module would be one of the launcher's
    )


def _managers() -> Iterable[logging.Manager]:
    """Thespian puts a new manager into each actor's process; modules loaded before have loggers of the first one."""
    return {id(manager): manager for manager in (_FIRST_MANAGER, logging.Logger.manager)}.values()


def _handlers(settings: LogsConfig, process: str, terminal: bool) -> list[logging.Handler]:
    lines = _LinesFormatter(
        processors=[_Facts(process), _dict_exceptions, masked, _json],
        foreign_pre_chain=_FOREIGN,
        pass_foreign_args=False,
    )
    everything, errors = LineFileHandler(settings.directory / ALL), LineFileHandler(settings.directory / ERRORS)
    errors.setLevel(logging.ERROR)
    handlers: list[logging.Handler] = [everything, errors]
    for handler in handlers:
        handler.setFormatter(lines)
    return [*handlers, _terminal(process)] if terminal else handlers


def _terminal(process: str) -> logging.Handler:
    handler = _TerminalHandler(sys.stderr)
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, timestamp_key="ts"
    )
    handler.setFormatter(
        _PeopleFormatter(processors=[_Facts(process), _for_people, masked, console], foreign_pre_chain=_FOREIGN)
    )
    return handler


def _equip(logger: logging.Logger, handlers: Iterable[logging.Handler], level: str) -> None:
    for old in list(logger.handlers):
        logger.removeHandler(old)
        old.close()
    for handler in handlers:
        logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False


class _TerminalHandler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (the library's name)
        """A terminal that is gone is nobody's loss."""


class _LinesFormatter(structlog.stdlib.ProcessorFormatter):
    """The last net: no hidden value leaves, wherever in the line it stands."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class _PeopleFormatter(_LinesFormatter):
    """Tracebacks are text here, so the names within them are looked for at the end."""

    def format(self, record: logging.LogRecord) -> str:
        return without_named(super().format(record))


class _Facts:
    """Puts in what every line has: when, how grave, what, who."""

    def __init__(self, process: str) -> None:
        self._process = process

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
        record: logging.LogRecord = event.pop("_record")
        event.pop("_from_structlog", None)
        if event.get("exc_info") and not isinstance(event["exc_info"], tuple | BaseException):
            event["exc_info"] = sys.exc_info()
        facts = {
            "ts": _when(record.created),
            "level": record.levelname.lower(),
            "event": event.pop("event", ""),
            "logger": record.name,
            "process": self._process,
            "pid": record.process,
        }
        return {**facts, **{key: value for key, value in event.items() if key not in facts}}


def _when(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _for_people(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A terminal shows the time of day, and no process ids."""
    event["ts"] = datetime.fromisoformat(event["ts"]).astimezone().strftime("%H:%M:%S.%f")[:-3]
    del event["pid"]
    return event


# Never the local variables: they hold the secrets.
_dict_exceptions = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
_FOREIGN = [structlog.stdlib.ExtraAdder()]


def _json(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    try:
        return orjson.dumps(event, default=str, option=_OPTIONS).decode()
    except TypeError:  # a number beyond 64 bits, half a surrogate pair, keys of odd types
        return json.dumps({str(key): value for key, value in event.items()}, default=repr, skipkeys=True)
