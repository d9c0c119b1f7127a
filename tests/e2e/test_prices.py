"""Prices of the whole service while its market streams are refused, or say nothing: from REST, and back."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.stage import Stage, eventually

pytestmark = pytest.mark.e2e
PAIRS = ("BTCUSDT", "ETHUSDT")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    arguments = [each for symbol in PAIRS for each in ("--symbol", symbol)]
    with Stage(tmp_path_factory.mktemp("prices"), arguments) as running:
        running.run()
        yield running


def pairs(stage: Stage) -> list[dict[str, Any]]:
    status = stage.status()
    assert status is not None
    return [status["pairs"][symbol] for symbol in PAIRS]


def sources(stage: Stage) -> set[str]:
    return {pair["price"]["source"] for pair in pairs(stage) if pair["price"]}


def test_prices_have_an_age_and_a_source(stage: Stage) -> None:
    eventually("both by stream", lambda: sources(stage) == {"stream"})
    eventually(
        "a second word on both", lambda: all(pair["price"] and pair["price"]["confirmed"] for pair in pairs(stage))
    )
    for pair in pairs(stage):
        price = pair["price"]
        assert not price["stale"]
        assert 0 <= price["age_seconds"] < 10
    eventually("frames counted", lambda: all(pair["frames"] and pair["frames"]["taken"] for pair in pairs(stage)))


@pytest.mark.long
def test_refused_streams_give_way_to_rest_and_take_over_again(stage: Stage) -> None:
    stage.control("faults", name="refuse-connection", where={"socket": "market"}, times=0, for_s=10.0)
    stage.control("faults", name="cut", socket="market")
    eventually("both by REST", lambda: sources(stage) == {"rest"})
    seen = set()

    def has_moved() -> bool:
        (pair, _) = pairs(stage)
        if pair["price"]["source"] == "rest":
            seen.add(pair["price"]["bid"])
        assert not pair["price"]["stale"]
        return len(seen) >= 2

    eventually("a price that moves", has_moved)
    assert pairs(stage)[0]["price_mode"]["source"] == "rest"
    assert pairs(stage)[0]["price_mode"]["reason"]
    eventually("both by stream again", lambda: sources(stage) == {"stream"})
    stage.ready()
    status = stage.status()
    assert status is not None
    assert 1 <= status["prices"]["rest_requests"] <= 30, "all pairs in one request, every few seconds"


def test_streams_that_fall_silent_are_renewed_before_a_price_is_stale(stage: Stage) -> None:
    """By a ping that is not answered, or by REST that says otherwise: whichever is first."""
    before = [pair["stream"]["renewals"] + pair["stream"]["reconnects"] for pair in pairs(stage)]
    stage.control("faults", name="mute", socket="market", seconds=300.0)
    eventually(
        "both renewed", lambda: _renewed(stage, before) and not any(pair["price"]["stale"] for pair in pairs(stage))
    )
    eventually("both by stream", lambda: sources(stage) == {"stream"})


def _renewed(stage: Stage, before: list[int]) -> bool:
    after = [pair["stream"]["renewals"] + pair["stream"]["reconnects"] for pair in pairs(stage)]
    return all(now > then for now, then in zip(after, before, strict=True))
