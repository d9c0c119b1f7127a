"""A message that kills its keeper twice is not handled again: the keeper trades on, or says why it does not."""

from pathlib import Path

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = [pytest.mark.e2e, pytest.mark.long]


def problems(system: SystemUnderTest) -> str:
    return "\n".join((system.status() or {"problems": []})["problems"])


@pytest.mark.takes(20)
def test_a_keeper_with_a_message_that_kills_trades_on_and_a_page_that_kills_stops_its_pair_alone(
    tmp_path: Path,
) -> None:
    deep = ["--depth", "100000"]  # one trade fills each BUY, so it has one SELL
    arguments = ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT", *deep]
    with SystemUnderTest(tmp_path, arguments, profit_pct="50", module="tests.e2e.poisoned") as system:
        system.run()
        bought = system.buy("ETHUSDT")
        wait_for("its SELL", lambda: system.sells_of("ETHUSDT", bought))
        system.control("drop/user")  # after which every keeper compares
        wait_for("the page is quarantined", lambda: "ETHUSDT keeper: quarantined TradesFetched" in problems(system))
        wait_for("the pair says so", lambda: "ETHUSDT: a message is quarantined: TradesFetched" in problems(system))
        _pause_until_refused(system)
        assert system.command("resume", "BTCUSDT", "--yes").returncode == 0
        later = system.buy("BTCUSDT")
        wait_for("its SELL", lambda: system.sells_of("BTCUSDT", later))
        unseen = system.buy("ETHUSDT")
        assert system.told()["pairs"]["ETHUSDT"]["phase"] == "reconciling"
        assert len(system.sells_of("ETHUSDT", bought)["orders"]) == 1
        assert system.sells_of("ETHUSDT", unseen) is None


def _pause_until_refused(system: SystemUnderTest) -> None:
    """It kills the keeper twice, and is refused then."""

    def is_refused() -> bool:
        return "quarantined" in system.command("pause", "BTCUSDT", "--yes").stderr

    wait_for("the refusal", is_refused)
    assert "BTCUSDT keeper: quarantined PausePair" in problems(system)
