"""The table says something of each kind that is told."""

from lotkeeper.trading.alerts.heartbeat_effects import HEARTBEAT
from lotkeeper.trading.trouble_kinds import TOLD


def test_it_says_of_each_kind_that_is_told_whether_and_why() -> None:
    assert list(HEARTBEAT) == list(TOLD)
    assert all(rule.why for rule in HEARTBEAT.values())
