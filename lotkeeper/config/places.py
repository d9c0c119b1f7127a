"""Where a running service can be found: the folder of the actor system's sockets."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from lotkeeper.config.models import SOCKETS_MOST_BYTES, SQLITE, Config


def runtime_dir(config: Config, environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the sockets, of at most 70 bytes; not made here.

    As configured, or one for each database: below XDG_RUNTIME_DIR where there is such a folder, else below /tmp.
    """
    if config.runtime_dir is not None:
        return config.runtime_dir
    name = _name(config)
    session = Path(environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
    mine = session / f"lotkeeper-{name}"
    if session.is_absolute() and session.is_dir() and len(bytes(mine)) <= SOCKETS_MOST_BYTES:
        return mine
    return Path(f"/tmp/lotkeeper-{os.geteuid()}-{name}")  # noqa: S108 (whoever makes it checks its owner and mode)


def database_file(config: Config) -> Path:
    """The file of the database, whatever links lead to it."""
    return Path(config.database.removeprefix(SQLITE)).expanduser().resolve()


def in_flight_file(config: Config) -> Path:
    """The file of orders in flight: beside the database, under a name that goes with none of its files.

    Whoever deletes, moves or replaces the database by its name leaves it where it is.
    """
    database = database_file(config)
    return database.with_name(f".{database.name}.in-flight")


def _name(config: Config) -> str:
    return hashlib.sha256(bytes(database_file(config))).hexdigest()[:10]
