"""Connects to a server, without ever waiting long: an actor that waits for more than ten seconds is ended as hung."""

import select
import time
from collections.abc import Callable
from typing import Any

import psycopg2
from psycopg2 import extensions

from lotkeeper.database_url import PostgresqlUrl

_CONNECT_S = 5.0
_ANSWER_S = 0.5  # after the time of a statement: a server that does not even say that it took too long hangs
_TRY_AGAIN_S = 2.0  # after a connection that failed: until then the next ones fail at once
STATEMENT_S = 8.0
# A transaction whose client says nothing is ended, so that its locks are free: before another host may want them.
_FORSAKEN_S = 5.0
# Each way to a server that is gone ends with an error within seconds (tcp(7), libpq "Connection Control Functions").
_TCP = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 5_000}
_SETTINGS = """\
SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false),
       set_config('idle_in_transaction_session_timeout', %s, false)
"""
# The server may crash while the service goes on: what it has confirmed must be on its disk.
_WAIT_FOR_DISK = """\
SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
"""


class PatientConnection(extensions.connection):  # type: ignore[misc]
    """A connection that waits for its server so long and no longer."""

    wait_s: float | None = _CONNECT_S  # None: as long as it takes
    note_failure: Callable[[psycopg2.Error], None] | None = None


class HastyConnection(PatientConnection):
    """For one who has to know soon whether the server can be reached."""

    wait_s = 2.0


def _wait(connection: Any) -> None:
    """Psycopg's way to wait for a server (its documentation, "Support for coroutine libraries"), with an end."""
    wait_s = getattr(connection, "wait_s", None)
    give_up = None if wait_s is None else time.monotonic() + wait_s
    while (state := connection.poll()) != extensions.POLL_OK:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
        left_ms = None if give_up is None else max(0.0, give_up - time.monotonic()) * 1000
        if not poll.poll(left_ms):
            error = psycopg2.OperationalError(f"timeout expired: no answer within {wait_s:g} s")
            if connection.note_failure is not None:
                connection.note_failure(error)
            raise error


extensions.set_wait_callback(_wait)


class Connector:
    """Makes the connections to one database."""

    def __init__(
        self, url: PostgresqlUrl, busy_timeout_s: float, factory: type[PatientConnection] = PatientConnection
    ) -> None:
        self._arguments = _arguments(url)
        self._busy_timeout_s, self._factory = busy_timeout_s, factory
        self.statement_s = STATEMENT_S
        self._failed_at = float("-inf")
        self._failure: psycopg2.Error | None = None

    def connect(self, statement_s: float | None = None) -> Any:
        """A connection; raises psycopg2.Error. A statement may take `statement_s` seconds; 0: as long as it takes."""
        if self._failure is not None and time.monotonic() - self._failed_at < _TRY_AGAIN_S:
            raise self._failure
        try:
            connection = psycopg2.connect(connection_factory=self._factory, **self._arguments)
        except psycopg2.Error as error:
            self.note_failure(error)
            raise
        self._failure = None
        self._set(connection, self.statement_s if statement_s is None else statement_s)
        return connection

    def note_failure(self, error: psycopg2.Error) -> None:
        """For a moment no connection is tried."""
        self._failed_at, self._failure = time.monotonic(), error

    def _set(self, connection: Any, statement_s: float) -> None:
        connection.autocommit = True
        times_s = (self._busy_timeout_s, statement_s, _FORSAKEN_S)
        with connection.cursor() as cursor:
            cursor.execute(_SETTINGS, [str(int(each * 1000)) for each in times_s])
            cursor.execute(_WAIT_FOR_DISK)
        connection.autocommit = False
        connection.wait_s = statement_s + _ANSWER_S if statement_s else None
        connection.note_failure = self.note_failure


def is_ended(connection: Any) -> bool:
    """Whether the server has ended an idle connection: it says that, or nothing more, without being asked."""
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _arguments(url: PostgresqlUrl) -> dict[str, Any]:
    """Over a network the connection is encrypted, unless the address says otherwise."""
    named = {"dbname": url.database, "user": url.user, "password": url.password, "host": url.host}
    return {
        "application_name": "lotkeeper",
        "client_encoding": "UTF8",
        **_TCP,
        **({} if url.is_of_this_machine else {"sslmode": "require"}),
        **dict(url.options),
        **{key: value for key, value in named.items() if value},
        "port": url.port,
    }
