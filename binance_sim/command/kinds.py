"""The kinds of options that are many. The judge uses them too: nothing else of the exchange may be imported here."""

from pathlib import Path

import click

READ_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


def flag(name: str, text: str) -> click.Option:
    return click.Option([name], is_flag=True, help=text)


def seconds(name: str, usual: float, text: str, least: float = 0) -> click.Option:
    kind = click.FloatRange(min=least)
    return click.Option([name], metavar="SECONDS", type=kind, default=usual, show_default=True, help=text)


def count(name: str, usual: int, text: str) -> click.Option:
    return click.Option([name], metavar="N", type=click.IntRange(0), default=usual, show_default=True, help=text)
