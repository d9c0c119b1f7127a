"""Which engine an address of a database names. Only that one is imported."""

from typing import TYPE_CHECKING

from lotkeeper.database_url import is_postgresql
from persistence.engines.base import Engine
from persistence.errors import StoreError

if TYPE_CHECKING:
    from persistence.engines.postgresql.host_leases import HostLeases

BUSY_TIMEOUT_S = 5.0
_NO_DRIVER = "PostgreSQL needs a driver that is not installed: pip install 'lotkeeper[postgresql]'"


def engine_of(url: str, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """For `sqlite:///relative`, `sqlite:////absolute` or `postgresql://...`; raises StoreError for any other.

    `busy_timeout_s` is how long it waits for what another process holds.
    """
    if is_postgresql(url):
        try:
            from persistence.engines.postgresql.engine import PostgresqlEngine
        except ModuleNotFoundError as error:
            if error.name != "psycopg2":
                raise
            raise StoreError(_NO_DRIVER) from None
        return PostgresqlEngine(url, busy_timeout_s)
    from persistence.engines.sqlite.engine import SqliteEngine

    return SqliteEngine(url, busy_timeout_s)


def host_leases_of(url: str) -> "HostLeases":
    """The lease of hosts that share this database of a server; it connects when it is asked."""
    from persistence.engines.postgresql.host_leases import HostLeases

    return HostLeases(url)
