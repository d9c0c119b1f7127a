"""Makes the pictures of the documents: a real demonstration, and real commands against the embedded exchange.

docs/demo.svg is the README's; docs/pictures/ has those of mixed exits, manual orders and actors. It is drawn whole.
"""

import io
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from cli.views.demo import demo_view
from lotkeeper.verification.demonstration import Demonstration
from lotkeeper.verification.staging.system import StagedSystem

_HERE = Path(__file__).parent
_PICTURES = _HERE / "pictures"
_DEMO_SECONDS = 18
_DEMO_HEIGHT = 30
_TRADING_SECONDS = 15
_WIDTH = 122
_FONT = re.compile(r"@font-face \{.*?\}", re.DOTALL)  # fonts from elsewhere: any monospaced one will do
_PROFIT_PCT = "1"
_EXITS: dict[str, dict[str, Any]] = {
    "BTCUSDT": {"stop_loss": {"below_cost_pct": 4, "limit_below_pct": 1}},
    "ETHUSDT": {
        "ladder": [
            {"share_pct": 50, "net_profit_pct": _PROFIT_PCT},
            {"share_pct": 30, "net_profit_pct": 2},
            {"share_pct": 20, "net_profit_pct": 4},
        ]
    },
    "SOLUSDT": {"trailing": {"distance_pct": "1.5", "share_pct": 70}},
}


def main() -> None:
    """Draws all pictures anew."""
    _PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="lk-") as folder:
        _draw_demo(Path(folder) / "demo")
        _draw_commands(Path(folder) / "commands")


def _draw_demo(folder: Path) -> None:
    demonstration = Demonstration(folder, "4")
    with demonstration.running():
        demonstration.start_trader(lambda: False)
        time.sleep(_DEMO_SECONDS)
        snapshot = demonstration.snapshot()
    _draw(_HERE / "demo.svg", "lotkeeper demo", lambda console: console.print(demo_view(snapshot, _DEMO_HEIGHT)))


def _draw_commands(folder: Path) -> None:
    """Lots that are sold in different ways, as the commands show them while the service runs."""
    arguments = ["--seed", "4", "--buy-every", "0.8"]
    system = StagedSystem(folder, arguments, profit_pct=_PROFIT_PCT, exits=_EXITS)
    with system:
        system.service.start()
        _let_trade(system)
        _draw_command(system, "positions", "positions")
        _draw_top(system)
        _draw_command(system, "explain-ladder", "explain", _farthest_lot(system, "ETHUSDT"))
        _draw_command(system, "explain-trailing", "explain", _farthest_lot(system, "SOLUSDT"))
        lot = _farthest_lot(system, "BTCUSDT")
        _draw_command(system, "explain-stop", "explain", lot)
        _draw_command(system, "sell", "sell", lot, "--market", "--below-floor", "--dry-run")


def _draw_top(system: StagedSystem) -> None:
    """The running actors, one of which was killed and started again."""
    keeper = system.service.processes("PairKeeper")[0]
    os.kill(keeper.pid, signal.SIGKILL)
    _wait_until(lambda: bool((system.client.status() or {}).get("restarts")))
    _wait_until(lambda: (system.client.status() or {}).get("health") == "ok")
    _draw_command(system, "top", "top", "--once")


def _let_trade(system: StagedSystem) -> None:
    _wait_until(lambda: (system.client.status() or {}).get("health") == "ok")
    system.controls.ask("POST", "trader/start")
    time.sleep(_TRADING_SECONDS)
    system.controls.ask("POST", "trader/stop")
    _wait_until(lambda: not system.unprotected())


def _wait_until(is_met: Callable[[], bool], within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while not is_met():
        if time.monotonic() > deadline:
            raise SystemExit("the service is not ready in time")
        time.sleep(0.1)


def _farthest_lot(system: StagedSystem, pair: str) -> str:
    """The lot that will probably not be sold before it is shown."""
    lots = [each for each in system.client.positions(200) if each["pair"] == pair and each["nearest_trigger"]]
    return str(max(lots, key=lambda each: Decimal(each["nearest_trigger"]))["lot"])


def _draw_command(system: StagedSystem, name: str, *arguments: str) -> None:
    shown = _output_in_terminal((*arguments, "--config", str(system.config)), system.secrets)
    title = f"lotkeeper {' '.join(arguments)}"
    _draw(_PICTURES / f"{name}.svg", title, lambda console: console.print(Text.from_ansi(shown)))


def _output_in_terminal(arguments: tuple[str, ...], variables: Mapping[str, str]) -> str:
    """What a command prints on a terminal, colours and all."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, **variables, "COLUMNS": str(_WIDTH), "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    command = [sys.executable, "-m", "cli.main", *arguments]
    terminal: dict[str, Any] = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    with subprocess.Popen(command, env=environment, cwd=_HERE.parent, **terminal):  # noqa: S603 (no shell)
        os.close(theirs)
        return _read_all(ours).decode().replace("\r\n", "\n")


def _read_all(descriptor: int) -> bytes:
    """All until the other side has closed, which a terminal reports as an error."""
    parts = []
    while True:
        try:
            parts.append(os.read(descriptor, 65536))
        except OSError:
            os.close(descriptor)
            return b"".join(parts)


def _draw(picture: Path, title: str, show: Callable[[Console], None]) -> None:
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True)
    show(console)
    picture.write_text(_FONT.sub("", console.export_svg(title=title)))


if __name__ == "__main__":
    main()
