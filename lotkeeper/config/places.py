"""The paths that follow from the configuration: the folder of the sockets, the database, the orders in flight."""

import hashlib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lotkeeper.config.models import SOCKETS_MAX_BYTES, Config
from lotkeeper.database_url import SQLITE, database_identity, is_postgresql

SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 (the Gateway checks the owner and mode of what is there)


def runtime_dir(config: Config) -> Path:
    """The folder of the actor system's sockets, a path of at most 70 bytes; the folder is not created here.

    As configured; else one for each database and user in /tmp. It is the same for a service manager, cron and every
    shell, and does not end with a session.
    """
    if config.runtime_dir is not None:
        return config.runtime_dir
    return Path(f"/tmp/lotkeeper-{os.geteuid()}-{_name(config)}")  # noqa: S108 (the engine checks its owner and mode)


def earlier_runtime_dir(config: Config, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Where versions before 2.0 had the sockets, in the folder of the session; None if they had none there.

    A service of such a version may still run, and has to be stopped by this one.
    """
    if config.runtime_dir is not None:
        return None
    name = _name(config)
    session = Path(environ.get("XDG_RUNTIME_DIR") or "/nonexistent")
    mine = session / f"lotkeeper-{name}"
    if session.is_absolute() and session.is_dir() and len(bytes(mine)) <= SOCKETS_MAX_BYTES:
        return mine
    return None


def database_file(config: Config) -> Path | None:
    """The file of the database, with all symbolic links resolved; None for a database of a server."""
    if is_postgresql(config.database):
        return None
    return Path(config.database.removeprefix(SQLITE)).expanduser().resolve()


@dataclass(frozen=True, slots=True)
class JournalFile:
    """Where the orders in flight are noted."""

    path: Path
    is_memory: bool  # else on a disk, which may hold up orders


def in_flight_file(config: Config, memory: Path = SHARED_MEMORY) -> JournalFile:
    """The file of the orders in flight, one for each database: in memory where there is a file system for that.

    Else it is in the folder of the sockets. It outlives the processes, and not the machine.
    """
    name, mine = f"{_name(config)}.in-flight", memory / f"lotkeeper-{os.geteuid()}"
    if is_memory(memory) and _is_usable(mine):
        return JournalFile(mine / name, True)
    folder = runtime_dir(config)
    return JournalFile(folder / name, is_memory(folder))


def backlog_files(config: Config, memory: Path = SHARED_MEMORY) -> tuple[Path, ...]:
    """Where records wait while the database cannot be written; the second one is used if the first cannot be.

    Beside an SQLite database, and in the folder of the logs for one of a server. The second is in memory: it outlives
    the processes, and not the machine.
    """
    database, name = database_file(config), f"{_name(config)}.backlog"
    first = config.logs.directory / name if database is None else database.with_name(f".{database.name}.backlog")
    return first.absolute(), in_flight_file(config, memory).path.with_name(name)


def pause_file(config: Config, memory: Path = SHARED_MEMORY) -> Path:
    """Where the pause that the exchange asked of this address is noted: one for each exchange."""
    name = hashlib.sha256(config.exchange.rest_url.encode()).hexdigest()[:10]
    return in_flight_file(config, memory).path.with_name(f"{name}.pause")


def budget_name(config: Config) -> str:
    """The name of the service at the budget broker: as configured, else that of the folder of its database."""
    if config.exchange.budget_name:
        return config.exchange.budget_name
    database = database_file(config)
    name = _name(config) if database is None else database.parent.name
    return re.sub(r"[^\w@.:-]", "-", name)[:64] or "service"


def halts_file(config: Config) -> Path:
    """Where it is kept what a person has halted: beside the database, or with the log files where that is a server's.

    It is on a disk, and is not lost with the database or with the machine's boot.
    """
    return _beside_database(config, "halts")


def web_token_file(config: Config) -> Path:
    """The token that requests to the HTTP server have to know: at the same place as the file of halts."""
    return _beside_database(config, "web-token")


def _beside_database(config: Config, kind: str) -> Path:
    database = database_file(config)
    if database is None:
        return config.logs.directory / f".{_name(config)}.{kind}"
    return database.with_name(f".{database.name}.{kind}")


def alerts_file(config: Config) -> Path:
    """Where it is kept which alerts there are, beside the file of what a person has halted."""
    halts = halts_file(config)
    return halts.with_name(f"{halts.name.removesuffix('.halts')}.alerts")


def _is_usable(folder: Path) -> bool:
    """Whether it is a folder of this user alone, or can be made one: anybody may make a folder of that name."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return os.access(folder.parent, os.W_OK | os.X_OK)
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o077


def earlier_in_flight_file(config: Config) -> Path | None:
    """Where versions before 2.0 noted the orders in flight. It is read at a start, and not written any more.

    None for a database of a server, which they did not know.
    """
    database = database_file(config)
    return None if database is None else database.with_name(f".{database.name}.in-flight")


def is_memory(path: Path) -> bool:
    """Whether files in this folder are memory, which no disk can hold up (proc(5), mounts)."""
    try:
        mounts = [line.split(" ") for line in Path("/proc/self/mounts").read_text().splitlines()]
    except OSError:
        return False
    types = {Path(each[1]): each[2] for each in mounts}  # the last mount of a folder counts
    return next((types[each] for each in (path, *path.parents) if each in types), "") in ("tmpfs", "ramfs")


def _name(config: Config) -> str:
    return hashlib.sha256(database_identity(config.database)).hexdigest()[:10]
