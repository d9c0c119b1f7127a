"""Tables that fit the terminal: a narrow one leaves out whole columns instead of cutting every word."""

import dataclasses
from collections.abc import Sequence

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_ANY_WIDTH = 1000
_FILE_WIDTH = 240  # room for all columns
_TEXT = frozenset({"State", "Pair", "Side", "Type", "Order", "Lot", "SELL", "Message"})
BLANK = Text()  # the line between a table and what stands around it


class ResponsiveTable:
    """A table that leaves out columns where the terminal is too narrow."""

    def __init__(self, table: Table, optional: Sequence[str]) -> None:
        """`optional` names the columns that may be left out, the least important first."""
        self.table = table
        self._optional = optional

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = self.table
        _measure_once(console, table)
        for name in self._optional:
            if Measurement.get(console, options.update(width=_ANY_WIDTH), table).maximum <= options.max_width:
                break
            table = without_column(table, name)
        yield table


def _measure_once(console: Console, table: Table) -> None:
    """Gives each column that is not folded its width: else every cell is measured three times, or more often."""
    for column in table.columns:
        if column.no_wrap and column.width is None:
            column.width = max(_width(console, cell) for cell in (column.header, *column.cells))


def _width(console: Console, cell: RenderableType) -> int:
    if isinstance(cell, str):
        cell = console.render_str(cell) if "[" in cell else Text(cell)
    if isinstance(cell, Text):
        return cell_len(cell.plain)
    return Measurement.get(console, console.options.update(width=_ANY_WIDTH), cell).maximum


def stdout_console() -> Console:
    """Standard output; if it is not a terminal, with room for every column."""
    console = Console(emoji=False)  # no text here has any, and to know their names takes longer than all the table
    return console if console.is_terminal else Console(width=_FILE_WIDTH, emoji=False)


def without_column(table: Table, name: str) -> Table:
    """The table without one of its columns."""
    left = [column for column in table.columns if column.header != name]
    narrower = Table.grid()
    narrower.__dict__.update(table.__dict__)
    narrower.columns = [dataclasses.replace(column, _index=index) for index, column in enumerate(left)]
    return narrower


def plain_table(first: str, *others: str) -> Table:
    """An empty table: the first column and those with a name of text stand left, numbers right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(first, no_wrap=True)
    for name in others:
        table.add_column(name, justify="left" if name in _TEXT else "right", no_wrap=True)
    return table
