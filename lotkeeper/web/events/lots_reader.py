"""Reads open lots for the pages: all of them once, and afterwards those that have changed. For one thread."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from lotkeeper.config import Config
from lotkeeper.service.documents.recorded import open_lots, open_lots_of
from lotkeeper.service.history_reader import opened_history
from lotkeeper.web.events.lots_mirror import LotsMirror
from messages.control import AskLotsChanged, LotsChanged


class LotsReader:
    """Keeps a mirror as the database is. Raises ServiceError."""

    def __init__(self, config: Config, ask: Callable[[object], Any]) -> None:
        """`ask` gives the answer of the running service to a message."""
        self._config, self._ask = config, ask
        self.mirror = LotsMirror()
        self._read = AskLotsChanged()  # up to here the mirror is read

    def look(self) -> Callable[[], None]:
        """Reads what has changed, and returns what puts it into the mirror: pages read that in another thread.

        While nothing changes that is one question, and the database is not looked at.
        """
        found: LotsChanged = self._ask(self._read)
        change = _nothing
        if found.lots is None or not self.mirror.is_known:
            change = self._read_all()
        elif found.lots or found.pairs:
            change = self._read_some({*found.lots, *self.mirror.of_pairs(found.pairs)})
        self._read = AskLotsChanged(found.series, found.number)
        return change

    def _read_all(self) -> Callable[[], None]:
        with opened_history(self._config) as database:
            return partial(self.mirror.replace, open_lots(database))

    def _read_some(self, names: Iterable[str]) -> Callable[[], None]:
        wanted = sorted(names)
        with opened_history(self._config) as database:
            rows = open_lots_of(database, wanted)
        return partial(self.mirror.update, rows, set(wanted) - {row["lot"] for row in rows})


def _nothing() -> None:
    """Puts nothing into the mirror."""
