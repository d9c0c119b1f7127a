"""Two services that share nothing but the account, as on two machines: one of them finds out and only watches."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.long]
SETTLED_S = 31.0  # before that an order that is there already may be of an earlier life


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


def watched(system: SystemUnderTest) -> str:
    status: dict[str, Any] = system.status() or {}
    return str(status["pairs"]["BTCUSDT"]["watch_only"]) if status else ""


def test_a_second_keeper_on_another_machine_is_found_out_and_nothing_is_sold_twice(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with SystemUnderTest(tmp_path / "a", ["--symbol", "BTCUSDT"], profit_pct="50") as system:
        system.run()
        other = SecondMachine(tmp_path / "b", system)
        try:
            _found_out(system, other)
        finally:
            other.stop_service()


def _found_out(system: SystemUnderTest, other: SystemUnderTest) -> None:
    before = system.buy("BTCUSDT")
    wait_for("its SELL", lambda: not system.unprotected())
    other.run()
    assert watched(other) == ""  # what is on the book may be from a life before a lost database
    time.sleep(SETTLED_S)
    bought = [before]
    while not (watched(system) or watched(other)):
        assert len(bought) < 20
        bought.append(system.buy("BTCUSDT"))
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", bought[-1]))
        time.sleep(0.5)
    first, second = (other, system) if watched(other) else (system, other)
    assert "another lotkeeper trades BTCUSDT: SELL lk1-" in watched(first)
    assert watched(first).endswith("end the other one, then: lotkeeper resume BTCUSDT")
    second.stop()
    assert first.command("resume", "BTCUSDT").returncode == 0
    later = system.buy("BTCUSDT")
    wait_for("its SELL", lambda: system.sells_of("BTCUSDT", later))
    wait_for("all SELLs", lambda: not system.unprotected())
    _nothing_twice(system)


def _nothing_twice(system: SystemUnderTest) -> None:
    """By the exchange's books, all lots together: dust goes from one to another."""
    books = system.control("summary")["symbols"]["BTCUSDT"]
    received = sum(Decimal(buy["receivedNet"]) for buy in books["buys"])
    sells = books["sellsByPrefix"].values()
    assert sum(Decimal(each["sold"]) + Decimal(each["offered"]) for each in sells) <= received
