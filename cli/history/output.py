"""Prints rows as one JSON document, as comma-separated values, or as a table."""

import csv
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click

from cli.shared import write_json

Row = Mapping[str, Any]


def write_rows(
    rows: Sequence[Row],
    columns: Sequence[str],
    table: Callable[[Sequence[Row]], Any],
    none: str,
    *,
    as_json: bool,
    as_csv: bool,
) -> None:
    """`columns` are those of the comma-separated values; `none` is said where a table would be empty."""
    if as_json:
        write_json(rows)
    elif as_csv:
        write_csv(rows, columns)
    elif rows:
        from cli.views.responsive_table import stdout_console

        stdout_console().print(table(rows))
    else:
        click.echo(none)


def write_csv(rows: Iterable[Row], columns: Sequence[str]) -> None:
    """With a header; an absent value is empty."""
    writer = csv.DictWriter(sys.stdout, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)


def say_older(rows: Sequence[Row], key: str, *, is_more: bool, is_quiet: bool) -> None:
    """How a person comes to the next page; programs take the key of the last row."""
    if is_more and not is_quiet:
        click.echo(f"there are older ones: --before {rows[-1][key]}")
