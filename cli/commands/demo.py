"""`lotkeeper demo`: the real service against the embedded exchange, with a simulated trader that buys."""

import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from cli.shared import ServiceCommand, json_option, write_json

if TYPE_CHECKING:
    from rich.console import Console

    from lotkeeper.verification.demonstration import Demonstration

_REFRESH_S = 0.25


@click.command(cls=ServiceCommand)
@click.option("--seconds", type=click.FloatRange(min=1), help="Stop after this time. Without it, stop at Ctrl-C.")
@click.option("--seed", default="1", show_default=True, help="The same seed gives the same prices and trader.")
@json_option
def demo(seconds: float | None, seed: str, as_json: bool) -> None:
    """Watch lotkeeper work, without a key and without a network.

    An embedded exchange runs on this machine and speaks Binance's protocol. A simulated trader buys there. The same
    service that runs against the real exchange sells each lot at the lowest price that leaves a profit. Ctrl-C ends
    the demonstration and shows the result. Where standard output is no terminal, each thing that happens is a line:
    bought, SELL placed, sold.

    \b
    Example:
      lotkeeper demo
      lotkeeper demo --seconds 20 | tee demo.txt
      lotkeeper demo --seconds 30 --json
    """
    from lotkeeper.verification.demonstration import Demonstration

    stop = _StopRequest()
    with tempfile.TemporaryDirectory(prefix="lk-") as folder:
        demonstration = Demonstration(Path(folder), seed)
        with demonstration.running():
            _play(demonstration, seconds, stop, is_silent=as_json)
            summary = demonstration.conclude()
    if as_json:
        write_json(summary)
    else:
        _show_summary(summary)
    if summary["unprotected"]:
        raise SystemExit(1)


class _StopRequest:
    """Ctrl-C, SIGTERM and a closed terminal ask for the closing summary instead of ending the process."""

    def __init__(self) -> None:
        self.is_made = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.is_made = True


def _play(demonstration: "Demonstration", seconds: float | None, stop: _StopRequest, *, is_silent: bool) -> None:
    demonstration.start_trader(lambda: stop.is_made)
    end = None if seconds is None else time.monotonic() + seconds
    if is_silent:
        while not stop.is_made and (end is None or time.monotonic() < end):
            demonstration.check()
            time.sleep(_REFRESH_S)
        return
    from rich.console import Console

    console, is_over = Console(), lambda: stop.is_made or (end is not None and time.monotonic() >= end)
    (_show_in_place if console.is_terminal else _tell)(demonstration, console, is_over)


def _show_in_place(demonstration: "Demonstration", console: "Console", is_over: Callable[[], bool]) -> None:
    from rich.live import Live

    from cli.views.demo import demo_view

    with Live(auto_refresh=False, console=console, vertical_overflow="crop") as live:
        while not is_over():
            demonstration.check()
            live.update(demo_view(demonstration.snapshot(), console.height), refresh=True)
            time.sleep(_REFRESH_S)


def _tell(demonstration: "Demonstration", console: "Console", is_over: Callable[[], bool]) -> None:
    """A line for each thing that happens."""
    from cli.views.demo import news_lines
    from cli.views.lot_news import LotNews
    from cli.watching import print_lines

    news = LotNews()
    while not is_over():
        demonstration.check()
        print_lines(console, news_lines(news, demonstration.snapshot()))
        time.sleep(_REFRESH_S)


def _show_summary(summary: dict[str, Any]) -> None:
    from rich.console import Console

    from cli.views.demo import summary_view

    Console().print(summary_view(summary))
