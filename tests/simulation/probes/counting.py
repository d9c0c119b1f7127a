"""Counts which cells of a transition table are looked up, by rows that stand in the table in the place of its own.

Nothing of the product is changed: its tables are dictionaries, and for the time of a schedule their rows are these.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lotkeeper.trading.lots import states as lots
from lotkeeper.trading.orders import states as orders

Look = Callable[[str, Any, Any], None]  # the table's name, the row, the event
TABLES: dict[str, dict[Any, dict[Any, Any]]] = {
    "order": orders._TABLE,  # type: ignore[dict-item]
    "lot": lots._TABLE,  # type: ignore[dict-item]
    "hold": lots._HOLDS,  # type: ignore[dict-item]
}
IMPOSSIBLE: dict[str, Mapping[tuple[Any, Any], str]] = {
    "order": orders.IMPOSSIBLE,
    "lot": lots.IMPOSSIBLE,
    "hold": lots.IMPOSSIBLE_HOLDS,
}


class CountingRow(dict[Any, Any]):
    """A row of a table that says which of its events was asked for, whether it has that event or not."""

    def __init__(self, row: Mapping[Any, Any], note: Callable[[Any], None]) -> None:
        super().__init__(row)
        self._note = note

    def __contains__(self, event: object) -> bool:
        self._note(event)
        return super().__contains__(event)


@contextmanager
def counted_tables(look: Look) -> Iterator[None]:
    """Meanwhile `look` is told of each look into the tables."""
    before = {name: dict(table) for name, table in TABLES.items()}
    for name, table in TABLES.items():
        for state, row in before[name].items():
            table[state] = CountingRow(row, lambda event, name=name, state=state: look(name, state, event))  # type: ignore[misc]
    try:
        yield
    finally:
        for name, table in TABLES.items():
            table.update(before[name])
