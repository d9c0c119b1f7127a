"""Tables on terminals of any width."""

from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table

from cli.views.responsive_table import ResponsiveTable


def render(width: int) -> list[str]:
    table = Table(box=None, pad_edge=False)
    for name in ("Pair", "Quantity", "Bid"):
        table.add_column(name, no_wrap=True)
    table.add_row("BTCUSDT", "0.00344655", "60132.39")
    console = Console(width=width, file=StringIO(), color_system=None)
    console.print(ResponsiveTable(table, ("Quantity", "Bid")))
    assert isinstance(console.file, StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("width", "heads", "row"),
    [
        (80, "Pair     Quantity    Bid", "BTCUSDT  0.00344655  60132.39"),
        (29, "Pair     Quantity    Bid", "BTCUSDT  0.00344655  60132.39"),
        (28, "Pair     Bid", "BTCUSDT  60132.39"),
        (17, "Pair     Bid", "BTCUSDT  60132.39"),
        (16, "Pair", "BTCUSDT"),
    ],
)
def test_whole_columns_go_before_a_word_is_cut(width: int, heads: str, row: str) -> None:
    assert render(width) == [heads, row]
