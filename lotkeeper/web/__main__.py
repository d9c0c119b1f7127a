"""The process of the HTTP server. The launcher starts it, and starts it again when it has ended.

It gives way to trading: its priority is that of the actors that no SELL waits for, and where memory is short the kernel
ends it first.
"""

import argparse
import logging
import resource
import sys
from contextlib import suppress
from pathlib import Path

from lotkeeper.service.priorities import give_way
from lotkeeper.trading.log_events import LogEvent, named

_TITLE, _FIRST_TO_END = "WebServer", "1000"
_MOST_DESCRIPTORS = 1024  # clients that hold connections use up its own, and no more of the machine's memory


def main() -> int:
    """Runs until its parent ends or SIGTERM. The exit code is 0 then, 2 for a wrong configuration, 1 for all else."""
    _give_way()
    parser = argparse.ArgumentParser(prog="lotkeeper.web")
    parser.add_argument("--config", type=Path, required=True)
    parser.add_argument("--parent-pid", type=int, required=True)
    parser.add_argument("--log-level-fd", type=int, help="a memory file; without it the configured level holds")
    arguments = parser.parse_args()
    from lotkeeper.service.key_handover import exit_with_parent

    exit_with_parent(arguments.parent_pid)
    from setproctitle import setproctitle

    setproctitle(_TITLE)
    return _serve(arguments.config, arguments.log_level_fd)


def _give_way() -> None:
    """First of all, for imports cost a second of processor time."""
    give_way(_TITLE)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if most == resource.RLIM_INFINITY or most > _MOST_DESCRIPTORS:
        resource.setrlimit(resource.RLIMIT_NOFILE, (_MOST_DESCRIPTORS, _MOST_DESCRIPTORS))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_END)


def _serve(path: Path, level_descriptor: int | None) -> int:
    import asyncio

    from lotkeeper.config import web_token_file
    from lotkeeper.logging.setup import configure_logging
    from lotkeeper.service.configuration import load_config
    from lotkeeper.service.errors import ServiceError
    from lotkeeper.service.level_note import LevelNote
    from lotkeeper.service.own_levels import WEB
    from lotkeeper.service.web_process import READ_LEVEL
    from lotkeeper.web.endpoints import Endpoints
    from lotkeeper.web.page.assets import read_page_files
    from lotkeeper.web.page.routes import PageRoutes
    from lotkeeper.web.server import make_application, serve
    from lotkeeper.web.token import take_token

    log = logging.getLogger("lotkeeper.web")
    note = LevelNote.make() if level_descriptor is None else LevelNote(level_descriptor)
    try:
        config = load_config(path)
        configure_logging(config.logs, WEB, terminal=False)
        note.take_over()
        port, token_file = config.web.loopback_port, web_token_file(config)
        application = make_application(take_token(token_file), port, config.web.hosts)
        Endpoints(config).add_to(application)
        PageRoutes(read_page_files()).add_to(application)
        log.info(
            "health is told on http://127.0.0.1:%d; the token is in %s",
            port,
            token_file,
            extra=named(LogEvent.WEB_SERVER),
        )
        asyncio.run(serve(application, port, {READ_LEVEL: note.take_over}))
    except ServiceError as error:
        log.error("%s", error, extra=named(LogEvent.WEB_SERVER))
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
