"""What the tests of the views share: lines as a person sees them, and a status document."""

from io import StringIO
from typing import Any

from rich.console import Console, RenderableType

from actors.monitor.status import status_document
from actors.monitor.view import View
from tests.actors.monitor import reports
from tests.actors.monitor.reports import NOW_MS


def render(what: RenderableType, width: int = 120) -> list[str]:
    console = Console(width=width, file=StringIO(), color_system=None)
    with console.capture() as capture:
        console.print(what)
    return [line.rstrip() for line in capture.get().splitlines()]


def sample_status(**changes: Any) -> dict[str, Any]:
    view = View(
        symbols=("BTCUSDT", "ETHUSDT"),
        started_ms=NOW_MS - 3_725_000,
        pairs={"BTCUSDT": reports.pair()},
        streams={symbol: (reports.stream(symbol), NOW_MS) for symbol in ("", "BTCUSDT", "ETHUSDT")},
        prices={"BTCUSDT": reports.price()},
        gateway=reports.gateway(),
        ledger=reports.ledger(),
    )
    for name, value in changes.items():
        setattr(view, name, value)
    return status_document(view, NOW_MS)
