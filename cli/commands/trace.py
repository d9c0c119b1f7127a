"""`lotkeeper trace`: the messages of one lot or pair through the actors."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import connect
from lotkeeper.service.configuration import load_config
from lotkeeper.service.errors import ServiceError

if TYPE_CHECKING:
    from lotkeeper.config import Config
    from lotkeeper.service.tracing import TracedStep, Tracing

_TAKE_EVERY_S = 0.5
_SHOWN = 160  # characters of a message's text


@click.command(cls=ServiceCommand, short_help="Show the messages about a pair or a lot, as the actors handle them.")
@click.argument("subject", metavar="PAIR|LOT")
@click.option(
    "--seconds",
    type=click.FloatRange(min=1, max=3600),
    default=30.0,
    show_default=True,
    help="How long; the actors stop by themselves then.",
)
@click.option("--states", is_flag=True, help="Also prices and reports, of which only the newest counts.")
@click.option("--full", is_flag=True, help="The whole text of each message, up to 2000 characters.")
@config_option
@json_option
def trace(*, subject: str, seconds: float, states: bool, full: bool, config_path: Path, as_json: bool) -> None:
    """Show the messages about PAIR or LOT as the actors handle them, until the time is over or Ctrl-C.

    Each line has the time (UTC), the actor, the message, how long its handler took, its sender, and its text with
    secrets masked. Actors note nothing before and after it. With --json it is one document at the end.

    \b
    Example:
      lotkeeper trace BTCUSDT --seconds 60
      lotkeeper trace BTCUSDT-7
    """
    from lotkeeper.service.tracing import Tracing

    config, subject = load_config(config_path), subject.upper()
    pair, words = _pair_and_words(config, subject)
    with connect(config) as system:
        tracing = Tracing(system, pair, words, seconds, has_states=states)
        if as_json:
            write_json(_document(tracing))
            return
        click.echo(f"tracing {subject} in {tracing.actors} actors for {seconds:g} s", err=True)
        _show(tracing, is_full=full)
    if tracing.dropped:
        click.echo(f"{tracing.dropped} more came too fast to be noted", err=True)


def _pair_and_words(config: "Config", subject: str) -> tuple[str, tuple[str, ...]]:
    """The pair, and what stands in a message about the subject. Raises ServiceError for a pair that is not kept."""
    from cli.lot_names import lot_words

    pair = subject.partition("-")[0]
    if pair not in config.pairs:
        raise ServiceError(f"{pair} is not a configured pair; configured: {', '.join(sorted(config.pairs))}")
    if pair == subject:
        return pair, (pair,)
    return pair, (*lot_words(subject), subject.partition("-")[2])


def _steps(tracing: "Tracing") -> "Iterator[TracedStep]":
    """Until its time is over; Ctrl-C ends it before."""
    with suppress(KeyboardInterrupt):
        while not tracing.is_over:
            time.sleep(_TAKE_EVERY_S)
            yield from tracing.take()
        return
    tracing.stop()
    yield from tracing.take()


def _document(tracing: "Tracing") -> dict[str, object]:
    from cli.views.trace import step_document

    return {"messages": [step_document(step) for step in _steps(tracing)], "dropped": tracing.dropped}


def _show(tracing: "Tracing", *, is_full: bool) -> None:
    """On a terminal a message takes the lines that it needs to be read; elsewhere one."""
    from rich.console import Console

    from cli.views.trace import fitted_step, step_line
    from cli.watching import print_lines

    console = Console()
    for step in _steps(tracing):
        is_fitted = console.is_terminal and not is_full
        line = fitted_step(step, console.width) if is_fitted else step_line(step, None if is_full else _SHOWN)
        print_lines(console, [line])
