"""Shows something again and again until Ctrl-C: in place on a terminal, and as lines of what changes elsewhere."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.console import Console
from rich.live import Live
from rich.text import Text

from cli.views.responsive_table import stdout_console

if TYPE_CHECKING:
    from rich.console import RenderableType

View = Callable[[int, int], "RenderableType | None"]  # for so many columns and lines; None: nothing new
_REFRESH_S = 0.5


def watch(view: View, changes: Callable[[], Iterable["RenderableType"]], every_s: float = _REFRESH_S) -> None:
    """Until Ctrl-C. A terminal shows the view; anything else gets a line for each change, and no control characters."""
    console = stdout_console()
    with suppress(KeyboardInterrupt):
        if console.is_terminal:
            _show_in_place(console, view, every_s)
        while True:
            print_lines(console, changes())
            time.sleep(every_s)


def _show_in_place(console: Console, view: View, every_s: float) -> None:
    with Live(auto_refresh=False, console=console, vertical_overflow="crop") as live:
        while True:
            found = view(console.width, console.height)
            if found is not None:
                live.update(found, refresh=True)
            time.sleep(every_s)


def print_lines(console: Console, lines: Iterable["RenderableType"]) -> None:
    """Each at once and whole: a reader at the other end of a pipe gets it as it happens."""
    for line in lines:
        console.print(line, soft_wrap=isinstance(line, Text), highlight=False)
    console.file.flush()
