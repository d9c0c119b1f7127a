"""All records that wait: in the first place that takes them, and what does not fit there in the next."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from persistence.backlog.file import BacklogFile
from persistence.backlog.lines import DamagedLineError, kept_entries
from persistence.records import Entry
from persistence.store import Store
from persistence.writing import must_survive_power_loss

_AT_ONCE = 50  # records in one transaction


class Draining(StrEnum):
    """How far the database has what waited."""

    NOTHING = "nothing"  # nothing waited
    MORE = "more"  # some were written, others wait
    DONE = "done"  # the last one was written


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, for people."""

    records: int = 0
    bytes: int = 0
    place: str = ""  # of the newest file; empty where there is none
    refused: str = ""  # why no place takes more records; empty while one does


class Backlog:
    """Records are read in the order in which they were kept. Without places nothing is kept.

    A file is bound to the lease under which it was begun: only the same service, or the one that came directly after
    it, writes what is in it. What another service has done since would be overwritten.
    """

    def __init__(self, places: Sequence[str] = (), lease: int = 0) -> None:
        self._places, self._lease = [Path(each) for each in places], lease
        self._files: list[BacklogFile] = []
        self._refused = ""
        self.lost = ""  # why a file was given up; empty while none was

    @property
    def is_empty(self) -> bool:
        return not self._files

    @property
    def waiting(self) -> Waiting:
        place = str(self._files[-1].path) if self._files else ""
        return Waiting(sum(x.records for x in self._files), sum(x.size for x in self._files), place, self._refused)

    def find(self) -> list[str]:
        """Takes over what an earlier process left; returns a sentence for each file that is not to be written."""
        sentences = []
        for place in list(self._places):
            try:
                found = BacklogFile.open(place)
            except (OSError, DamagedLineError) as error:
                self._places.remove(place)
                sentences.append(f"the backlog {place} cannot be read, and nothing is put there: {error}")
                continue
            if found is not None:
                sentences += self._take_over(found)
        return sentences

    def _take_over(self, found: BacklogFile) -> list[str]:
        if found.lease in (self._lease, self._lease - 1):
            self._files.append(found)
            return []
        kept = found.set_aside()
        return [
            f"{found.records} records that waited for the database are not written: another lotkeeper has used it since"
            f"; the exchange tells trades and orders again; what was asked for here last (a pause, a release) may have "
            f"to be asked for again; kept as {kept}"
        ]

    def keep(self, entries: Sequence[Entry]) -> bool:
        """Whether they wait on a disk now. What the database alone may have is left out."""
        wanted = kept_entries(entries)
        if not wanted:
            return True
        is_durable = any(map(must_survive_power_loss, wanted))
        errors = []
        for place in self._places_left():
            try:
                self._file_at(place).append(wanted, is_durable=is_durable)
            except OSError as error:
                errors.append(f"{place}: {error.strerror or error}")
            else:
                self._refused = ""
                return True
        self._refused = "; ".join(errors)
        return False

    def supersede(self, symbol: str) -> None:
        """A new keeper of the pair has begun without what waits (`superseded.py`)."""
        for file in self._files:
            file.supersede(symbol)

    def _places_left(self) -> list[Path]:
        """The one that is in use and those after it: so they are read in the right order."""
        used = [each.path for each in self._files]
        return self._places[self._places.index(used[-1]) :] if used else self._places

    def _file_at(self, place: Path) -> BacklogFile:
        if not self._files or self._files[-1].path != place:
            self._files.append(BacklogFile.create(place, self._lease))
        return self._files[-1]

    def drain(self, store: Store) -> Draining:
        """Writes some of what waits. Raises StoreError; then it still waits."""
        if not self._files:
            return Draining.NOTHING
        first = self._files[0]
        try:
            entries, records, size = first.next_entries(_AT_ONCE)
        except (OSError, DamagedLineError) as error:
            self._give_up(first, error)
            return Draining.MORE if self._files else Draining.DONE
        store.record(entries, self._lease)
        first.note_written(records, size)
        if first.records:
            return Draining.MORE
        self._files.pop(0)
        first.remove()
        self._refused = ""
        return Draining.MORE if self._files else Draining.DONE

    def _give_up(self, file: BacklogFile, error: Exception) -> None:
        """The keepers still have it all in memory, unless they were restarted since."""
        self._files.remove(file)
        with suppress(OSError):
            file.set_aside()
        self.lost = f"the backlog {file.path} cannot be read any more: {error}"

    def close(self) -> None:
        for each in self._files:
            each.close()
        self._files.clear()
