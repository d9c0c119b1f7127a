"""`lotkeeper demo`: the real service against the embedded exchange, with a simulated trader that buys."""

import signal
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Any

import click

from cli.shared import ServiceCommand, json_option, write_json
from lotkeeper.service.errors import ServiceError

_REFRESH_S = 0.25


@click.command(cls=ServiceCommand)
@click.option("--seconds", type=click.FloatRange(min=1), help="Stop after so long; without it, at Ctrl-C.")
@click.option("--seed", default="1", show_default=True, help="Same seed, same prices and same trader.")
@json_option
def demo(seconds: float | None, seed: str, as_json: bool) -> None:
    """Watch lotkeeper work, without a key and without a network.

    An exchange of its own runs on this machine and speaks Binance's protocol. A simulated trader buys there; the
    service, the same as for the real exchange, sells each lot at the lowest price that leaves a profit. Ctrl-C ends
    it and shows what became of the lots.
    """
    from lotkeeper.verification.demonstration import Demonstration, DemonstrationError

    ending = _Ending()
    with tempfile.TemporaryDirectory(prefix="lk-") as folder:
        try:
            with Demonstration(Path(folder), seed) as demonstration:
                _play(demonstration, seconds, ending, as_json)
                summary = demonstration.conclude()
        except DemonstrationError as error:
            raise ServiceError(str(error)) from error
    if as_json:
        write_json(summary)
    else:
        _conclude(summary)
    if summary["unprotected"]:
        raise SystemExit(1)


class _Ending:
    """Ctrl-C, SIGTERM and a closed terminal ask for the closing summary; they do not cut it off."""

    def __init__(self) -> None:
        self.is_wanted = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._wanted)

    def _wanted(self, number: int, frame: FrameType | None) -> None:
        self.is_wanted = True


def _play(demonstration: Any, seconds: float | None, ending: _Ending, is_silent: bool) -> None:
    demonstration.begin(lambda: ending.is_wanted)
    end = None if seconds is None else time.monotonic() + seconds
    if is_silent:
        while not ending.is_wanted and (end is None or time.monotonic() < end):
            demonstration.check()
            time.sleep(_REFRESH_S)
        return
    from rich.console import Console
    from rich.live import Live

    from cli.views.demo import demo_view

    with Live(auto_refresh=False, console=Console(), vertical_overflow="crop") as live:
        while not ending.is_wanted and (end is None or time.monotonic() < end):
            demonstration.check()
            live.update(demo_view(demonstration.look(), live.console.height), refresh=True)
            time.sleep(_REFRESH_S)


def _conclude(summary: dict[str, Any]) -> None:
    from rich.console import Console

    from cli.views.demo import summary_view

    Console().print(summary_view(summary))
