"""What the Ledger could not write: it waits on disk, and is written once the database can be again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lotkeeper.engine.asking import Sender
from messages.health import LedgerReported
from persistence.backlog.backlog import Backlog, Draining, Waiting
from persistence.records import Entry
from persistence.store import Store


class Written(StrEnum):
    """What became of a record."""

    IN_DATABASE = "in the database"
    KEPT = "kept"  # on disk, until the database can be written
    NOWHERE = "nowhere"  # whoever sent it got the reason


@dataclass(slots=True)
class WaitingRecords:
    """The backlog, and the keepers that have to be told when it is written."""

    backlog: Backlog = field(default_factory=Backlog)
    _keepers: dict[str, Sender] = field(default_factory=dict)  # by symbol
    _began: dict[str, int] = field(default_factory=dict)  # by symbol: the newest incarnation that was answered

    @property
    def is_empty(self) -> bool:
        return self.backlog.is_empty

    @property
    def waiting(self) -> Waiting:
        return self.backlog.waiting

    def keep(self, entries: Sequence[Entry]) -> bool:
        """Whether they wait on disk now."""
        return self.backlog.keep(entries)

    def note_loaded(self, symbol: str, incarnation: int) -> None:
        """A keeper that begins without what waits says itself how coins and costs lie: its predecessor's word is over.

        A keeper asks again when it waits for long: what it has recorded meanwhile stays.
        """
        if not self.is_empty and incarnation > self._began.get(symbol, 0):
            self.backlog.supersede(symbol)
        self._began[symbol] = max(incarnation, self._began.get(symbol, 0))

    def remember(self, symbol: str, keeper: Sender) -> None:
        """The keeper of that pair does not send again what waits until it is told to."""
        self._keepers[symbol] = keeper

    def drain(self, store: Store) -> Draining:
        """Writes some of it; raises StoreError."""
        return self.backlog.drain(store)

    def pop_keepers(self) -> dict[str, Sender]:
        """Who has to be told that all is written."""
        found, self._keepers = self._keepers, {}
        return found

    def sentence(self, trouble: str) -> str:
        """The trouble, and what becomes of the records meanwhile."""
        found = self.waiting
        if found.refused:
            return (
                f"{trouble}; records wait in the memory of the service alone, because no file takes them "
                f"({found.refused}): do not stop the service before the database can be written"
            )
        if not found.records:
            return trouble
        number = "1 record waits" if found.records == 1 else f"{found.records} records wait"
        return f"{trouble}; {number} in {found.place}, and will be written when that works again"

    def report(self, now_ms: int, written: int, trouble: str, since_ms: int | None) -> LedgerReported:
        """What the Monitor is told; `written` is how many records came into the database.

        `since_ms` is when it could not be written for the first time; None while it can.
        """
        waiting, said = self.waiting, self.sentence(trouble) if trouble else ""
        return LedgerReported(
            now_ms,
            written,
            said,
            since_ms=since_ms,
            waiting=waiting.records,
            waiting_bytes=waiting.bytes,
            backlog=waiting.place,
        )
