"""Each actor is killed amid BUYs, next to the exchange and far from it: every BUY gets its SELL, and none gets two."""

from fractions import Fraction
from pathlib import Path

import pytest

from lotkeeper.verification.drill.deaths import ACTORS, kill_amid_buys
from lotkeeper.verification.drill.environment import DrillEnvironment, drill_environment
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.verdict import Expectations
from lotkeeper.verification.staging.round_trip import RoundTrip
from lotkeeper.verification.staging.waiting import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(600)]
PROFIT_PCT = "50"
# How long it takes is measured (benchmarks/deaths.py); here it only has to happen.
WITHIN_S = 90.0
ARGUMENTS = ("--depth", "100000", "--balance", "USDT=10000000", "--symbol", "BTCUSDT", "--symbol", "ETHUSDT")


@pytest.mark.parametrize("round_trip", [RoundTrip(0), RoundTrip(100, 20)], ids=["near", "100 ms"])
def test_each_buy_around_the_death_of_an_actor_gets_its_sell(tmp_path: Path, round_trip: RoundTrip) -> None:
    with drill_environment(tmp_path, ARGUMENTS, profit_pct=PROFIT_PCT, round_trip=round_trip) as environment:
        environment.start(WITHIN_S)
        for title in ACTORS:
            death = kill_amid_buys(environment, title, round_trip.longest_s, WITHIN_S)
            assert death.buys, title
            without = [each.order_id for each in death.buys if not each.sells]
            assert not without, f"{title} was killed: no SELL for BUYs {without}"
            wait_for(f"{title}: health ok; {environment.complaint()}", environment.is_well, WITHIN_S)
        _check_promise(environment)


def _check_promise(environment: DrillEnvironment) -> None:
    environment.controls.summary()  # makes the exchange write its whole journal
    wishes = Expectations(profit=Fraction(PROFIT_PCT) / 100, grace_s=0, strict=True)
    verdict = judge(environment.journal, wishes)
    assert verdict.is_kept, verdict.violations
