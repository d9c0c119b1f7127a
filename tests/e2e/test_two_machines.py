"""Two services that share nothing but the account, as on two machines: one of them finds out and only watches."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stage import Stage, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.long]
SETTLED_S = 31.0  # before that an order that is there already may be of an earlier life


class Elsewhere(Stage):
    """Another service for the account of `there`, which it knows by another address of the same exchange."""

    def __init__(self, folder: Path, there: Stage) -> None:
        super().__init__(folder)
        self.paper = there.paper
        folder.mkdir()
        text = there.config.read_text().replace(str(there.folder), str(folder))
        assert "127.0.0.1" in text
        self.config.write_text(text.replace("127.0.0.1", "localhost"))


def watched(stage: Stage) -> str:
    status: dict[str, Any] = stage.status() or {}
    return str(status["pairs"]["BTCUSDT"]["watch_only"]) if status else ""


def test_a_second_keeper_on_another_machine_is_found_out_and_nothing_is_sold_twice(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with Stage(tmp_path / "a", ["--symbol", "BTCUSDT"], profit="50") as stage:
        stage.run()
        other = Elsewhere(tmp_path / "b", stage)
        try:
            _found_out(stage, other)
        finally:
            other.end_service()


def _found_out(stage: Stage, other: Stage) -> None:
    before = stage.buy("BTCUSDT")
    eventually("its SELL", lambda: not stage.unprotected())
    other.run()
    assert watched(other) == ""  # what is on the book may be from a life before a lost database
    time.sleep(SETTLED_S)
    bought = [before]
    while not (watched(stage) or watched(other)):
        assert len(bought) < 20
        bought.append(stage.buy("BTCUSDT"))
        eventually("its SELL", lambda: stage.sells_of("BTCUSDT", bought[-1]))
        time.sleep(0.5)
    first, second = (other, stage) if watched(other) else (stage, other)
    assert "another lotkeeper trades BTCUSDT: SELL lk1-" in watched(first)
    assert watched(first).endswith("end the other one, then: lotkeeper resume BTCUSDT")
    second.end_service()
    assert first.command("resume", "BTCUSDT").returncode == 0
    later = stage.buy("BTCUSDT")
    eventually("its SELL", lambda: stage.sells_of("BTCUSDT", later))
    eventually("all SELLs", lambda: not stage.unprotected())
    _nothing_twice(stage)


def _nothing_twice(stage: Stage) -> None:
    """By the exchange's books, all lots together: dust goes from one to another."""
    books = stage.control("summary")["symbols"]["BTCUSDT"]
    received = sum(Decimal(buy["receivedNet"]) for buy in books["buys"])
    sells = books["sellsByPrefix"].values()
    assert sum(Decimal(each["sold"]) + Decimal(each["offered"]) for each in sells) <= received
