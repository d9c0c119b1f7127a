"""Exchange, database and two hosts. Each host is known by its receive window, which its signed requests carry."""

import os
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Self

import psutil
import psycopg2
import requests

from binance_sim.control.client import ControlClient
from binance_sim.process import SimulatorProcess, start_simulator
from lotkeeper.config import load_config
from lotkeeper.service.standby_note import read_standby_note
from lotkeeper.verification.coverage_check import find_unprotected
from lotkeeper.verification.staging.configuration import config_text, secret_variables
from lotkeeper.verification.staging.reconnecting_client import ReconnectingClient
from lotkeeper.verification.staging.service import StagedService
from lotkeeper.verification.staging.waiting import wait_for
from persistence.store import Store
from tests.postgresql.server import ROLE, PostgresqlServer, run
from tests.postgresql.sharing import new_server
from tests.standby.network import HOSTS, Network, Place

RECV_WINDOW_MS = {"a": 5_000, "b": 5_001}
PROFIT_PCT = "0.1"
ROOT = Path(__file__).parents[2]
# Each change of the lease's record, as the database commits it.
_LOG = """
CREATE TABLE lease_log (number bigserial PRIMARY KEY, at_ms bigint, record text);
CREATE FUNCTION note_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO lease_log (at_ms, record) VALUES ((extract(epoch FROM clock_timestamp()) * 1000)::bigint, NEW.value);
  RETURN NEW; END $$;
CREATE TRIGGER note_lease AFTER UPDATE ON system_state FOR EACH ROW
  WHEN (NEW.key = 'host-lease' AND NEW.value <> '') EXECUTE FUNCTION note_lease();
"""


class StandbyHost:
    """One host: its configuration, and the service in its namespace."""

    def __init__(self, name: str, folder: Path, network: Network, exchange: SimulatorProcess) -> None:
        self.name = name
        self._runtime = TemporaryDirectory(prefix="lk-", dir="/tmp", ignore_cleanup_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        address = network.links[name, Place.DATABASE].place_address
        runtime_dir = Path(self._runtime.name)
        self.config = folder / "config.yaml"
        self.config.write_text(
            config_text(
                exchange,
                database=f"postgresql://{ROLE}@{address}/lots?sslmode=disable",
                runtime_dir=runtime_dir,
                logs=folder / "logs",
                profit_pct=PROFIT_PCT,
            )
        )
        secrets = {
            **secret_variables(exchange),
            "LOTKEEPER_EXCHANGE__RECV_WINDOW_MS": str(RECV_WINDOW_MS[name]),
        }
        self.service = StagedService(
            self.config,
            secrets,
            folder / "service.out",
            str(runtime_dir),
            is_quiet=False,
            prefix=network.inside(name),
            options=("--standby",),
        )
        self._client = ReconnectingClient(runtime_dir)
        self._frozen: list[psutil.Process] = []

    def start(self) -> None:
        self.service.start()

    def stop(self) -> None:
        self.thaw()
        self.service.stop(20.0)

    def kill(self) -> None:
        self.thaw()
        self.service.kill()

    def freeze(self) -> None:
        """It neither runs nor ends, as on a machine that is suspended."""
        self._frozen = [psutil.Process(each.pid) for each in self.service.processes()]
        for each in self._frozen:
            each.suspend()

    def thaw(self) -> None:
        frozen, self._frozen = self._frozen, []
        for each in frozen:
            if each.is_running():
                each.resume()

    @property
    def is_waiting(self) -> bool:
        """Whether it is ready to take over."""
        return "holds the lease" in read_standby_note(load_config(self.config, {}))

    def status(self) -> dict[str, Any] | None:
        return self._client.status(2.0)

    def close(self) -> None:
        self._client.close()
        self.kill()
        self._runtime.cleanup()


class Stage:
    """Context manager: inside it exchange and database run, and the two hosts can be started."""

    exchange: SimulatorProcess
    controls: ControlClient
    server: PostgresqlServer
    network: Network

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self.folder, self._seed = folder, seed
        self.journal = folder / "journal.jsonl"
        self.hosts: dict[str, StandbyHost] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self._stack.close()
            raise
        return self

    def _open(self) -> None:
        self.network = self._stack.enter_context(Network())
        self.server = new_server()
        self._stack.callback(self.server.remove)
        self.server.serve_network([self.network.links[each, Place.DATABASE].place_address for each in HOSTS])
        self.server.start()
        run(self.server.folder, "CREATE DATABASE lots")
        Store.open(self.server.url("lots")).close()
        self.query(_LOG)
        arguments = ["--symbol", "BTCUSDT", "--journal", str(self.journal), "--seed", str(self._seed)]
        self.exchange = start_simulator(arguments, own_session=True)
        self._stack.callback(self.exchange.stop)
        self.controls = self.exchange.controls()
        self._forward()
        for name in HOSTS:
            self.hosts[name] = StandbyHost(name, self.folder / name, self.network, self.exchange)
            self._stack.callback(self.hosts[name].close)
        with requests.Session() as session:
            session.trust_env = False
            self.exchange_info: dict[str, Any] = session.get(
                f"{self.exchange.rest_url}/api/v3/exchangeInfo", timeout=10.0
            ).json()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _forward(self) -> None:
        """From the loopback of each host, over its link, to the loopback on which the exchange listens."""
        target = self.exchange.rest_url.removeprefix("http://")
        port = target.rpartition(":")[2]
        links = {name: self.network.links[name, Place.EXCHANGE].place_address for name in HOSTS}
        self._start_forward((), *(each for address in links.values() for each in (f"{address}:{port}", target)))
        for name, address in links.items():
            self._start_forward(self.network.inside(name), target, f"{address}:{port}")

    def _start_forward(self, prefix: tuple[str, ...], *addresses: str) -> None:
        command = [*prefix, sys.executable, "-m", "tests.standby.forward", *addresses]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ})
        assert process.stdout is not None
        process.stdout.readline()
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)

    # What is seen

    def query(self, text: str) -> list[Any]:
        with closing(psycopg2.connect(host=str(self.server.folder), user=ROLE, dbname="lots")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(text)
                return list(cursor.fetchall()) if cursor.description else []

    def buy(self) -> int:
        return int(self.controls.buy("BTCUSDT", "200")["orderId"])

    def unprotected(self) -> dict[str, str]:
        return find_unprotected(self.controls.summary(), self.exchange_info)

    def trading(self) -> str:
        """The host that says that it has the lease and is well; empty for none."""
        for name, host in self.hosts.items():
            status = host.status() or {}
            if status.get("health") == "ok" and (status.get("host_lease") or {}).get("left_seconds", 0) > 0:
                return name
        return ""

    def wait_until_protected(self, within_s: float = 60.0) -> float:
        """How long it took until all that was bought has a SELL (s)."""
        began = time.monotonic()
        wait_for("every BUY has its SELL", self._is_protected, within_s)
        return time.monotonic() - began

    def wait(self, seconds: float) -> None:
        end_s = time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0:
            self.restart_ended()
            time.sleep(min(left_s, 0.3))

    def restart_ended(self) -> None:
        """As a service manager does: a start while the database is away ends by itself."""
        for each in self.hosts.values():
            if each.service.exit_code() is not None:
                each.start()

    def _is_protected(self) -> bool:
        self.restart_ended()
        time.sleep(0.2)  # the exchange has more to do
        return not self.unprotected()
