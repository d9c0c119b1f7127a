"""Errors of PostgreSQL and of the way to it, as a StoreError."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2

from persistence.errors import BREAKS_RULE, StoreError

_RIGHTS = "this role may not do that; make it the owner of the database: ALTER DATABASE ... OWNER TO ..."
_HELD = "another transaction holds it; is a second service running, or a transaction open in psql?"
# By SQLSTATE, or its first two characters (PostgreSQL, appendix A).
_BY_STATE = {
    "23514": BREAKS_RULE,
    "25006": "it cannot be written; is the server a standby? give the address of the primary",
    "42501": _RIGHTS,
    "53": "the server lacks disk, memory or connections; make room there",
    "55P03": _HELD,
    "40": _HELD,
    "57014": "the server took too long; is it overloaded?",
    "57": "the server is stopping or starting; its records are written once it is back",
    "58": "the server's disk reports an error; look into its log",
    "XX": "its files are damaged; look into the server's log",
}
# A connection that failed has no SQLSTATE.
_BY_TEXT = (
    ("password", "the server does not accept this user and password"),
    ("authentication", "the server does not accept this user and password"),
    ("no pg_hba.conf entry", "the server accepts no connection of this user from here; look into its pg_hba.conf"),
    ("role", "the server does not know this user; create it: createuser NAME"),
    ("does not exist", "the server has no such database; create it: createdb NAME"),
    ("certificate", "the server's certificate is not accepted; look at sslmode and sslrootcert"),
    ("ssl", "the connection cannot be encrypted; set sslmode as the server has it: ?sslmode=..."),
    ("could not translate host name", "no server of this name is known; check the address"),
    ("starting up", "the server is starting; its records are written once it is there"),
    ("shutting down", "the server is stopping; its records are written once it is back"),
    ("too many", "the server has no connection left; raise max_connections, or end others"),
)
_UNREACHABLE = "the server cannot be reached; start it, or check the address; the records are written once it is there"


def store_error(place: str, error: Exception) -> StoreError:
    """The StoreError for an error of psycopg2, raised through Pony or not."""
    first = str(error).strip().splitlines() or [type(error).__name__]
    text = " ".join(first[0].split())
    return StoreError(f"the database {place} fails: {_advice(error)} (PostgreSQL: {text})")


def _advice(error: Exception) -> str:
    cause: Any = error
    while hasattr(cause, "original_exc"):  # Pony wraps errors, some of them twice
        cause = cause.original_exc
    state = getattr(cause, "pgcode", None) or ""
    if state or not isinstance(cause, psycopg2.OperationalError | psycopg2.InterfaceError | OSError):
        return _BY_STATE.get(state) or _BY_STATE.get(state[:2]) or "look into the server's log"
    text = str(error).lower()
    return next((advice for part, advice in _BY_TEXT if part in text), _UNREACHABLE)


@contextmanager
def raised_as_store_errors(place: str) -> Iterator[None]:
    """Turns errors of psycopg2 into a StoreError."""
    try:
        yield
    except (psycopg2.Error, OSError) as error:
        raise store_error(place, error) from error
