"""The lease of a host: a record of the database, read and written on a connection of its own that never waits long.

The record stands in `system_state` beside the token of the newest system (`persistence/leases.py`). An advisory lock of
the holder's connection tells a standby at once that this connection has ended. It decides nothing: the record does.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

import psycopg2
from psycopg2 import errors

from lotkeeper.database_url import parse_postgresql
from lotkeeper.trading.recovery.host_lease import LIFE_MS, HostLease, MayTake, MustWait, WaitReason
from persistence.engines.postgresql.connector import Connector, HastyConnection
from persistence.engines.postgresql.errors import raised_as_store_errors
from persistence.errors import OvertakenError

_STATEMENT_S = 2.0
_LOCK_S = 1.0
_TOKEN, _HOST = "lease", "host-lease"
_ADVISORY = 0x6C6F746C  # "lotl": beside that of those who make tables
_FIRST = "INSERT INTO system_state (key, value) VALUES (%s, '0'), (%s, '') ON CONFLICT (key) DO NOTHING"
# A host that is cut off or suspended between two statements must not keep the other one waiting.
_FORSAKEN = "SELECT set_config('idle_in_transaction_session_timeout', '3000', false)"
_READ = """
SELECT (SELECT value FROM system_state WHERE key = %s), (extract(epoch FROM clock_timestamp()) * 1000)::bigint
"""
_RENEW = """
UPDATE system_state SET value = jsonb_set(
  value::jsonb, '{ends_ms}', to_jsonb((extract(epoch FROM clock_timestamp()) * 1000)::bigint + %s)
)::text
WHERE key = %s AND value <> '' AND (value::jsonb ->> 'token')::bigint = %s
  AND (SELECT value FROM system_state WHERE key = %s) = %s
"""
_LOCK = "SELECT value FROM system_state WHERE key = %s FOR UPDATE"
# After the locks, in a statement of its own: the clock is read when nobody is waited for any more.
_NOW = "SELECT value, (extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM system_state WHERE key = %s"
_WRITE = "UPDATE system_state SET value = %s WHERE key = %s"

Decide = Callable[[HostLease | None, int], MayTake | MustWait]  # the record, and the database's time in milliseconds


class HostLeases:
    """For one database. Every method is one transaction and raises StoreError; use it from one thread."""

    def __init__(self, url: str) -> None:
        parsed = parse_postgresql(url)
        self.place = parsed.place
        self._connector = Connector(parsed, _LOCK_S, HastyConnection)
        self._connection: Any = None
        self._has_advisory = False

    def take(self, decide: Decide, new: HostLease, *, is_unending: bool) -> "tuple[HostLease, MayTake] | MustWait":
        """Takes the lease if `decide` allows: `new` as it is written, with a token above all earlier ones.

        Nothing is locked as long as it does not allow that.
        """
        waits = decide(*self._look())
        if isinstance(waits, MustWait):
            return waits
        with self._transaction() as cursor:
            cursor.execute(_FIRST, (_TOKEN, _HOST))
            try:
                found = _decode(_value(cursor, _LOCK, _HOST))
                token = int(_value(cursor, _LOCK, _TOKEN))
            except errors.LockNotAvailable:  # a transaction of a host that is gone: the server ends it within seconds
                return MustWait(WaitReason.NOT_SURE, round(_LOCK_S * 1000))
            now_ms = _now(cursor)[1]
            decided = decide(found, now_ms)
            if isinstance(decided, MustWait):
                return decided
            taken = replace(new, token=token + 1, taken_ms=now_ms, ends_ms=None if is_unending else now_ms + LIFE_MS)
            cursor.execute(_WRITE, (str(taken.token), _TOKEN))
            cursor.execute(_WRITE, (_encode(taken), _HOST))
            return taken, decided

    def found(self) -> HostLease | None:
        """The record as it is."""
        return self._look()[0]

    def _look(self) -> tuple[HostLease | None, int]:
        with self._statement() as cursor:
            cursor.execute(_READ, (_HOST,))
            text, now_ms = cursor.fetchone()
            return _decode(text or ""), now_ms

    def renew(self, token: int) -> None:
        """From now on the lease lives for its whole time again. Raises OvertakenError where it is another's.

        One statement, so that its lock is held for no round trip.
        """
        with self._statement() as cursor:
            cursor.execute(_RENEW, (LIFE_MS, _HOST, token, _TOKEN, str(token)))
            is_renewed = cursor.rowcount == 1
        if not is_renewed:
            with self._transaction() as cursor:
                self._own(cursor, token)

    def release(self, token: int, may_arrive_ms: int) -> None:
        """Gives the lease up, after all actors have ended: an order without an answer may arrive for so long.

        Raises OvertakenError where it is another's.
        """
        with self._transaction() as cursor:
            found, now_ms = self._own(cursor, token)
            released = replace(found, ends_ms=now_ms, released_ms=now_ms, may_arrive_ms=may_arrive_ms)
            cursor.execute(_WRITE, (_encode(released), _HOST))

    def hold_advisory_lock(self) -> None:
        """As long as this connection lives; a standby that just looks whether it is held does no harm."""
        if not self._has_advisory:
            with self._transaction() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", (_ADVISORY,))
                self._has_advisory = bool(cursor.fetchone()[0])

    def wait_for_advisory_lock(self, at_most_s: float) -> bool:
        """Whether nobody holds it, or nobody holds it any more within this time."""
        with self._transaction() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", (str(int(at_most_s * 1000)),))
            try:
                cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", (_ADVISORY,))
            except errors.LockNotAvailable:
                return False
            return True

    def close(self) -> None:
        connection, self._connection, self._has_advisory = self._connection, None, False
        if connection is not None:
            connection.close()

    def _own(self, cursor: Any, token: int) -> tuple[HostLease, int]:
        found = _decode(_value(cursor, _LOCK, _HOST))
        newest, now_ms = _now(cursor)
        if found is None or found.token != token or newest != token:
            by = "another lotkeeper" if found is None or found.token == token else f"host {found.host}"
            raise OvertakenError(
                f"{by} has taken the lease in the database {self.place} (token {newest}, ours is {token}): "
                "this host sends no orders"
            )
        return found, now_ms

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with self._connected() as connection, connection, connection.cursor() as cursor:
            yield cursor

    @contextmanager
    def _statement(self) -> Iterator[Any]:
        """A transaction of one statement, which ends with it."""
        with self._connected() as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
            connection.autocommit = False

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        """After an error of the connection the next one begins with a new connection."""
        with raised_as_store_errors(self.place):
            try:
                if self._connection is None:
                    self._connection = self._connector.connect(_STATEMENT_S)
                    with self._connection, self._connection.cursor() as cursor:
                        cursor.execute(_FORSAKEN)
                yield self._connection
            except OvertakenError:
                raise
            except Exception:
                self.close()
                raise


def _value(cursor: Any, query: str, key: str) -> str:
    cursor.execute(query, (key,))
    row = cursor.fetchone()
    return "" if row is None else str(row[0])


def _now(cursor: Any) -> tuple[int, int]:
    """The newest token, and the time."""
    cursor.execute(_NOW, (_TOKEN,))
    row = cursor.fetchone()
    if row is None:
        raise psycopg2.DataError("the row of the lease is gone")
    return int(row[0]), int(row[1])


def _encode(lease: HostLease) -> str:
    return json.dumps(asdict(lease))


def _decode(text: str) -> HostLease | None:
    """None where nobody has taken it yet. Fields of a later version are left out."""
    if not text:
        return None
    fields = json.loads(text)
    return HostLease(**{name: value for name, value in fields.items() if name in HostLease.__dataclass_fields__})
