"""`lotkeeper top`: the running actors."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import connect
from lotkeeper.service.configuration import load_config

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lotkeeper.engine.service import AttachedSystem

_ANSWER_WITHIN_S = 1.0  # who does not answer in that time is shown as stuck
_FIRST_LOOKS_APART_S = 1.0  # rates need two looks
_EVERY_S = 2.0
_MEASURE_S = 10.0  # handlers are measured for so long after a look: while somebody watches, without a gap


@click.command(cls=ServiceCommand, short_help="Show the running actors: what each does, and what has died.")
@click.option("--once", is_flag=True, help="Show it once, after a second of measuring.")
@click.option("--handlers", "with_handlers", is_flag=True, help="Also the messages whose handlers took the most time.")
@config_option
@json_option
def top(*, once: bool, with_handlers: bool, config_path: Path, as_json: bool) -> None:
    """Show the running actors until Ctrl-C: the tree, state, age, restarts, mailbox, rates, times, CPU and memory.

    "Mailbox" is what was sent to an actor and is not handled, "Oldest" how long the oldest of it waits at least. The
    times are those of the message whose handler took longest. "stuck" does not answer within a second, "In hand" is
    what it handles then. Below are the last deaths with their causes, and dead letters. Actors measure their handlers
    only while somebody looks, and ten seconds longer.

    \b
    Example:
      lotkeeper top
      lotkeeper top --once --handlers
      lotkeeper top --json | jq '.actors[] | select(.state == "stuck")'
    """
    config = load_config(config_path)
    with connect(config) as system:
        if once or as_json:
            _show_once(system, as_json=as_json, with_handlers=with_handlers)
        else:
            _watch(system, with_handlers=with_handlers)


def _show_once(system: "AttachedSystem", *, as_json: bool, with_handlers: bool) -> None:
    reports = _reports(system)
    next(reports)
    time.sleep(_FIRST_LOOKS_APART_S)
    report = next(reports)
    if as_json:
        write_json(report)
        return
    from cli.views.responsive_table import stdout_console

    stdout_console().print(_view(report, None, with_handlers=with_handlers))


def _watch(system: "AttachedSystem", *, with_handlers: bool) -> None:
    """Elsewhere than on a terminal the whole table again and again, like `top -b`."""
    from cli.watching import watch

    reports = _reports(system)

    def view(_width: int, height: int) -> "RenderableType":
        return _view(next(reports), height, with_handlers=with_handlers)

    watch(view, lambda: [_view(next(reports), None, with_handlers=with_handlers)], _EVERY_S)


def _reports(system: "AttachedSystem") -> "Iterator[dict[str, Any]]":
    """A report of each look. The first one has no rates."""
    from lotkeeper.engine.inspection.tree import look
    from lotkeeper.service.actor_report import ActorReport

    report = ActorReport()
    while True:
        yield report.document(look(system, _MEASURE_S, _ANSWER_WITHIN_S))


def _view(report: "dict[str, Any]", height: int | None, *, with_handlers: bool) -> "RenderableType":
    from rich.console import Group

    from cli.views.top import handlers_view, top_view

    if not with_handlers:
        return top_view(report, height)
    return Group(top_view(report, None if height is None else height // 2), handlers_view(report))
