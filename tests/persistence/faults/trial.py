"""One fault of an SQLite database: lots are recorded before it, during it and after it.

Runs in a process of its own, where a small file system is mounted; prints what the status said.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import orjson

from messages.health import LedgerReported
from messages.ledger import BacklogWritten, LedgerFailed, LotsKept, LotsRecorded
from persistence.engines.sqlite.backup import backup, restore
from persistence.history.check import check_tables
from persistence.history.database import HistoryDatabase
from tests.actors.ledger.test_actor import Bench
from tests.persistence import lots

_BEFORE, _DURING = range(1, 301), range(301, 321)  # BUY order ids
_HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@dataclass(slots=True)
class Trial:
    """A Ledger, its database in `folder`, and its backlog in the given folders."""

    folder: Path
    backlog: tuple[str, ...]
    bench: Bench
    number: int = 0

    @property
    def path(self) -> Path:
        return self.folder / "lots.sqlite"

    @classmethod
    def begin(cls, folder: Path, backlog: tuple[str, ...]) -> "Trial":
        trial = cls(folder, backlog, Bench(f"sqlite:///{folder}/lots.sqlite", backlog=backlog))
        trial.record(*_BEFORE, cursor=3010)
        trial.bench.keeper.pop(LotsRecorded)
        return trial

    def record(self, *numbers: int, cursor: int | None = None) -> None:
        self.number += 1
        self.bench.record(*(lots.lot(each) for each in numbers), number=self.number, cursor=cursor)

    def record_each(self) -> tuple[int, int]:
        """How many of the records wait on disk, and how many were refused, to be sent again."""
        for each in _DURING:
            self.record(each)
        kinds = [type(each) for each in self.bench.keeper.received]
        self.bench.keeper.received.clear()
        return kinds.count(LotsKept), kinds.count(LedgerFailed)

    def report(self) -> LedgerReported:
        self.bench.monitor.received.clear()
        self.bench.desk.advance(2.0)
        return self.bench.monitor.pop(LedgerReported)

    def start_again(self) -> None:
        self.bench.desk.actor.on_exit()
        self.bench = Bench(f"sqlite:///{self.path}", backlog=self.backlog)

    def finish(self, *, is_told: bool) -> None:
        """The database is well again: all is in it, and its tables agree."""
        self.bench.desk.advance(4.0)
        if is_told:
            self.bench.keeper.pop(BacklogWritten)
        else:
            self.record(*_DURING)
        self.record(cursor=3210)
        self.bench.keeper.pop(LotsRecorded)
        report = self.report()
        assert (report.trouble, report.waiting, report.since_ms) == ("", 0, None), report
        self.bench.desk.actor.on_exit()
        with HistoryDatabase.open(f"sqlite:///{self.path}") as database:
            assert check_tables(database).findings == ()
            rows = database.rows("SELECT buy_order_id FROM lots ORDER BY buy_order_id")
        assert [row.buy_order_id for row in rows] == [*_BEFORE, *_DURING]


def fill(folder: Path) -> Path:
    """Takes all the room of the file system."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return filler


def full_disk(folder: Path, elsewhere: Path) -> list[LedgerReported]:
    trial = Trial.begin(folder, (str(elsewhere / "backlog"),))
    filler = fill(folder)
    kept, refused = trial.record_each()
    assert kept, "the disk was not full"
    assert not refused
    said = trial.report()
    filler.unlink()
    trial.finish(is_told=True)
    return [said]


def full_disk_everywhere(folder: Path, elsewhere: Path) -> list[LedgerReported]:
    """No place takes the records: the keepers hold them and send them again."""
    trial = Trial.begin(folder, (str(folder / "backlog"), str(folder / "second")))
    filler = fill(folder)
    assert trial.record_each()[1], "no record was refused"
    said = trial.report()
    filler.unlink()
    trial.bench.desk.advance(2.0)
    trial.bench.keeper.received.clear()
    trial.finish(is_told=False)
    return [said]


def read_only(folder: Path, elsewhere: Path) -> list[LedgerReported]:
    """Found when the Ledger starts: what is open for writing keeps a file system from becoming read-only."""
    trial = Trial.begin(folder, (str(elsewhere / "backlog"),))
    trial.bench.desk.actor.on_exit()
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    trial.bench = Bench(f"sqlite:///{trial.path}", backlog=trial.backlog)
    assert trial.record_each() == (len(_DURING), 0)
    said = trial.report()
    subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
    trial.finish(is_told=True)
    return [said]


def locked(folder: Path, elsewhere: Path) -> list[LedgerReported]:
    """Another process holds a transaction. It is waited for once, and not with each record."""
    trial = Trial.begin(folder, (str(elsewhere / "backlog"),))
    command = [sys.executable, "-c", _HOLDER, str(trial.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert trial.record_each() == (len(_DURING), 0)
        said = trial.report()
    trial.finish(is_told=True)
    return [said]


def damaged(folder: Path, elsewhere: Path) -> list[LedgerReported]:
    """Pages in the middle are overwritten; a backup takes the place of the file, and the service starts again."""
    trial = Trial.begin(folder, (str(elsewhere / "backlog"),))
    backup(trial.path, elsewhere / "copy.sqlite")
    trial.start_again()
    with closing(sqlite3.connect(trial.path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = trial.path.stat().st_size
    with trial.path.open("r+b") as file:
        file.seek(size // 4)
        file.write(os.urandom(size // 2))
    kept, refused = trial.record_each()
    assert kept
    assert not refused
    said = trial.report()
    trial.bench.desk.actor.on_exit()
    restore(elsewhere / "copy.sqlite", trial.path, "damaged")
    trial.bench = Bench(f"sqlite:///{trial.path}", backlog=trial.backlog)
    trial.record(*_DURING)
    trial.bench.keeper.received.clear()
    trial.finish(is_told=False)
    return [said]


FAULTS: dict[str, Callable[[Path, Path], list[LedgerReported]]] = {
    "full disk": full_disk,
    "full disk, no room for the backlog": full_disk_everywhere,
    "read-only": read_only,
    "locked": locked,
    "damaged": damaged,
}


def main(fault: str, folder: str, elsewhere: str) -> None:
    (said,) = FAULTS[fault](Path(folder), Path(elsewhere))
    sys.stdout.write(orjson.dumps({"trouble": said.trouble, "waiting": said.waiting}).decode())
