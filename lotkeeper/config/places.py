"""The paths that follow from the configuration: the folder of the sockets, the database, the orders in flight."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from lotkeeper.config.models import SOCKETS_MAX_BYTES, SQLITE, Config


def runtime_dir(config: Config, environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the actor system's sockets, a path of at most 70 bytes; the folder is not created here.

    As configured; else one for each database, in XDG_RUNTIME_DIR if that folder exists, else in /tmp.
    """
    if config.runtime_dir is not None:
        return config.runtime_dir
    name = _name(config)
    session = Path(environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
    mine = session / f"lotkeeper-{name}"
    if session.is_absolute() and session.is_dir() and len(bytes(mine)) <= SOCKETS_MAX_BYTES:
        return mine
    return Path(f"/tmp/lotkeeper-{os.geteuid()}-{name}")  # noqa: S108 (the engine, which creates it, checks its owner and mode)


def database_file(config: Config) -> Path:
    """The file of the database, with all symbolic links resolved."""
    return Path(config.database.removeprefix(SQLITE)).expanduser().resolve()


def in_flight_file(config: Config) -> Path:
    """The file of the orders in flight: beside the database, under a name that does not begin with the database's.

    So it stays when a user deletes, moves or replaces the database's files.
    """
    database = database_file(config)
    return database.with_name(f".{database.name}.in-flight")


def _name(config: Config) -> str:
    return hashlib.sha256(bytes(database_file(config))).hexdigest()[:10]
