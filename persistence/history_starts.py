"""The moments at which the histories of the pairs begin, as the launcher notes them before it asks the exchange.

Plain SQL, because Pony takes longer to import than all of this: a start must not wait for it. No other process writes
here, because the service holds the database's lock.
"""

from collections.abc import Mapping
from typing import Self

from lotkeeper.trading.recovery.history_start import HistoryRecord, from_text, to_text
from persistence.engines.base import Engine
from persistence.engines.choice import engine_of
from persistence.schema import STATE_TABLE

_KEY = "history-from:"
_WRITE = f"""\
INSERT INTO {STATE_TABLE} (key, value) VALUES ({{value}}, {{value}})
ON CONFLICT (key) DO UPDATE SET value = excluded.value
"""  # noqa: S608 (a name of ours)


def state_key(symbol: str) -> str:
    """Under which key of the system state the history of a pair stands."""
    return _KEY + symbol


class HistoryStarts:
    """The records of one database; every method is one transaction that waits for the disk, and raises StoreError."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, url: str) -> Self:
        """Creates the database if there is none; raises StoreError."""
        engine = engine_of(url)
        engine.prepare()
        if STATE_TABLE not in engine.tables():
            from persistence.store import Store

            Store.open(url).close()  # only a new database needs Pony, which makes the tables
        return cls(engine)

    def records(self) -> dict[str, HistoryRecord]:
        """What is recorded, by pair."""
        rows = self._engine.read(f"SELECT key, value FROM {STATE_TABLE}")  # noqa: S608 (a name of ours)
        return {key.removeprefix(_KEY): from_text(value) for key, value in rows if key.startswith(_KEY)}

    def known_pairs(self) -> set[str]:
        """The pairs of which there are lots or a cursor."""
        return {symbol for (symbol,) in self._engine.read("SELECT symbol FROM cursors UNION SELECT symbol FROM lots")}

    def write(self, records: Mapping[str, HistoryRecord]) -> None:
        """All of them or none; on the disk when this returns."""
        rows = [(state_key(symbol), to_text(record)) for symbol, record in records.items()]
        if rows:
            self._engine.write(_WRITE.format(value=self._engine.parameter), rows)
