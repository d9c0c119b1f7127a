"""Shows that a command works, and for how long, on standard error; nothing where that is no terminal."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def working(text: str, *, is_silent: bool = False) -> Iterator[None]:
    """While the block runs. It is gone when the block ends, so that only the result stays."""
    if is_silent or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(text, total=None)
        yield
