"""Sets logging up in a process: JSON lines into files that all processes share, plain lines on a terminal.

Records of the standard library and of structlog give the same lines, and none of them shows a secret.
"""

import json
import logging
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any

import orjson
import structlog
from structlog.tracebacks import ExceptionDictTransformer

from lotkeeper.config import LogLevel, LogsConfig
from lotkeeper.logging.background import BackgroundHandler, BackgroundWriter
from lotkeeper.logging.files import ALL, ERRORS, LineFile, Terminal
from lotkeeper.logging.lines import Facts, for_terminal
from lotkeeper.logging.masks import hide, mask_fields, mask_hidden, mask_named
from lotkeeper.logging.rotation import Rotator

__all__ = ["configure_logging", "flush_logs", "hide", "request_rotation", "set_level"]

# Only the loggers of our packages have handlers, so libraries stay quiet at every level. A handler of the root logger
# would not last anyway: Thespian replaces that logger in each actor.
PACKAGES = ("lotkeeper", "actors", "messages", "persistence", "cli")
_FIRST_MANAGER = logging.Logger.manager
# A terminal that stands still (a pipe that nobody reads) must not keep the files from being written.
_TO_FILES, _TO_TERMINAL = BackgroundWriter(), BackgroundWriter()
_rotator = Rotator(BackgroundWriter(niceness=19))
_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS


def configure_logging(settings: LogsConfig, process: str, terminal: bool) -> None:
    """Logs from `settings.level` on to files in `settings.directory`, and with `terminal` also to stderr.

    `process` names the process in each line (the actor's role). Call it in each process, also after a fork; a second
    call replaces the first. Does not raise if a file cannot be written, and no log line waits for a disk.

    A fork of a process that called it with the same settings only gets its name: most processes log next to nothing,
    and all that is touched for it becomes a copy of their own.
    """
    if _current.is_for(settings, terminal):
        _current.facts.process = process
        return
    _current.begin(settings, process, terminal)
    _leave_out_what_no_line_shows()
    handlers = _current.handlers = _handlers(settings, _current.facts, terminal)
    for manager in _managers():
        for package in PACKAGES:
            _set_handlers(manager.getLogger(package), handlers, settings.level)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,  # a cached logger would be the launcher's, in an actor's process too
    )


def set_level(level: str) -> None:
    """From now on this process logs from that level on; empty: from the configured one."""
    for manager in _managers():
        for package in PACKAGES:
            manager.getLogger(package).setLevel(level or _current.level)


def flush_logs() -> None:
    """Waits until all lines are written, but not for long. Python calls it by itself when a process ends."""
    _TO_FILES.flush()
    _TO_TERMINAL.flush()


def request_rotation(settings: LogsConfig) -> None:
    """Rotates the log files if they need it, soon, and tidies what was set aside; only one process may call this."""
    _TO_FILES.submit(lambda: _rotator.rotate(settings))


def _leave_out_what_no_line_shows() -> None:
    """Where in the code a line comes from, and from which thread ("Optimization" in Python's logging HOWTO)."""
    logging._srcfile = None
    logging.logThreads = logging.logMultiprocessing = False


def _managers() -> Iterable[logging.Manager]:
    """Thespian sets a new manager in each actor's process; modules loaded before have loggers of the first manager."""
    return {id(manager): manager for manager in (_FIRST_MANAGER, logging.Logger.manager)}.values()


def _handlers(settings: LogsConfig, facts: Facts, terminal: bool) -> list[logging.Handler]:
    lines = _LinesFormatter(
        processors=[facts, _dict_exceptions, mask_fields, _json],
        foreign_pre_chain=_STDLIB_CHAIN,
        pass_foreign_args=False,
    )
    everything, errors = (BackgroundHandler(LineFile(settings.directory / name), _TO_FILES) for name in (ALL, ERRORS))
    errors.setLevel(logging.ERROR)
    handlers: list[logging.Handler] = [everything, errors]
    for handler in handlers:
        handler.setFormatter(lines)
    return [*handlers, _terminal(facts)] if terminal else handlers


def _terminal(facts: Facts) -> logging.Handler:
    handler = BackgroundHandler(Terminal(sys.stderr), _TO_TERMINAL)
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, timestamp_key="ts"
    )
    handler.setFormatter(
        _TerminalFormatter(
            processors=[facts, for_terminal, mask_fields, console],
            foreign_pre_chain=_STDLIB_CHAIN,
        )
    )
    return handler


def _set_handlers(logger: logging.Logger, handlers: Iterable[logging.Handler], level: str) -> None:
    for old in list(logger.handlers):
        logger.removeHandler(old)
        old.close()
    for handler in handlers:
        logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False


class _LinesFormatter(structlog.stdlib.ProcessorFormatter):
    """Masks the hidden values in the finished line."""

    def format(self, record: logging.LogRecord) -> str:
        return mask_hidden(super().format(record))


class _TerminalFormatter(_LinesFormatter):
    """Masks named secrets in the finished line too, because a traceback is text here."""

    def format(self, record: logging.LogRecord) -> str:
        return mask_named(super().format(record))


class _Current:
    """How logging is set up in this process."""

    def __init__(self) -> None:
        self.facts = Facts("")
        self.handlers: list[logging.Handler] = []
        self._settings: LogsConfig | None = None
        self._manager: logging.Manager | None = None
        self._terminal: Any = None  # standard error where lines go there, too

    def begin(self, settings: LogsConfig, process: str, terminal: bool) -> None:
        """It is being set up in this way."""
        self.facts = Facts(process)
        self._settings, self._manager = settings, logging.Logger.manager
        self._terminal = sys.stderr if terminal else None

    @property
    def level(self) -> str:
        """The configured one."""
        return str(LogLevel.INFO if self._settings is None else self._settings.level)

    def is_for(self, settings: LogsConfig, terminal: bool) -> bool:
        """Whether it is set up so, and nobody has changed it since."""
        is_same = settings is self._settings and (sys.stderr if terminal else None) is self._terminal
        known = logging.getLogger(PACKAGES[0]).handlers
        return is_same and logging.Logger.manager is self._manager and bool(known) and known == self.handlers


_current = _Current()


# Without local variables, which may hold secrets.
_dict_exceptions = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
_STDLIB_CHAIN = [structlog.stdlib.ExtraAdder()]


def _json(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    try:
        return orjson.dumps(event, default=str, option=_OPTIONS).decode()
    except TypeError:  # such as a number of over 64 bits, half a surrogate pair, or a key of another type
        return json.dumps({str(key): value for key, value in event.items()}, default=repr, skipkeys=True)
