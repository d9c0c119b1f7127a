"""What a database engine has to do for the store. One engine object belongs to one store."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Any


class Presence(StrEnum):
    """What stands in the places of an open database."""

    WHOLE = "whole"
    DELETED = "deleted"  # a file, or all of them; an empty file in the place of the database counts as none
    REPLACED = "replaced"  # another database is in its place


class Engine(ABC):
    """One database: how it is opened, and what is different about it."""

    place: str  # its path, or its address without user and password
    row_lock: str  # ends a SELECT whose row no other transaction may change or lock until this one ends
    makes_copy: bool  # whether an upgrade begins with a copy
    parameter: str  # stands for a value in a query of `read` and `write`

    @abstractmethod
    def prepare(self) -> None:
        """Creates an empty database if there is none and can be made, and upgrades an older one where that is safe.

        Raises StoreError for one that is not ours or cannot be used.
        """

    @abstractmethod
    def version(self) -> str | None:
        """The schema of the database; None if there is none yet. Changes nothing.

        Raises StoreError for one that is not ours, that a newer lotkeeper wrote, or that cannot be used.
        """

    @abstractmethod
    def upgrade(self) -> Path | None:
        """Brings an older schema to the newest one: all steps or none. Returns the copy of before, if it makes one.

        Raises StoreError.
        """

    @abstractmethod
    def connect(self) -> Any:
        """A connection of the engine's own module; raises what that module raises."""

    @abstractmethod
    def tables(self) -> set[str]:
        """The names of the tables that are there; raises StoreError."""

    @abstractmethod
    def bind(self, db: Any) -> None:
        """Gives a Pony `Database` its connections."""

    @abstractmethod
    def store_errors(self) -> AbstractContextManager[None]:
        """Turns errors of the engine, raised through Pony or not, into a StoreError."""

    @abstractmethod
    def read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        """Rows without Pony; raises StoreError."""

    @abstractmethod
    def write(self, query: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """The query for each of the rows, all or none, on the disk when this returns; raises StoreError."""

    @abstractmethod
    def connect_reader(self) -> Any:
        """A connection that writes nothing, in a transaction that sees one moment.

        Raises StoreError where there is no database, and what the engine's own module raises.
        """

    @abstractmethod
    def own_errors(self) -> AbstractContextManager[None]:
        """Turns errors of the engine's own module into a StoreError; unlike `store_errors` without Pony."""

    def damages(self, connection: Any, *, is_quick: bool = False) -> list[str]:
        """What the engine finds wrong with its files; nothing where it cannot be asked. Raises StoreError.

        `is_quick`: without what takes most of the time.
        """
        return []

    @abstractmethod
    def guard(self, connection: Any) -> None:
        """Makes the constraints and triggers of guards.py that are missing, in the open transaction of `connection`."""

    def continue_numbers(self, cursor: Any) -> None:  # noqa: B027 (nothing has to be done in most engines)
        """After rows were inserted with numbers of their own: what counts up goes on after them."""

    def large_cursor(self, connection: Any) -> Any:
        """A cursor for more rows than the memory should have at once."""
        return connection.cursor()

    def alone(self) -> AbstractContextManager[None]:
        """While tables are made: no other process makes them meanwhile."""
        return nullcontext()

    def on_disk(self, durable: bool) -> AbstractContextManager[None]:
        """Around a transaction: while `durable`, its commit survives a loss of power."""
        return nullcontext()

    def presence(self) -> Presence:
        """Whether the files that are open here are still in their places."""
        return Presence.WHOLE

    def write_again(self) -> None:
        """Writes files that were deleted again and closes the connection; raises StoreError."""
        raise NotImplementedError(f"{self.place} has no files here")
