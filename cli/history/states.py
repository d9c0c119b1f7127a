"""The option --state: which states of lots or orders are wanted."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

State = Callable[[Callable[..., Any]], Callable[..., Any]]


def state_option(allowed: Mapping[str, Iterable[str]]) -> State:
    """May be given more than once; `allowed` has the states that each word stands for."""

    def parse(_context: click.Context, _option: click.Parameter, words: tuple[str, ...]) -> frozenset[str]:
        return frozenset(state for word in words for state in allowed[word])

    return click.option(
        "--state",
        "states",
        multiple=True,
        type=click.Choice(list(allowed), case_sensitive=False),
        metavar="STATE",
        callback=parse,
        help=f"Only in this state, or in these: {', '.join(allowed)}.",
    )
