"""Nothing bought after the service was started is lost: at a first start, with a pair added, with the database lost."""

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from persistence.engines.choice import engine_of
from persistence.errors import StoreError
from persistence.history_starts import HistoryStarts
from tests.e2e.environment import SystemUnderTest

pytestmark = pytest.mark.e2e

BUYS = 30
WITHIN_S = 150.0


def symbols_of(count: int) -> list[str]:
    return [f"C{number:03d}USDT" for number in range(count)]


def arguments(symbols: Sequence[str]) -> list[str]:
    return [part for symbol in symbols for part in ("--symbol", symbol)]


def buy_all_along(system: SystemUnderTest, symbols: Sequence[str], every_s: float) -> set[str]:
    """BUYs on one pair after the other, from this very moment on; the names of their lots."""
    bought = set()
    for number in range(BUYS):
        symbol = symbols[number * 7 % len(symbols)]
        bought.add(f"{symbol}-{system.buy(symbol)}")
        time.sleep(every_s)
    return bought


def wait_for_sells(system: SystemUnderTest, bought: set[str]) -> None:
    """Each of these lots, and no other, has its SELL."""
    all_have = lambda: system.check() or not system.without_sells(bought)  # noqa: E731
    wait_for(f"SELLs of all {len(bought)} BUYs", all_have, WITHIN_S)
    wait_for("SELLs of all parts", lambda: not system.unprotected(), WITHIN_S)


def are_noted(database: Path, symbols: Sequence[str]) -> bool:
    """Whether the moment at which the history of each pair begins is in the database, which may still be being made."""
    with suppress(StoreError):
        return set(HistoryStarts(engine_of(f"sqlite:///{database}")).records()) == set(symbols)
    return False


@pytest.mark.parametrize("count", [8, pytest.param(100, marks=pytest.mark.long)])
def test_a_first_start_counts_from_its_very_beginning(tmp_path: Path, count: int) -> None:
    symbols = symbols_of(count)
    with SystemUnderTest(tmp_path, arguments(symbols), profit_pct="50") as system:
        before = system.buy_before_start(symbols[0])
        system.service.start()
        bought = buy_all_along(system, symbols, 0.05 if count < 50 else 0.4)
        wait_for("all have a SELL but what was bought before", lambda: len(system.unprotected()) == 1, WITHIN_S)
        assert system.sells_of(symbols[0], before) is None
        wait_for("all are recorded", lambda: {position["lot"] for position in system.positions()} == bought)
        assert all(pair["history_from"] for pair in system.told()["pairs"].values())


@pytest.mark.long
def test_a_first_start_that_is_killed_in_the_middle_counts_from_its_moment_all_the_same(tmp_path: Path) -> None:
    symbols = symbols_of(6)
    with SystemUnderTest(tmp_path, arguments(symbols), profit_pct="50") as system:
        system.service.start()
        wait_for("the moment of the start on the disk", lambda: are_noted(system.database, symbols))
        bought = buy_all_along(system, symbols, 0.01)
        system.service.kill()
        system.service.start()
        wait_for_sells(system, bought)
        wait_for("all are recorded", lambda: {position["lot"] for position in system.positions()} == bought)


@pytest.mark.long
def test_a_pair_that_is_added_or_put_back_counts_from_then_and_nothing_of_before_is_sold(tmp_path: Path) -> None:
    kept, other = "BTCUSDT", "ETHUSDT"
    with SystemUnderTest(tmp_path, ["--symbol", kept, "--symbol", other], profit_pct="50", pairs=[kept]) as system:
        by_hand = [system.buy(other)]
        system.run()
        by_hand.append(system.buy(other))
        system.stop()
        system.configure_pairs(kept, other)
        system.service.start()
        bought = buy_all_along(system, [other], 0.01)
        wait_for("the lots", lambda: len(system.positions()) == len(bought), WITHIN_S)
        system.wait_until_well()
        system.stop()
        system.configure_pairs(kept)
        system.run()
        by_hand += [system.buy(other) for _ in range(3)]
        system.stop()
        system.configure_pairs(kept, other)
        system.service.start()
        bought |= buy_all_along(system, [other], 0.01)
        wait_for("the lots", lambda: len(system.positions()) == len(bought), WITHIN_S)
        system.wait_until_well()
        wait_for("all are recorded", lambda: {position["lot"] for position in system.positions()} == bought)
        assert [system.sells_of(other, each) for each in by_hand] == [None] * len(by_hand)


@pytest.mark.long
def test_with_the_database_deleted_buys_newer_than_the_newest_sell_are_lots_as_well(tmp_path: Path) -> None:
    symbols = symbols_of(5)
    with SystemUnderTest(tmp_path, arguments(symbols), profit_pct="50") as system:
        system.run()
        bought = {f"{symbol}-{system.buy(symbol)}" for symbol in symbols}
        wait_for_sells(system, bought)
        system.service.kill()
        bought |= buy_all_along(system, symbols, 0.0)
        for path in tmp_path.glob("lots.sqlite*"):
            path.unlink()
        system.service.start()
        bought |= buy_all_along(system, symbols, 0.05)
        wait_for_sells(system, bought)
        wait_for("all are recorded", lambda: {position["lot"] for position in system.positions()} == bought)
