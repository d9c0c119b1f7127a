"""Prices of the whole service while its market streams are refused, or say nothing: from REST, and back."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest

from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest

pytestmark = pytest.mark.e2e
PAIRS = ("BTCUSDT", "ETHUSDT")


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SystemUnderTest]:
    arguments = [each for symbol in PAIRS for each in ("--symbol", symbol)]
    with SystemUnderTest(tmp_path_factory.mktemp("prices"), arguments) as running:
        running.run()
        yield running


def pairs(system: SystemUnderTest) -> list[dict[str, Any]]:
    status = system.status()
    assert status is not None
    return [status["pairs"][symbol] for symbol in PAIRS]


def sources(system: SystemUnderTest) -> set[str]:
    return {pair["price"]["source"] for pair in pairs(system) if pair["price"]}


def modes(system: SystemUnderTest) -> set[str | None]:
    """Where prices come from now, if that is known; the newest price may still be that of a stream that has ended."""
    return {mode and mode["source"] for mode in (pair["price_mode"] for pair in pairs(system))}


def test_prices_have_an_age_and_a_source(system: SystemUnderTest) -> None:
    wait_for("both by stream", lambda: sources(system) == {"stream"})
    wait_for("both confirmed", lambda: all(pair["price"] and pair["price"]["confirmed"] for pair in pairs(system)))
    for pair in pairs(system):
        price = pair["price"]
        assert not price["stale"]
        assert 0 <= price["age_seconds"] < 10
    wait_for("frames counted", lambda: all(pair["frames"] and pair["frames"]["taken"] for pair in pairs(system)))


def test_the_stream_that_both_pairs_share_is_in_the_status(system: SystemUnderTest) -> None:
    (stream,) = system.told()["market_streams"]
    assert (stream["name"], stream["pairs"], stream["pairs_proven"]) == ("market stream 1", [*PAIRS], 2)
    assert stream["proven"]
    assert len(system.processes("MarketStream")) == 1


def test_a_killed_stream_takes_no_sell_with_it_and_delivers_again(system: SystemUnderTest) -> None:
    victim = system.process("MarketStream")
    os.kill(victim.pid, signal.SIGKILL)
    bought = system.buy(PAIRS[0])
    wait_for("its SELL", lambda: system.sells_of(PAIRS[0], bought))
    wait_for("it runs again", lambda: system.told()["restarts"].get("market stream 1") == 1)
    wait_for("the new one delivers", lambda: modes(system) == {"stream"})
    system.wait_until_well()


@pytest.mark.takes(20)
@pytest.mark.long
def test_refused_streams_give_way_to_rest_and_take_over_again(system: SystemUnderTest) -> None:
    system.control("faults", name="refuse-connection", where={"socket": "market"}, times=0, for_s=10.0)
    system.control("faults", name="cut", socket="market")
    wait_for("both by REST", lambda: sources(system) == {"rest"})
    seen = set()

    def has_moved() -> bool:
        (pair, _) = pairs(system)
        if pair["price"]["source"] == "rest":
            seen.add(pair["price"]["bid"])
        assert not pair["price"]["stale"]
        return len(seen) >= 2

    wait_for("a price that moves", has_moved)
    assert pairs(system)[0]["price_mode"]["source"] == "rest"
    assert pairs(system)[0]["price_mode"]["reason"]
    wait_for("both by stream again", lambda: sources(system) == {"stream"})
    system.wait_until_well()
    status = system.status()
    assert status is not None
    assert 1 <= status["prices"]["rest_requests"] <= 30, "all pairs in one request, every few seconds"


def test_streams_that_fall_silent_are_renewed_before_a_price_is_stale(system: SystemUnderTest) -> None:
    """Noticed by an unanswered ping or by a different price over REST, whichever is first."""
    before = [pair["stream"]["renewals"] + pair["stream"]["reconnects"] for pair in pairs(system)]
    system.control("faults", name="mute", socket="market", seconds=300.0)
    wait_for(
        "both renewed",
        lambda: _are_renewed(system, before) and not any(pair["price"]["stale"] for pair in pairs(system)),
    )
    wait_for("both by stream", lambda: sources(system) == {"stream"})


def _are_renewed(system: SystemUnderTest, before: list[int]) -> bool:
    after = [pair["stream"]["renewals"] + pair["stream"]["reconnects"] for pair in pairs(system)]
    return all(now > then for now, then in zip(after, before, strict=True))
