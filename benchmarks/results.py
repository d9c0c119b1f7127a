"""Tables of results, as Markdown (for docs/performance.md) or JSON."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import orjson
from rich import box
from rich.console import Console
from rich.table import Table

Cell = str | int | float | None


@dataclass(slots=True)
class ResultTable:
    """A cell of None shows that there was nothing to measure."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[Cell]] = field(default_factory=list)

    def document(self) -> dict[str, object]:
        return {"title": self.title, "rows": [dict(zip(self.columns, row, strict=True)) for row in self.rows]}

    def view(self) -> Table:
        table = Table(box=box.MARKDOWN, title=self.title, title_justify="left")
        for number, column in enumerate(self.columns):
            table.add_column(column, justify="left" if number == 0 else "right", no_wrap=True)
        for row in self.rows:
            table.add_row(*map(_text, row))
        return table


def _text(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:.2f}" if abs(cell) < 1000 else f"{cell:,.0f}"
    return str(cell)


def show_results(tables: Iterable[ResultTable], *, as_json: bool) -> None:
    """Print all tables, and what the machine was like."""
    machine = {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1)}
    if as_json:
        document = {"tables": [each.document() for each in tables], **machine}
        print(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
        return
    console = Console(width=200)
    for each in tables:
        console.print(each.view())
    console.print(f"cores {machine['cores']}, load {machine['load']}")


def quantile(values: Sequence[float], part: float) -> float:
    """NaN of no values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")
