"""One server in a folder of its own: made, started, stopped, started again, removed."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2

ROLE = "lotkeeper"
_NOT_AS_ROOT = ("postgres", "nobody")  # PostgreSQL refuses to run as root: the first of these that there is
_PR_SET_PDEATHSIG = 1
_STARTS_WITHIN_S = 90.0
_ENDS_WITHIN_S = 60.0
_PREFIX = "lk-postgresql-"
_OLD_S = 3600.0  # no run of tests takes so long
_SETTINGS = ("max_connections=60", "shared_buffers=32MB")
_WITHOUT_DISK = ("fsync=off", "full_page_writes=off")


def binaries() -> Path | None:
    """The folder of the newest server programs; None where none are installed."""
    beside = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    if found:
        return found[-1].parent
    return Path(beside).resolve().parent if beside else None


class PostgresqlServer:
    """Ends with the process that started it, however that ends. Waits for the disk only if `is_durable`.

    A later one of two `settings` counts, as on the command line of the server.
    """

    def __init__(self, programs: Path, settings: Sequence[str] = (), *, is_durable: bool = False) -> None:
        _remove_old_folders()
        self._programs = programs
        self._settings = (*_SETTINGS, *(() if is_durable else _WITHOUT_DISK), *settings)
        self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        self._user = _user()
        if self._user is not None:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._addresses: Sequence[str] = ()
        self._process: subprocess.Popen[bytes] | None = None
        data = str(self.folder / "data")
        arguments = ["-D", data, "-U", ROLE, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        subprocess.run([programs / "initdb", *arguments], check=True, stdout=subprocess.DEVNULL, **self._as_user())

    def serve_network(self, addresses: Sequence[str]) -> None:
        """From the next start on it listens there, too, and lets everybody in who reaches it."""
        self._addresses = addresses
        with (self.folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write("host all all all trust\n")

    def start(self) -> None:
        arguments = ["-D", str(self.folder / "data"), "-k", str(self.folder)]
        given = (f"listen_addresses={','.join(self._addresses)}", *self._settings)
        settings = [part for each in given for part in ("-c", each)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", *arguments, *settings],
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_parent,  # noqa: PLW1509 (no threads here)
                **self._as_user(),
            )
        self._wait_until_it_answers()

    def stop(self, by: signal.Signals = signal.SIGINT) -> None:
        """By SIGINT it ends its sessions first; by SIGQUIT it ends as if it had crashed."""
        if self._process is not None:
            self.thaw()
            self._process.send_signal(by)
            self._process.wait(_ENDS_WITHIN_S)
            self._process = None

    def crash(self) -> None:
        """It ends without warning, as by `pg_ctl stop -m immediate`."""
        self.stop(signal.SIGQUIT)

    def freeze(self) -> None:
        """It neither answers nor ends, as on a machine that hangs."""
        for each in self._processes():
            each.suspend()

    def thaw(self) -> None:
        for each in self._processes():
            with suppress(psutil.NoSuchProcess):
                each.resume()

    def _processes(self) -> list[psutil.Process]:
        assert self._process is not None
        first = psutil.Process(self._process.pid)
        return [first, *first.children(recursive=True)]

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        return url_in(self.folder, database)

    def _as_user(self) -> dict[str, object]:
        common: dict[str, object] = {"cwd": self.folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C"}}
        if self._user is None:
            return common
        return {**common, "user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _wait_until_it_answers(self) -> None:
        give_up = time.monotonic() + _STARTS_WITHIN_S
        while True:
            try:
                psycopg2.connect(host=str(self.folder), user=ROLE, dbname="postgres").close()
            except psycopg2.OperationalError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.05)
            else:
                return


def url_in(folder: Path, database: str) -> str:
    """The address of a database of the server in that folder."""
    return f"postgresql://{ROLE}@/{database}?host={quote(str(folder), safe='')}"


def run(folder: Path, statement: str) -> None:
    """One statement, outside of a transaction."""
    connection = psycopg2.connect(host=str(folder), user=ROLE, dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def _remove_old_folders() -> None:
    """Those of runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _OLD_S:
                shutil.rmtree(folder, ignore_errors=True)


def _user() -> pwd.struct_passwd | None:
    """Whom the server runs as; None for who runs this."""
    if os.geteuid() != 0:
        return None
    names = {each.pw_name: each for each in pwd.getpwall()}
    return next(names[name] for name in _NOT_AS_ROOT if name in names)


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
