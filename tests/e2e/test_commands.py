"""The commands, as a user runs them, against a service that trades on the embedded exchange."""

import os
import signal
import subprocess
import sys
import time
from decimal import Decimal as D
from mmap import PAGESIZE
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest

from lotkeeper.verification.staging.processes import StagedProcess
from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import ROOT, WITHIN_S, SystemUnderTest, is_alive, lotkeeper

pytestmark = pytest.mark.e2e


def test_start_status_pause_resume_positions_restart_stop(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"], profit_pct="50") as system:
        started = system.command("start", "--json")
        assert started.returncode == 0, started.stdout + started.stderr
        assert system.command("start").returncode == 1
        system.wait_until_well()
        _pause_and_resume(system)
        _restart_keeps_the_pause(system)
        assert system.command("stop").returncode == 0
        wait_for("no process is left", lambda: not system.processes())
        for words in (("status",), ("stop",), ("positions",), ("explain", "BTCUSDT-1")):
            gone = system.command(*words, "--json")
            assert (gone.returncode, list(orjson.loads(gone.stdout))) == (3, ["error"])


def _pause_and_resume(system: SystemUnderTest) -> None:
    nobody = system.command("pause", "BTCUSDT")
    assert (nobody.returncode, "there is no terminal to ask at; give --yes" in nobody.stderr) == (1, True)
    planned = system.command("pause", "BTCUSDT", "--dry-run").stdout
    assert "0 SELLs stay on the book, of 0 lots; 0 lots without a SELL, and what is bought meanwhile" in planned
    paused = system.command("pause", "btcusdt", "--json", "--yes")
    assert (paused.returncode, "paused" in paused.stdout) == (0, True)
    bought = system.buy("BTCUSDT")
    other = system.buy("ETHUSDT")
    wait_for("the other pair's SELL", lambda: system.sells_of("ETHUSDT", other))
    wait_for("the lot", lambda: len(system.positions("--pair", "BTCUSDT")) == 1)
    assert system.sells_of("BTCUSDT", bought) is None
    (position,) = system.positions("--pair", "BTCUSDT")
    assert (position["state"], position["reason"]) == ("PARKED", "the pair is paused")
    status = system.status()
    assert status is not None
    assert status["pairs"]["BTCUSDT"]["paused"] is True
    assert system.command("resume", "BTCUSDT", "--yes").returncode == 0
    wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought))
    unknown = system.command("pause", "DOGEUSDT", "--yes")
    assert (unknown.returncode, "configured: BTCUSDT, ETHUSDT" in unknown.stderr) == (1, True)


def _restart_keeps_the_pause(system: SystemUnderTest) -> None:
    without_key = lotkeeper("restart", "--config", str(system.config))
    assert (without_key.returncode, (system.status() or {}).get("health")) == (2, "ok")  # nothing was stopped for it
    assert system.command("pause", "ETHUSDT", "--yes").returncode == 0
    assert system.command("restart").returncode == 0
    system.wait_until_well()
    bought = system.buy("ETHUSDT")
    wait_for("both lots", lambda: len(system.positions("--pair", "ETHUSDT")) == 2)
    assert system.sells_of("ETHUSDT", bought) is None


@pytest.mark.parametrize(
    "fees",
    [
        pytest.param([], id="fees in the coin", marks=pytest.mark.long),
        pytest.param(["--bnb-fees"], id="fees in BNB"),
    ],
)
def test_the_arithmetic_of_a_lot_is_explained_from_the_fill_to_the_profit(tmp_path: Path, fees: list[str]) -> None:
    deep = ["--depth", "100000"]  # one trade fills the BUY, so it has one SELL
    arguments = ["--symbol", "BTCUSDT", "--symbol", "BNBUSDT", *deep, *fees]
    with SystemUnderTest(tmp_path, arguments, profit_pct="0.5") as system:
        system.run()
        bought = system.buy("BTCUSDT")
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought))
        lot = f"BTCUSDT-{bought}"
        wait_for("the database has it", lambda: _explain(system, lot)["asked"])
        _check_arithmetic(_explain(system, lot))
        text = system.command("explain", lot.lower()).stdout
        assert all(
            word in text for word in (f"Lot {lot}", "received", "floor", "rounded up to the tick", "expected net")
        )
        _raise_price_to(system, D(_explain(system, lot)["asked"][0]["price"]))
        wait_for("it is sold", lambda: _explain(system, lot)["state"] == "CLOSED")
        sold = _explain(system, lot)
        _check_arithmetic(sold)
        assert D(sold["realised_net"]) >= D(sold["asked"][0]["wanted_profit"])
        assert sold["realised_net"] == system.positions("--all")[0]["realised_profit"]
        nobody = system.command("explain", "BTCUSDT-1")
        assert (nobody.returncode, "there is no lot BTCUSDT-1" in nobody.stderr) == (1, True)


