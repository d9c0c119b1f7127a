"""`lotkeeper top`: the running actors."""

import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.actor_console.source import actor_reports
from cli.shared import ServiceCommand, config_option, json_option, write_json
from lotkeeper.service.client import connect
from lotkeeper.service.configuration import load_config

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lotkeeper.config import Config
    from lotkeeper.engine.service import AttachedSystem

_FIRST_LOOKS_APART_S = 1.0  # rates need two looks
_EVERY_S = 2.0


@click.command(cls=ServiceCommand, short_help="Show the running actors: what each does, and what has died.")
@click.option("--once", is_flag=True, help="Show it once, after a second of measuring.")
@click.option("--handlers", "with_handlers", is_flag=True, help="Also the messages whose handlers took the most time.")
@click.option("--plain", "is_plain", is_flag=True, help="The table alone, also on a terminal.")
@click.option(
    "--every",
    "every_s",
    type=click.FloatRange(0.5, 60.0),
    default=_EVERY_S,
    show_default=True,
    help="Seconds between two looks.",
)
@click.option("--no-mouse", "without_mouse", is_flag=True, help="Leave the mouse to the terminal, to select text.")
@config_option
@json_option
def top(
    *,
    once: bool,
    with_handlers: bool,
    is_plain: bool,
    every_s: float,
    without_mouse: bool,
    config_path: Path,
    as_json: bool,
) -> None:
    """Show the running actors until q or Ctrl-C: the tree, state, age, restarts, mailbox, rates, times, CPU and memory.

    "Mailbox" is what was sent to an actor and is not handled, "Oldest" how long the oldest of it waits at least. The
    times are those of the message whose handler took longest. "stuck" does not answer within a second, "In hand" is
    what it handles then. Below are the last deaths with their causes, and dead letters. Actors measure their handlers
    only while somebody looks, and a few seconds longer.

    On a terminal, with the extra lotkeeper[tui] installed, the table can be sorted by a column (< and >, or a click)
    and filtered by a pair (/), and shows the details of an actor (Enter); p stops the looks. It changes nothing in the
    service. Elsewhere, without the extra and with --plain it is a table that is printed again and again.

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
            return
        if is_plain or not _has_console():
            _watch(system, every_s, with_handlers=with_handlers)
            return
    _run_console(config, every_s, with_handlers=with_handlers, with_mouse=not without_mouse)


def _has_console() -> bool:
    """Textual draws on standard error."""
    streams = (sys.stdin, sys.stdout, sys.stderr)
    return all(each.isatty() for each in streams) and find_spec("textual") is not None


def _run_console(config: "Config", every_s: float, *, with_handlers: bool, with_mouse: bool) -> None:
    from cli.actor_console.app import run_console
    from cli.actor_console.settings import Pane, Settings
    from cli.actor_console.source import ServiceSource

    settings = Settings(every_s=every_s, pane=Pane.HANDLERS if with_handlers else Pane.NONE)
    run_console(ServiceSource(config), settings, mouse=with_mouse)


def _show_once(system: "AttachedSystem", *, as_json: bool, with_handlers: bool) -> None:
    reports = actor_reports(system, lambda: _FIRST_LOOKS_APART_S)
    next(reports)
    time.sleep(_FIRST_LOOKS_APART_S)
    report = next(reports)
    if as_json:
        write_json(report)
        return
    from cli.views.responsive_table import stdout_console

    stdout_console().print(_view(report, None, with_handlers=with_handlers))


def _watch(system: "AttachedSystem", every_s: float, *, with_handlers: bool) -> None:
    """Elsewhere than on a terminal the whole table again and again, like `top -b`."""
    from cli.watching import watch

    reports = actor_reports(system, lambda: every_s)

    def view(_width: int, height: int) -> "RenderableType":
        return _view(next(reports), height, with_handlers=with_handlers)

    watch(view, lambda: [_view(next(reports), None, with_handlers=with_handlers)], every_s)


def _view(report: "dict[str, Any]", height: int | None, *, with_handlers: bool) -> "RenderableType":
    from rich.console import Group

    from cli.views.responsive_table import BLANK
    from cli.views.top import handlers_view, top_view

    if not with_handlers:
        return top_view(report, height)
    return Group(top_view(report, None if height is None else height // 2), BLANK, handlers_view(report))
