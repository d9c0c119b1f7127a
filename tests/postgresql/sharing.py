"""One server for all test workers of a run: the first that needs it starts it, and stops it after the last."""

import fcntl
import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from persistence.store import Store
from tests.postgresql.server import PostgresqlServer, binaries, run, url_in

_TEMPLATE = "template_lotkeeper"
_MISSING = "no PostgreSQL server is installed (Debian: apt-get install postgresql)"
_OTHERS_WITHIN_S = 350.0  # longer than a test may take
_numbers = itertools.count()


class SharedServer:
    """The databases of one worker on the server of the run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def database(self, *, template: str = _TEMPLATE) -> str:
        """The address of a new database; it has the newest tables, unless another template is named."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        run(self._folder, f"CREATE DATABASE {name} TEMPLATE {template}")
        return url_in(self._folder, name)

    def empty_database(self) -> str:
        return self.database(template="template0")

    def drop(self, url: str) -> None:
        run(self._folder, f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def end_sessions(self, url: str) -> None:
        """All connections to the database end, as when the server is started again."""
        run(
            self._folder,
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{_name(url)}'",
        )


def _name(url: str) -> str:
    return url.split("/")[3].split("?", maxsplit=1)[0]


def new_server() -> PostgresqlServer:
    """A server of one test; the test is skipped where no programs are installed."""
    programs = binaries()
    if programs is None:
        pytest.skip(_MISSING)
    return PostgresqlServer(programs)


def share_server(run_folder: Path, at_end: Callable[[Callable[[], None]], None]) -> SharedServer:
    """The server of this run. `run_folder` is common to its workers; `at_end` takes what is done when a worker ends."""
    users = os.open(run_folder / "postgresql.users", os.O_CREAT | os.O_RDWR, 0o600)
    note = run_folder / "postgresql.folder"
    with (run_folder / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        fcntl.flock(users, fcntl.LOCK_SH)
        if note.exists():
            at_end(lambda: os.close(users))
        else:
            server = new_server()
            server.start()
            run(server.folder, f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0")
            Store.open(server.url(_TEMPLATE)).close()
            note.write_text(str(server.folder))
            at_end(lambda: _end(server, users, note))
    return SharedServer(Path(note.read_text()))


def _end(server: PostgresqlServer, users: int, note: Path) -> None:
    """Waits for the other workers, and not for a process that one of them has left."""
    give_up = time.monotonic() + _OTHERS_WITHIN_S
    while not _is_last(users) and time.monotonic() < give_up:
        time.sleep(0.1)
    note.unlink()
    server.remove()
    os.close(users)


def _is_last(users: int) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
