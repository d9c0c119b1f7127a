"""Two hosts take turns: after a stop, after a crash, and when they are cut off from the database or the exchange."""

import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.verdict import Expectations
from lotkeeper.verification.staging.waiting import wait_for
from tests.standby.network import Direction, Place
from tests.standby.senders import find_second_senders, orders_sent, terms
from tests.standby.stage import PROFIT_PCT, Stage

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(400)]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Host a trades, and host b waits."""
    with Stage(tmp_path) as made:
        made.hosts["a"].start()
        wait_for("host a trades", lambda: made.trading() == "a", 90.0)
        made.hosts["b"].start()
        wait_for("host b waits", lambda: "standby: host" in made.hosts["b"].service.output(), 60.0)
        made.buy()
        made.wait_until_protected()
        yield made
        check_promise(made)


def check_promise(stage: Stage) -> None:
    stage.network.mend()
    stage.wait_until_protected(120.0)
    assert list(find_second_senders(orders_sent(stage), terms(stage))) == []
    verdict = judge(stage.journal, Expectations(profit=Fraction(PROFIT_PCT) / 100, grace_s=0, strict=True))
    assert verdict.violations == ()


def sold_by(stage: Stage) -> str:
    """The host that sent the newest SELL."""
    return orders_sent(stage)[-1].host


def test_after_a_stop_the_other_host_goes_on(stage: Stage) -> None:
    stage.hosts["a"].stop()
    stage.buy()
    stage.wait_until_protected()
    assert sold_by(stage) == "b"
    stage.hosts["a"].start()
    wait_for("host a waits", lambda: stage.hosts["a"].service.output().count("standby: host") >= 1, 60.0)
    stage.hosts["b"].stop()
    stage.buy()
    stage.wait_until_protected()
    assert sold_by(stage) == "a"


def test_after_a_crash_of_the_host_the_other_one_goes_on(stage: Stage) -> None:
    stage.hosts["a"].kill()
    stage.buy()
    stage.wait_until_protected()
    assert sold_by(stage) == "b"


@pytest.mark.parametrize("direction", Direction)
def test_a_host_that_is_cut_off_from_the_database_stops_and_waits_for_its_next_turn(
    stage: Stage, direction: Direction
) -> None:
    link = stage.network.links["a", Place.DATABASE]
    link.cut(direction)
    wait_for("host b has the lease", lambda: terms(stage)[-1].host == "b", 60.0)
    stage.buy()
    stage.wait_until_protected()
    assert sold_by(stage) == "b"
    link.mend()
    waits = "waits for its next turn"
    wait_for("host a knows", lambda: waits in stage.hosts["a"].service.output(), 60.0)


@pytest.mark.parametrize("direction", Direction)
def test_a_waiting_host_that_is_cut_off_from_the_database_takes_nothing(stage: Stage, direction: Direction) -> None:
    link = stage.network.links["b", Place.DATABASE]
    link.cut(direction)
    time.sleep(12.0)  # longer than a lease lives
    stage.buy()
    stage.wait_until_protected()
    link.mend()
    assert sold_by(stage) == "a"
    assert {each.host for each in terms(stage)} == {"a"}


@pytest.mark.parametrize("direction", Direction)
def test_a_host_that_is_cut_off_from_the_exchange_keeps_its_lease(stage: Stage, direction: Direction) -> None:
    link = stage.network.links["a", Place.EXCHANGE]
    link.cut(direction)
    stage.buy()
    time.sleep(12.0)
    link.mend()
    stage.wait_until_protected(90.0)
    assert {each.host for each in terms(stage)} == {"a"}


def test_a_host_that_was_suspended_sends_nothing_when_it_wakes_up(stage: Stage) -> None:
    stage.hosts["a"].freeze()
    stage.buy()
    wait_for("host b has the lease", lambda: terms(stage)[-1].host == "b", 60.0)
    stage.hosts["a"].thaw()
    stage.buy()
    stage.wait_until_protected()
    assert sold_by(stage) == "b"


def test_while_the_database_is_away_nobody_sells_and_afterwards_one_does(stage: Stage) -> None:
    stage.server.stop()
    time.sleep(10.0)
    stage.buy()
    time.sleep(3.0)
    assert stage.unprotected()
    stage.server.start()
    stage.wait_until_protected(90.0)
