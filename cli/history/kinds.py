"""The option --kind: which kinds of incidents are wanted, in the words in which they are shown."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from lotkeeper.service.documents.incident_kinds import INCIDENT_KINDS

Command = TypeVar("Command", bound=Callable[..., Any])


def _names(_context: click.Context, _option: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(INCIDENT_KINDS[word] for word in words)


def kind_option(command: Command) -> Command:
    """May be given more than once."""
    option = click.option(
        "--kind",
        "kinds",
        multiple=True,
        type=click.Choice(list(INCIDENT_KINDS), case_sensitive=False),
        metavar="KIND",
        callback=_names,
        help=f"Only of this kind, or of these: {', '.join(INCIDENT_KINDS)}.",
    )
    return option(command)
