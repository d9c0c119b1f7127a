"""The open database, or why it cannot be used: what a database may raise is noted here, and raised no further."""

from collections.abc import Callable
from typing import TypeVar

from lotkeeper.engine.actor import EngineActor
from lotkeeper.trading.log_events import LogEvent, named
from persistence.errors import OvertakenError, StoreError
from persistence.store import Store

Found = TypeVar("Found")

_COMPLAIN_EVERY_S = 60.0


class DatabaseAccess:
    """`on_overtaken` is called when the database turns out to belong to a newer system."""

    def __init__(self, ledger: EngineActor, on_overtaken: Callable[[], object]) -> None:
        self._ledger, self._on_overtaken = ledger, on_overtaken
        self.store: Store | None = None  # None while the database cannot be opened
        self.overtaken = ""  # which newer system has taken the database over; empty while ours is the newest
        self.trouble = ""  # why the last use failed, for people
        self.can_write = True  # whether the last write succeeded
        self.failing_since_ms: int | None = None  # since when not all is written (wall clock)
        self._complained_at = float("-inf")

    def open(self, url: str) -> bool:
        """Whether it is open now."""
        try:
            self.store = Store.open(url)
        except StoreError as error:
            self._note_failure(error)
            return False
        self.trouble = ""
        return True

    def attempt(self, operation: Callable[[Store], Found]) -> Found | None:
        """What the operation returns; None without the database, and where it fails."""
        if self.store is None:
            return None
        try:
            return operation(self.store)
        except OvertakenError as error:
            self._note_overtaken(error)
            self._on_overtaken()
        except StoreError as error:
            self._note_failure(error)
        return None

    def check_lease(self, store: Store, lease: int) -> None:
        """Notes whether a newer system has taken it over; raises StoreError where that cannot be read."""
        try:
            store.check_lease(lease)
        except OvertakenError as error:
            self._note_overtaken(error)

    def note_written(self) -> None:
        """All that there was is in the database."""
        self.trouble, self.can_write, self.failing_since_ms = "", True, None

    def forget(self) -> None:
        """It was closed, and is to be opened again."""
        self.store = None

    def _note_overtaken(self, error: OvertakenError) -> None:
        if not self.overtaken:
            self._ledger.log.error("%s", error, extra=named(LogEvent.ORDERS_STOPPED))
        self.overtaken = self.trouble = str(error)

    def _note_failure(self, error: StoreError) -> None:
        """Logs at most once a minute, since a full disk fails every record, each with another text."""
        self.can_write, self.trouble = False, str(error)
        if self.failing_since_ms is None:
            self.failing_since_ms = self._ledger.wall_ms()
        if self._ledger.monotonic() - self._complained_at >= _COMPLAIN_EVERY_S:
            self._complained_at = self._ledger.monotonic()
            self._ledger.log.error("%s", error, extra=named(LogEvent.DATABASE_TROUBLE))
