"""`lotkeeper status` and `positions` while the service runs with such a database, on an exchange with its pairs."""

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from benchmarks.history.filling import Size
from benchmarks.results import ResultTable, quantile
from lotkeeper.verification.staging.system import StagedSystem
from lotkeeper.verification.staging.waiting import StagingError, wait_for
from messages.control import AskPositions, AskStatus
from persistence.engines.choice import engine_of

_ROUNDS = 40
_WITHIN_S = 60.0


def measure_status(url: str, size: Size) -> ResultTable:
    """The answer of the running service. Lots that are not sold are taken away: this exchange does not know them."""
    table = ResultTable("The running service", ("asked for", "median ms", "slowest ms"))
    _without_open_lots(url)
    symbols = [part for symbol in size.symbols for part in ("--symbol", symbol)]
    with (
        tempfile.TemporaryDirectory(prefix="lk-", dir="/tmp") as folder,
        StagedSystem(Path(folder), symbols, profit_pct="50", database_url=url) as system,
    ):
        began = time.monotonic()
        system.service.start()
        try:
            wait_for("health ok", lambda: (system.client.status() or {}).get("health") == "ok", _WITHIN_S)
        except StagingError as error:
            raise SystemExit(f"{error}: {system.complaint(system.client.status())}") from error
        table.rows.append(("(start until all pairs are proven)", (time.monotonic() - began) * 1000, None))
        for name, message in (
            ("status", AskStatus()),
            ("positions, open", AskPositions("", True, 51)),
            ("positions, all", AskPositions("", False, 51)),
        ):
            times = [_timed(partial(system.client.ask, message)) for _ in range(_ROUNDS)]
            table.rows.append((name, quantile(times, 0.5), max(times)))
    return table


def _timed(ask: Callable[[], object]) -> float:
    began = time.perf_counter()
    if ask() is None:
        raise SystemExit("the service did not answer")
    return (time.perf_counter() - began) * 1000


def _without_open_lots(url: str) -> None:
    engine = engine_of(url)
    with closing(engine.connect()) as connection, connection, closing(connection.cursor()) as cursor:
        for table in ("fills", "orders", "lots"):
            cursor.execute(f"DELETE FROM {table} WHERE lot_id IN (SELECT lot_id FROM lots WHERE state <> 'CLOSED')")
