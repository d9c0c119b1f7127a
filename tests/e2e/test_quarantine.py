"""A message that kills its keeper twice is not handled again: the keeper trades on, or says why it does not."""

from pathlib import Path

import pytest

from tests.e2e.stage import Stage, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.long]


def problems(stage: Stage) -> str:
    return "\n".join((stage.status() or {"problems": []})["problems"])


def test_a_keeper_with_a_message_that_kills_trades_on_and_a_page_that_kills_stops_its_pair_alone(
    tmp_path: Path,
) -> None:
    with Stage(
        tmp_path, ["--symbol", "BTCUSDT", "--symbol", "ETHUSDT"], profit="50", module="tests.e2e.poisoned"
    ) as stage:
        stage.run()
        bought = stage.buy("ETHUSDT")
        eventually("its SELL", lambda: stage.sells_of("ETHUSDT", bought))
        stage.control("drop/user")  # after which every keeper compares
        eventually("the page is quarantined", lambda: "ETHUSDT keeper: quarantined TradesFetched" in problems(stage))
        eventually("the pair says so", lambda: "ETHUSDT: a message is quarantined: TradesFetched" in problems(stage))
        _paused_to_death(stage)
        assert stage.command("resume", "BTCUSDT").returncode == 0
        later = stage.buy("BTCUSDT")
        eventually("its SELL", lambda: stage.sells_of("BTCUSDT", later))
        unseen = stage.buy("ETHUSDT")
        assert stage.status()["pairs"]["ETHUSDT"]["phase"] == "reconciling"
        assert len(stage.sells_of("ETHUSDT", bought)["orders"]) == 1
        assert stage.sells_of("ETHUSDT", unseen) is None


def _paused_to_death(stage: Stage) -> None:
    """Twice it kills, and then it is refused."""

    def refused() -> bool:
        return "quarantined" in stage.command("pause", "BTCUSDT").stderr

    eventually("the refusal", refused)
    assert "BTCUSDT keeper: quarantined PausePair" in problems(stage)
