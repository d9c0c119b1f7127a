"""Makes the pictures of the documents: a real demonstration, and real commands against the embedded exchange.

docs/demo.svg is the README's; docs/pictures/ has those of mixed exits, manual orders and actors, and docs/pictures/page
those of the page. With the word `page` these alone are drawn, else all.
"""

import asyncio
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from drawing import draw, draw_command, draw_watch, run_command, write_picture
from page_pictures import draw_page

from cli.actor_console.app import ActorConsole
from cli.actor_console.settings import Pane, Settings
from cli.actor_console.source import ServiceSource
from cli.actor_console.table import ActorTable
from cli.views.demo import demo_view
from lotkeeper.config import web_token_file
from lotkeeper.service.configuration import load_config
from lotkeeper.verification.demonstration import Demonstration
from lotkeeper.verification.staging.system import StagedSystem

_HERE = Path(__file__).parent
_PICTURES = _HERE / "pictures"
_DEMO_SECONDS = 18
_DEMO_HEIGHT = 30
_TRADING_SECONDS = 15
_BUY_AFTER_S = 10  # the trace has begun
_CONSOLE = (122, 34)  # columns and lines of the running actors
_PROFIT_PCT = "1"
_VIEWS = {
    "overview": "",
    "lots": "lots",
    "pairs": "pairs",
    "orders": "orders",
    "fills": "orders/fills",
    "profit": "profit",
    "alerts": "alerts",
    "actors": "actors",
}
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
        if sys.argv[1:] != ["page"]:
            _draw_demo(Path(folder) / "demo")
            _draw_commands(Path(folder) / "commands")
        _draw_page(Path(folder) / "page")


def _draw_demo(folder: Path) -> None:
    demonstration = Demonstration(folder, "4")
    with demonstration.running():
        demonstration.start_trader(lambda: False)
        time.sleep(_DEMO_SECONDS)
        snapshot = demonstration.snapshot()
    draw(_HERE / "demo.svg", "lotkeeper demo", lambda console: console.print(demo_view(snapshot, _DEMO_HEIGHT)))


def _draw_commands(folder: Path) -> None:
    """Lots that are sold in different ways, as the commands show them while the service runs."""
    arguments = ["--seed", "4", "--buy-every", "0.8"]
    system = StagedSystem(folder, arguments, profit_pct=_PROFIT_PCT, exits=_EXITS)
    with system:
        system.service.start()
        _let_trade(system)
        _draw_command(system, "positions", "positions")
        _draw_trace(system)
        _draw_top(system)
        draw_watch(_PICTURES / "status.svg", ("status", "--watch"), system.config, system.secrets)
        _draw_command(system, "explain-ladder", "explain", _farthest_lot(system, "ETHUSDT"))
        _draw_command(system, "explain-trailing", "explain", _farthest_lot(system, "SOLUSDT"))
        lot = _farthest_lot(system, "BTCUSDT")
        _draw_command(system, "explain-stop", "explain", lot)
        _draw_command(system, "sell", "sell", lot, "--market", "--below-floor", "--dry-run")


def _draw_page(folder: Path) -> None:
    """With lots, sales, a pair that is paused, and an actor that was started again."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    more = f"web: {{loopback_port: {port}}}\n"
    arguments = ["--seed", "4", "--buy-every", "0.5"]
    with StagedSystem(folder, arguments, profit_pct="0.3", exits=_EXITS, more_config=more) as system:
        system.service.start()
        _let_trade(system)
        os.kill(system.service.processes("PairKeeper")[0].pid, signal.SIGKILL)
        _wait_until(lambda: bool((system.client.status() or {}).get("restarts")))
        run_command(("pause", "BNBUSDT", "--yes", "--why", "maintenance"), system.config, system.secrets)
        _wait_until(lambda: (system.client.status() or {}).get("alerts", {}).get("open", 0) > 0)
        _wait_until(lambda: (system.client.status() or {}).get("health") == "ok")
        token = web_token_file(load_config(system.config)).read_text().strip()
        lot = _farthest_lot(system, "ETHUSDT")
        views = {**_VIEWS, "pair": "pairs/ETHUSDT", "lot": f"lots/{lot}"}
        draw_page(_PICTURES / "page", f"http://127.0.0.1:{port}", token, views)


def _draw_top(system: StagedSystem) -> None:
    """The running actors, one of which was killed and started again."""
    keeper = system.service.processes("PairKeeper")[0]
    os.kill(keeper.pid, signal.SIGKILL)
    _wait_until(lambda: bool((system.client.status() or {}).get("restarts")))
    _wait_until(lambda: (system.client.status() or {}).get("health") == "ok")
    _draw_command(system, "top-plain", "top", "--once", "--plain")
    asyncio.run(_draw_console(ServiceSource(load_config(system.config))))


async def _draw_console(source: ServiceSource) -> None:
    """The application without a terminal, with the cursor on the keeper that was started again."""
    app = ActorConsole(source, Settings(pane=Pane.ACTOR))
    async with app.run_test(size=_CONSOLE) as pilot:
        await pilot.pause(8)
        table = app.query_one(ActorTable)
        table.move_cursor(row=next(row for row in range(table.row_count) if table.get_row_at(row)[3].plain == "1"))
        await pilot.pause(1)
        write_picture(_PICTURES / "top.svg", app.export_screenshot(title="lotkeeper top"))
    source.close()


def _draw_trace(system: StagedSystem) -> None:
    """A BUY on its way through the actors."""
    buyer = threading.Timer(_BUY_AFTER_S, lambda: system.controls.buy("BTCUSDT", "150"))
    buyer.start()
    _draw_command(system, "trace", "trace", "BTCUSDT", "--seconds", "20")
    buyer.join()


def _let_trade(system: StagedSystem) -> None:
    _wait_until(lambda: (system.client.status() or {}).get("health") == "ok")
    system.controls.ask("POST", "trader/start")
    time.sleep(_TRADING_SECONDS)
    system.controls.ask("POST", "trader/stop")
    _wait_until(lambda: not system.unprotected())


def _wait_until(is_met: Callable[[], bool], within_s: float = 90.0) -> None:
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
    draw_command(_PICTURES / f"{name}.svg", arguments, system.config, system.secrets)


if __name__ == "__main__":
    main()
