"""Pairs are added to a running service and taken out of it, while somebody buys."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import ROOT, WITHIN_S, SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def configure(system: SystemUnderTest, *pairs: str) -> None:
    text = system.config.read_text()
    head, _, _ = text.partition("\npairs:")
    system.config.write_text(head + "\npairs:\n" + "".join(f"  {pair}: {{}}\n" for pair in pairs))


def has_sell(system: SystemUnderTest, symbol: str, bought: int) -> bool:
    return system.sells_of(symbol, bought) is not None


def test_a_pair_is_added_taken_out_and_put_back_while_somebody_buys(tmp_path: Path) -> None:
    symbols = ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"]
    with SystemUnderTest(tmp_path, symbols, pairs=["BTCUSDT"], profit_pct="50") as system:
        system.run()
        before = system.buy_before_start("ETHUSDT")
        configure(system, "BTCUSDT", "ETHUSDT")
        planned = system.command("config", "reload", "--dry-run")
        assert "ETHUSDT is added: what is bought from now on is kept" in planned.stdout
        assert system.command("pause", "ETHUSDT", "--yes").returncode == 1
        assert system.command("config", "reload", "--yes").returncode == 0
        bought = system.buy("ETHUSDT")  # right then
        wait_for("its SELL", lambda: has_sell(system, "ETHUSDT", bought), WITHIN_S)
        assert not has_sell(system, "ETHUSDT", before)
        system.wait_until_well()
        _is_taken_out(system, bought)
        _is_put_back(system, bought)


def _is_taken_out(system: SystemUnderTest, earlier: int) -> None:
    """A BUY of the last moment is kept: its SELL stands, or it is in no lot and the command says so."""
    configure(system, "BTCUSDT")
    last = system.buy("ETHUSDT")
    done = system.command("config", "reload", "--yes")
    assert done.returncode == 0, done.stderr
    assert "on the exchange's book" in done.stdout
    assert "ETHUSDT is not kept any more: its book was compared with the exchange" in done.stdout
    assert has_sell(system, "ETHUSDT", last)
    assert list(system.told()["pairs"]) == ["BTCUSDT"]
    wait_for("its keeper has ended", lambda: len(system.processes("PairKeeper")) == 1, WITHIN_S)
    assert has_sell(system, "ETHUSDT", earlier)
    other = system.buy("BTCUSDT")
    wait_for("the SELL of the other pair", lambda: has_sell(system, "BTCUSDT", other), WITHIN_S)


def _is_put_back(system: SystemUnderTest, earlier: int) -> None:
    """Its lots are kept again, and what was bought meanwhile is not."""
    meanwhile = system.buy_before_start("ETHUSDT")
    configure(system, "BTCUSDT", "ETHUSDT")
    assert system.command("config", "reload", "--yes").returncode == 0
    bought = system.buy("ETHUSDT")
    wait_for("its SELL", lambda: has_sell(system, "ETHUSDT", bought), WITHIN_S)
    system.wait_until_well()
    kept = {each["lot"] for each in system.positions("--pair", "ETHUSDT")}
    assert {f"ETHUSDT-{each}" for each in (earlier, bought)} <= kept
    assert f"ETHUSDT-{meanwhile}" not in kept
    assert system.status() is not None


@pytest.mark.long
def test_a_pair_is_compared_before_it_leaves_though_the_guardian_dies_meanwhile(tmp_path: Path) -> None:
    symbols = ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"]
    with SystemUnderTest(tmp_path, symbols, profit_pct="50") as system:
        system.run()
        _freeze(system, "ETHUSDT")  # so its last comparison has no answer, and it does not hear of the BUY
        configure(system, "BTCUSDT")
        with _reloading(system):
            wait_for("it is on its way out", lambda: "lotkeeper keeps BTCUSDT" in _last(system, "was reloaded"))
            last = system.buy("ETHUSDT")
            guardian = system.process("Guardian")
            os.kill(guardian.pid, signal.SIGKILL)
        wait_for("the SELL of the last BUY", lambda: has_sell(system, "ETHUSDT", last))
        wait_for("it is said", lambda: "its book was compared" in _last(system, "ETHUSDT is not kept any more"))
        wait_for("its keeper has ended", lambda: len(system.processes("PairKeeper")) == 1)
        assert "ETHUSDT is not kept any more" in system.command("config", "reload", "--yes").stdout
        wait_for("the Monitor has forgotten it", lambda: list(system.told()["pairs"]) == ["BTCUSDT"])
        system.wait_until_well()


def _freeze(system: SystemUnderTest, symbol: str) -> None:
    actors = orjson.loads(system.command("top", "--json").stdout)["actors"]
    os.kill(next(each["pid"] for each in actors if each["name"] == f"{symbol} keeper"), signal.SIGSTOP)


@contextmanager
def _reloading(system: SystemUnderTest) -> Iterator[None]:
    """A person waits for the answer, which never comes."""
    command = [sys.executable, "-m", "cli.main", "config", "reload", "--yes", "--config", str(system.config)]
    environment = system.service.environment()
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield
        process.wait(WITHIN_S)


def _last(system: SystemUnderTest, text: str) -> str:
    """The newest line of the service with this text."""
    return next((line for line in reversed(system.service.output().splitlines()) if text in line), "")
