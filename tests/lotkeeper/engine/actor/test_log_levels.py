"""Which level is in force for an actor."""

import pytest

from lotkeeper.engine.actor.log_levels import ActorLevel, LogLevels

DEBUG_ALL, QUIET_LEDGER = ActorLevel("", "DEBUG"), ActorLevel("Ledger", "ERROR", until_ms=100)


@pytest.mark.parametrize(
    ("changes", "ledger", "other"),
    [
        ((), "", ""),
        ((DEBUG_ALL,), "DEBUG", "DEBUG"),
        ((QUIET_LEDGER,), "ERROR", ""),
        ((DEBUG_ALL, QUIET_LEDGER), "ERROR", "DEBUG"),
        ((QUIET_LEDGER, DEBUG_ALL), "DEBUG", "DEBUG"),  # of all: no other one stays
        ((QUIET_LEDGER, ActorLevel("ledger", "INFO")), "INFO", ""),
        ((DEBUG_ALL, QUIET_LEDGER, ActorLevel("Ledger", "")), "DEBUG", "DEBUG"),
        ((DEBUG_ALL, QUIET_LEDGER, ActorLevel("", "")), "", ""),
    ],
)
def test_a_level_of_its_own_comes_before_that_of_all(changes: tuple[ActorLevel, ...], ledger: str, other: str) -> None:
    levels = LogLevels()
    for each in changes:
        levels = levels.with_change(each)
    assert (levels.level_of("Ledger"), levels.level_of("Gateway")) == (ledger, other)


def test_another_configured_level_holds_for_all_that_have_none_of_their_own() -> None:
    levels = LogLevels((QUIET_LEDGER,), configured="DEBUG")
    assert (levels.level_of("Ledger"), levels.level_of("Gateway")) == ("ERROR", "DEBUG")
    assert levels.at(100) == levels.with_change(ActorLevel("", "")) == LogLevels((), "DEBUG")
    assert levels.with_change(DEBUG_ALL) == LogLevels((DEBUG_ALL,), "DEBUG")


def test_one_for_a_time_is_over_then() -> None:
    levels = LogLevels((DEBUG_ALL, QUIET_LEDGER))
    assert levels.at(99) == levels
    assert levels.at(100) == LogLevels((DEBUG_ALL,))
