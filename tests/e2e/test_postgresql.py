"""The service on a real PostgreSQL server, which is stopped, crashed and started again while BUYs come."""

import signal
import time
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal as D
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from persistence.store import Store
from tests.e2e.environment import SystemUnderTest
from tests.postgresql.server import PostgresqlServer, run
from tests.postgresql.sharing import new_server

pytestmark = pytest.mark.e2e

PAIR = ["--symbol", "BTCUSDT"]


@pytest.fixture
def server() -> Iterator[PostgresqlServer]:
    made = new_server()
    try:
        made.start()
        run(made.folder, "CREATE DATABASE lots")
        yield made
    finally:
        made.remove()


def open_lots(system: SystemUnderTest) -> set[str]:
    return {each["lot"] for each in system.positions()}


def test_a_buy_is_sold_and_a_restart_keeps_everything(tmp_path: Path, server: PostgresqlServer) -> None:
    with SystemUnderTest(tmp_path, PAIR, profit_pct="0.5", database_url=server.url("lots")) as system:
        system.run()
        lot = f"BTCUSDT-{system.buy('BTCUSDT')}"
        wait_for("its SELL", lambda: not system.unprotected())
        wait_for("its record", lambda: lot in open_lots(system))
        system.stop()
        system.run()
        assert open_lots(system) == {lot}
        price = D(system.positions()[0]["sells"][0]["price"])
        system.control("source/stop")
        system.control("price", symbol="BTCUSDT", price=str(price + 100), size="10")
        closed = wait_for("it is sold", lambda: closed_lots(system))
        assert [each["lot"] for each in closed] == [lot]
        assert D(closed[0]["realised_profit"]) > 0
        system.stop()
        system.run()
        assert closed_lots(system) == closed
        assert not list(tmp_path.glob("*.sqlite*"))


def closed_lots(system: SystemUnderTest) -> list[dict[str, Any]]:
    return [each for each in system.positions("--all") if each["state"] == "CLOSED"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("by", "pause_s"), [(signal.SIGINT, 1.0), pytest.param(signal.SIGQUIT, 20.0, marks=pytest.mark.longest)]
)
def test_trading_goes_on_while_the_server_is_gone_and_is_recorded_afterwards(
    tmp_path: Path, server: PostgresqlServer, by: signal.Signals, pause_s: float
) -> None:
    """Its actors outlive it too, the Ledger among them: nobody waits for the server so long as to be ended as hung."""
    with SystemUnderTest(tmp_path, PAIR, profit_pct="50", database_url=server.url("lots")) as system:
        system.run()
        bought = [system.buy("BTCUSDT")]
        wait_for("its record", lambda: open_lots(system) == {f"BTCUSDT-{bought[0]}"})
        before = {each.pid for each in system.processes()}
        server.stop(by)
        for _ in range(3):
            bought.append(system.buy("BTCUSDT"))
            wait_for("its SELL", lambda: not system.unprotected())
            time.sleep(pause_s)
        said = wait_for("the status says so", lambda: problems(system))
        assert "the server cannot be reached" in said, said
        assert "and will be written when that works again" in said, said
        assert str(server.folder) in said
        server.start()
        wait_for("all is recorded", lambda: open_lots(system) == {f"BTCUSDT-{each}" for each in bought})
        system.wait_until_well()
        assert {each.pid for each in system.processes()} == before
        checked = system.command("db", "check", "--exchange")
        assert checked.returncode == 0, checked.stdout
    with closing(Store.open(server.url("lots"))) as store:
        assert {lot.lot_id for lot in store.lots()} == {f"BTCUSDT-{each}" for each in bought}


@pytest.mark.takes(30)
@pytest.mark.long
def test_trading_goes_on_while_the_server_hangs(tmp_path: Path, server: PostgresqlServer) -> None:
    """It takes connections and says nothing: whoever waits for it gives up in time."""
    with SystemUnderTest(tmp_path, PAIR, profit_pct="50", database_url=server.url("lots")) as system:
        system.run()
        bought = [system.buy("BTCUSDT")]
        wait_for("its record", lambda: open_lots(system) == {f"BTCUSDT-{bought[0]}"})
        before = {each.pid for each in system.processes()}
        server.freeze()
        for _ in range(5):
            bought.append(system.buy("BTCUSDT"))
            wait_for("its SELL", lambda: not system.unprotected())
            time.sleep(4.0)
        wait_for("the status says so", lambda: problems(system))
        server.thaw()
        wait_for("all is recorded", lambda: open_lots(system) == {f"BTCUSDT-{each}" for each in bought})
        system.wait_until_well()
        assert {each.pid for each in system.processes()} == before


def problems(system: SystemUnderTest) -> str:
    return "\n".join(each for each in system.told()["problems"] if "database" in each)


def test_a_second_service_on_another_machine_takes_the_database_over(tmp_path: Path, server: PostgresqlServer) -> None:
    """Its token is newer: the first one sends nothing any more, and says why."""
    with SystemUnderTest(tmp_path, PAIR, profit_pct="50", database_url=server.url("lots")) as system:
        system.run()
        with closing(Store.open(server.url("lots"))) as store:
            store.take_lease()
        wait_for("it is said", lambda: "began later with the database" in problems(system))
        system.buy("BTCUSDT")
        time.sleep(2.0)
        assert system.unprotected()


def test_a_start_without_the_server_is_refused_in_a_sentence(tmp_path: Path, server: PostgresqlServer) -> None:
    with SystemUnderTest(tmp_path, PAIR, database_url=server.url("lots")) as system:
        server.stop()
        done = system.command("run")
        assert done.returncode == 1
        assert "the server cannot be reached" in done.stderr
        assert "Traceback" not in done.stderr
