"""The death of an actor amid BUYs, with stand-ins for the exchange and the service."""

import os
import signal
from pathlib import Path

import orjson
import pytest

from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.verification.drill import deaths
from lotkeeper.verification.drill.deaths import ActorDeath, kill_amid_buys
from lotkeeper.verification.drill.figures import BuyRecord
from lotkeeper.verification.staging.processes import StagedProcess
from lotkeeper.verification.staging.waiting import StagingError

SECOND_NS = 1_000_000_000


class Clock:
    """Time that passes only in `sleep`."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        return self.now

    def time_ns(self):
        return int(self.now * SECOND_NS)

    def sleep(self, seconds):
        self.now += seconds


class Environment:
    """Each BUY is filled at once, and gets its SELL unless `sells` is false."""

    def __init__(self, clock, journal, sells=True):
        self.clock, self.journal, self.sells = clock, journal, sells
        self.exchange = self.controls = self.service = self
        self.symbols = ["BTCUSDT", "ETHUSDT"]
        self.bought = []

    def processes(self, title):
        return [StagedProcess(4711, title), StagedProcess(4712, title)]

    def summary(self):
        return {}

    def wait(self, is_over, within_s, every_s=0.02):
        return is_over()

    def buy(self, symbol, quote):
        order_id = 36 + len(self.bought)
        self.bought.append((self.clock.now, symbol))
        self._write("execution", body={"s": symbol, "i": order_id, "S": "BUY", "x": "TRADE", "c": "web"})
        if self.sells:
            name = client_order_id(SellName(order_id, 1))
            params = {"symbol": symbol, "newClientOrderId": name}
            self._write("request", name="order.place", params=params)
            body = {"s": symbol, "i": 1, "S": "SELL", "x": "NEW", "c": name, "q": "1", "p": "1"}
            self._write("execution", body=body)

    def _write(self, kind, **fields):
        with self.journal.open("ab") as file:
            file.write(orjson.dumps({"kind": kind, "wall_ns": self.clock.time_ns(), **fields}) + b"\n")


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    monkeypatch.setattr(deaths, "time", found)
    return found


@pytest.fixture
def killed(monkeypatch, clock):
    """The processes that were killed, with the moment."""
    found = []
    monkeypatch.setattr(os, "kill", lambda pid, number: found.append((round(clock.now - 1000, 3), pid, number)))
    return found


@pytest.fixture
def age(monkeypatch):
    ages = {"s": 60.0}
    monkeypatch.setattr(StagedProcess, "age_s", property(lambda _: ages["s"]))
    return ages


def test_it_dies_amid_buys_on_all_pairs_that_began_a_round_trip_before(clock, killed, age, tmp_path: Path):
    environment = Environment(clock, tmp_path / "journal.jsonl")
    death = kill_amid_buys(environment, "Gateway", 0.1, 5.0)
    ((died_s, pid, number),) = killed
    assert (pid, number) == (4711, signal.SIGKILL)
    assert died_s == pytest.approx(0.15, abs=0.011)
    moments = [round(at - 1000, 3) for at, _ in environment.bought]
    assert moments[0] == 0
    assert sum(died_s - 0.1 <= at < died_s for at in moments) >= 9
    assert sum(at >= died_s for at in moments) >= 9
    assert {symbol for _, symbol in environment.bought} == {"BTCUSDT", "ETHUSDT"}
    assert len(death.buys) == len(moments)
    assert all(each.sells for each in death.buys)


def test_buys_from_before_do_not_count(clock, killed, age, tmp_path: Path):
    environment = Environment(clock, tmp_path / "journal.jsonl", sells=False)
    environment.buy("BTCUSDT", "100")
    clock.sleep(1)
    death = kill_amid_buys(environment, "Gateway", 0, 5.0)
    assert len(death.buys) == len(environment.bought) - 1


def test_one_that_is_too_young_is_not_killed(clock, killed, age, tmp_path: Path):
    age["s"] = 0.0
    with pytest.raises(StagingError, match="Gateway ended before"):
        kill_amid_buys(Environment(clock, tmp_path / "journal.jsonl"), "Gateway", 0, 5.0)
    assert killed == []


def test_the_slowest_is_infinite_while_one_has_no_sell():
    sold, lost = BuyRecord("BTCUSDT", 36, 0, 3 * SECOND_NS), BuyRecord("BTCUSDT", 37, 0)
    assert ActorDeath("Gateway", (sold,)).slowest_s == 3
    assert ActorDeath("Gateway", (sold, lost)).slowest_s == float("inf")
    assert ActorDeath("Gateway", ()).slowest_s == 0
