"""The option --kind: which kinds of incidents are wanted, in the words in which they are shown."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from lotkeeper.trading.incidents import IncidentKind

Command = TypeVar("Command", bound=Callable[..., Any])


def word_of(kind: IncidentKind) -> str:
    """Such as `stream-lost`."""
    return kind.lower().replace("_", "-")


_KINDS = {word_of(kind): str(kind) for kind in IncidentKind}


def _names(_context: click.Context, _option: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_KINDS[word] for word in words)


def kind_option(command: Command) -> Command:
    """May be given more than once."""
    option = click.option(
        "--kind",
        "kinds",
        multiple=True,
        type=click.Choice(list(_KINDS), case_sensitive=False),
        metavar="KIND",
        callback=_names,
        help=f"Only of this kind, or of these: {', '.join(_KINDS)}.",
    )
    return option(command)
