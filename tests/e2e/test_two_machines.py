"""Two services that share only the account, as on two machines: one of them notices the other and only watches."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.long]
SETTLED_S = 31.0  # before that, open orders may be those of an earlier start


class SecondMachine(SystemUnderTest):
    """Another service for the account of `first`, under another address of the same exchange."""

    def __init__(self, folder: Path, first: SystemUnderTest) -> None:
        super().__init__(folder, profit_pct="50")
        folder.mkdir()
        self.exchange = first.exchange
        self.prepare_service()
        text = self.config.read_text()
        assert "127.0.0.1" in text
        self.config.write_text(text.replace("127.0.0.1", "localhost"))


def watch_only_reason(system: SystemUnderTest) -> str:
    status: dict[str, Any] = system.status() or {}
    return str(status["pairs"]["BTCUSDT"]["watch_only"]) if status else ""


@pytest.mark.takes(55)
def test_a_second_keeper_on_another_machine_is_found_out_and_nothing_is_sold_twice(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with SystemUnderTest(tmp_path / "a", ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        other = SecondMachine(tmp_path / "b", system)
        try:
            _check_found_out(system, other)
        finally:
            other.stop_service()


def _check_found_out(system: SystemUnderTest, other: SystemUnderTest) -> None:
    before = system.buy("BTCUSDT")
    wait_for("its SELL", lambda: not system.unprotected())
    other.run()
    assert watch_only_reason(other) == ""  # its orders may be those of an earlier start that lost its database
    time.sleep(SETTLED_S)
    bought = [before]
    while not (watch_only_reason(system) or watch_only_reason(other)):
        assert len(bought) < 20
        bought.append(system.buy("BTCUSDT"))
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought[-1]))
        time.sleep(0.5)
    first, second = (other, system) if watch_only_reason(other) else (system, other)
    assert "another lotkeeper trades BTCUSDT: SELL lk1-" in watch_only_reason(first)
    assert watch_only_reason(first).endswith("end the other one, then: lotkeeper resume BTCUSDT")
    second.stop()
    assert first.command("resume", "BTCUSDT", "--yes").returncode == 0
    later = system.buy("BTCUSDT")
    wait_for("its SELL", lambda: system.sells_of("BTCUSDT", later))
    wait_for("all SELLs", lambda: not system.unprotected())
    _check_nothing_sold_twice(system)


def _check_nothing_sold_twice(system: SystemUnderTest) -> None:
    """By the exchange's books, for all lots together: a lot's dust may move to another."""
    books = system.control("summary")["symbols"]["BTCUSDT"]
    received = sum(Decimal(buy["receivedNet"]) for buy in books["buys"])
    sells = books["sellsByPrefix"].values()
    assert sum(Decimal(each["sold"]) + Decimal(each["offered"]) for each in sells) <= received