def _explain(system: SystemUnderTest, lot: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(system.command("explain", lot, "--json").stdout)
    return found


def _raise_price_to(system: SystemUnderTest, price: D) -> None:
    system.control("source/stop")
    system.control("price", symbol="BTCUSDT", price=str(price + 100), size="10")


def _check_arithmetic(lot: dict[str, Any]) -> None:
    """Calculates every figure from those above it."""
    received = sum(D(fill["quantity"]) for fill in lot["buys"]) - D(lot["fees_in_base"])
    assert received == D(lot["received"])
    paid = sum(D(fill["quantity"]) * D(fill["price"]) for fill in lot["buys"])
    assert paid + D(lot["fees_in_quote"]) + D(lot["fees_valued"]) == D(lot["cost"])
    for fill in lot["buys"]:
        assert fill["fee_asset"] == "BTC" or D(fill["fee"]) * D(fill["fee_price"]) == D(fill["fee_value"])
    (sell,) = lot["asked"]
    left_of_each = 1 - D(sell["sell_rate"])
    floor = (D(sell["cost"]) + D(sell["wanted_profit"])) / (D(sell["quantity"]) * left_of_each)
    assert abs(floor - D(sell["floor"])) < D("1E-10")
    tick = D(lot["terms"]["tick"])
    assert floor <= D(sell["price"]) < floor + tick
    net = D(sell["price"]) * D(sell["quantity"]) * left_of_each
    assert net == D(sell["expected_net"])
    assert net - D(sell["cost"]) == D(sell["expected_profit"])
    assert sum(D(sale["profit"]) for sale in lot["sales"]) + D(lot["correction"]) == D(lot["realised_net"])


def test_a_pair_that_the_exchange_does_not_list_is_named_with_its_line(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], pairs=["BTCUSDT", "BTCUSDC"]) as system:
        for command in ("run", "start"):
            refused = system.command(command)
            assert refused.returncode == 2
            (line,) = refused.stderr.splitlines()
            assert "config.yaml:14: pairs.BTCUSDC" in line
            assert "did you mean BTCUSDT?" in line


def test_an_exchange_that_cannot_be_reached_is_told_in_a_sentence(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"]) as system:
        system.exchange.stop()
        started = system.command("start")
        assert (started.returncode, system.exchange.rest_url in started.stdout) == (0, True)
        wait_for("what it waits for", lambda: any("starting: " in each for each in system.told()["problems"]))
        assert system.command("stop").returncode == 0
        wait_for("all processes have ended", lambda: not system.processes())


def test_no_secret_is_in_any_environment_log_or_database(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        bought = system.buy("BTCUSDT")
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought))
        secret = system.exchange.api_secret.encode()
        processes = system.processes()
        assert len(processes) > 8
        for process in processes:
            assert secret not in Path(f"/proc/{process.pid}/environ").read_bytes()
            assert secret not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        system.stop()
        for path in tmp_path.rglob("*"):
            assert not path.is_file() or secret not in path.read_bytes(), path


def test_only_the_actors_that_sign_hold_the_secret_in_their_memory(tmp_path: Path) -> None:
    with SystemUnderTest(tmp_path, ["--symbol", "BTCUSDT"]) as system:
        system.run()
        secret = system.exchange.api_secret.encode()
        holders = {process.title.split()[0] for process in system.processes() if _has_in_memory(process, secret)}
        assert holders == {"Gateway", "UserStream"}


def _has_in_memory(process: StagedProcess, secret: bytes) -> bool:
    with Path(f"/proc/{process.pid}/mem").open("rb") as memory:
        for region in Path(f"/proc/{process.pid}/maps").read_text().splitlines():
            span, rights, *_ = region.split()
            if rights.startswith("rw") and "[v" not in region:
                start, end = (int(part, 16) for part in span.split("-"))
                if secret in _read_memory(memory.fileno(), start, end):
                    return True
    return False


def _read_memory(memory: int, start: int, end: int) -> bytes:
    """The process runs meanwhile: of a region that it has given back in part, the pages that are left."""
    read = b""
    while start < end:
        try:
            part = os.pread(memory, end - start, start)
        except OSError:
            part = b""
        read += part
        start += len(part) or PAGESIZE
    return read


@pytest.mark.takes(30)
def test_the_demo_sells_what_its_trader_buys(tmp_path: Path) -> None:
    played = lotkeeper("demo", "--seconds", "20", "--json", env={"TMPDIR": str(tmp_path)}, within_s=200)
    assert played.returncode == 0, played.stdout + played.stderr
    summary = orjson.loads(played.stdout)
    assert summary["unprotected"] == 0
    assert summary["buys"] == summary["lots_open"] + summary["lots_closed"] >= 5
    assert summary["lots_closed"] >= 1
    assert summary["sells_placed"] >= summary["buys"]
    assert D(summary["net_profit"]["USDT"]) > 0
    assert summary["first_sell_seconds"] > 0
    assert summary["restarts"] == {}
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_ctrl_c_ends_the_demo_clean(tmp_path: Path, number: signal.Signals) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    demo = subprocess.Popen(
        [sys.executable, "-m", "cli.main", "demo", "--json"], env=environment, stdout=subprocess.PIPE
    )
    children = wait_for("the service", lambda: _children_with_keeper(demo.pid))
    time.sleep(1)  # at any moment
    demo.send_signal(number)
    output, _ = demo.communicate(timeout=WITHIN_S)
    assert demo.returncode == 0
    assert orjson.loads(output)["unprotected"] == 0
    assert not [child for child in children if is_alive(child)]


def test_ctrl_c_while_the_demo_starts_shows_that_nothing_was_bought(tmp_path: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cli.main", "demo", "--json"]
    demo = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    wait_for("the exchange and the service", lambda: len(psutil.Process(demo.pid).children()) == 2)
    demo.send_signal(signal.SIGTERM)
    output, _ = demo.communicate(timeout=WITHIN_S)
    summary = orjson.loads(output)
    assert (demo.returncode, summary["buys"], summary["unprotected"]) == (0, 0, 0), summary


def _children_with_keeper(pid: int) -> list[psutil.Process]:
    """The processes below the demonstration once its keepers are there."""
    children: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
    return children if any("PairKeeper" in _title(child) for child in children) else []


def _title(process: psutil.Process) -> str:
    """The first word of its command line; empty for one that has just ended."""
    try:
        return (process.cmdline() or [""])[0]
    except psutil.Error:
        return ""
