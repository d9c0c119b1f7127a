"""Looks at this machine: files, disks, limits, database, and the service that runs."""

import os
import resource
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from lotkeeper.config import Config, database_file, in_flight_file, runtime_dir
from lotkeeper.engine.system.immortal_objects import can_mark
from lotkeeper.exchange.sharing.broker_link import BrokerLink, BrokerLostError
from lotkeeper.secret_variables import API_SECRET_FILE, PRIVATE_KEY_FILE
from lotkeeper.service.client import ask_service, connect
from lotkeeper.service.doctor.facts import BrokerFacts, DatabaseFacts, FileFacts, LimitFacts, ServiceFacts, SpaceFacts
from lotkeeper.service.doctor.ports import listening_ports
from lotkeeper.service.errors import ServiceError, ServiceNotRunningError
from lotkeeper.service.merged_memory import does_kernel_merge

_SQLITE_FILES = ("", "-wal", "-shm")


def file_facts(path: Path) -> FileFacts | None:
    """None where nothing is there, or it cannot be seen."""
    try:
        status = path.stat()
    except OSError:
        return None
    return FileFacts(path, stat.S_IMODE(status.st_mode), status.st_uid == os.geteuid())


def private_files(config: Config, config_path: Path, environ: dict[str, str]) -> tuple[FileFacts, ...]:
    """Files that only this user should read: the key's, those of the database, and a file of variables."""
    found = (file_facts(path) for path in _private_paths(config, config_path, environ))
    return tuple(each for each in found if each is not None)


def _private_paths(config: Config, config_path: Path, environ: dict[str, str]) -> Iterator[Path]:
    yield from (Path(environ[name]) for name in (API_SECRET_FILE, PRIVATE_KEY_FILE) if environ.get(name))
    yield config_path.absolute().parent / ".env"
    if (database := database_file(config)) is not None:
        yield from (database.with_name(database.name + end) for end in _SQLITE_FILES)


def spaces(config: Config) -> tuple[SpaceFacts, ...]:
    """The file systems that the service writes to."""
    database, journal = database_file(config), in_flight_file(config)
    places = [("the logs", config.logs.directory), ("orders in flight", journal.path.parent)]
    if database is not None:
        places.insert(0, ("the database and its backups", database.parent))
    return tuple(_space(what, folder) for what, folder in places)


def _space(what: str, folder: Path) -> SpaceFacts:
    place = folder.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    can_write = os.access(place, os.W_OK | os.X_OK, effective_ids=True)
    return SpaceFacts(place, what, shutil.disk_usage(place).free, can_write)


def limit_facts() -> LimitFacts:
    """Of this user and this machine. The service raises the soft limit of open files to the hard one."""
    files, processes = resource.getrlimit(resource.RLIMIT_NOFILE)[1], resource.getrlimit(resource.RLIMIT_NPROC)[0]
    is_free = os.geteuid() == 0  # root has as many processes as the machine (setrlimit(2), RLIMIT_NPROC)
    return LimitFacts(
        open_files=None if files == resource.RLIM_INFINITY else files,
        processes=None if is_free or processes == resource.RLIM_INFINITY else processes,
        processes_now=sum(1 for _ in _own_processes()),
        memory_free=_memory_free(),
        does_kernel_merge=does_kernel_merge(),
        shares_memory=can_mark(),
    )


def _own_processes() -> Iterator[Path]:
    for path in Path("/proc").iterdir():
        if path.name.isdecimal() and (found := file_facts(path)) is not None and found.is_mine:
            yield path


def _memory_free(path: Path = Path("/proc/meminfo")) -> int | None:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


def service_facts(config: Config) -> ServiceFacts:
    """The service that runs with this configuration."""
    from messages.control import AskStatus

    folder = file_facts(runtime_dir(config))
    try:
        with connect(config):
            ports = listening_ports(runtime_dir(config))
        document = ask_service(config, AskStatus()).document
    except ServiceNotRunningError:
        return ServiceFacts(False, socket_folder=folder)
    except ServiceError as error:
        return ServiceFacts(True, trouble=str(error), socket_folder=folder)
    return ServiceFacts(True, "", document["health"], tuple(document["problems"]), ports, folder)


def broker_facts(config: Config) -> BrokerFacts | None:
    """Whether the budget broker takes a connection from this user; nothing is said to it."""
    path = config.exchange.budget_socket
    if path is None:
        return None
    try:
        BrokerLink(path).close()
    except BrokerLostError as error:
        return BrokerFacts(path, str(error))
    return BrokerFacts(path)


def database_facts(config: Config) -> DatabaseFacts:
    """Opened for reading alone. Of SQLite the pages are looked at, and not the content of every index."""
    from persistence.engines.choice import engine_of
    from persistence.errors import StoreError
    from persistence.history.database import HistoryDatabase

    engine = engine_of(config.database)
    path = database_file(config)
    if path is not None and not path.exists():
        return DatabaseFacts(str(path), exists=False)
    try:
        with HistoryDatabase.open(config.database) as database:
            (row,) = database.rows("SELECT count(*) AS lots FROM lots")
            return DatabaseFacts(engine.place, True, "", tuple(database.damages(is_quick=True)), row.lots)
    except StoreError as error:
        return DatabaseFacts(engine.place, True, str(error))
