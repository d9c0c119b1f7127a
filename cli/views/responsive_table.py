"""Tables that fit the terminal: where it is narrow, whole columns are left out instead of every word being cut."""

import dataclasses
from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.table import Table

_ANY_WIDTH = 1000
_WIDTH_OF_A_FILE = 160  # what is piped away is cut by nobody


class Fitting:
    """A table, and the columns that it can do without, the most dispensable first."""

    def __init__(self, table: Table, optional: Sequence[str]) -> None:
        self.table = table
        self._optional = optional

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = self.table
        for name in self._optional:
            if Measurement.get(console, options.update(width=_ANY_WIDTH), table).maximum <= options.max_width:
                break
            table = _without(table, name)
        yield table


def stdout_console() -> Console:
    """The terminal, or a file that has room for every column."""
    console = Console()
    return console if console.is_terminal else Console(width=_WIDTH_OF_A_FILE)


def _without(table: Table, name: str) -> Table:
    left = [column for column in table.columns if column.header != name]
    narrower = Table.grid()
    narrower.__dict__.update(table.__dict__)
    narrower.columns = [dataclasses.replace(column, _index=index) for index, column in enumerate(left)]
    return narrower
