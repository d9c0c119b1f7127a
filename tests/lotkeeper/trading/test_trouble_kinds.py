"""The one table of what an operator hears of."""

import pytest

from lotkeeper.trading.trouble_kinds import INCIDENTS, RULES, TODO, TOLD, Severity, TroubleKind, command_for

# They stand in databases and in scripts of users: a kind may come, none may change or go.
STORED = {
    "KILL_SWITCH": "kill-switch",
    "SENDING_BLOCKED": "gateway",
    "STREAM_UNUSABLE": "user-stream",
    "DATABASE_AWAY": "database",
    "MESSAGE_QUARANTINED": "quarantined",
    "ACTOR_GIVEN_UP": "given-up",
    "CLOCK_OFF": "clock",
    "PAIR_NOT_LISTED": "not-listed",
    "PAIR_DELISTING": "delisting",
    "PAIR_UNPROVEN": "watch-only",
    "SELLS_REFUSED": "refused",
    "ORDER_UNKNOWN": "unknown-order",
    "LOT_HELD": "held",
    "LOT_UNPROTECTED": "uncovered",
    "COINS_CAME": "coins-came",
    "TRADE_UNREADABLE": "unreadable",
    "ORDER_STRANGE": "strange-status",
    "FEE_RISE": "fee-rise",
    "FEES_LOW": "bnb-low",
    "EXCHANGE_PAUSE": "budget",
    "STREAM_LOST": "stream-lost",
    "PAIR_STALE": "pair-stale",
    "ACTOR_RESTARTED": "actor-restarted",
    "LEASE_AT_RISK": "lease-at-risk",
}
NOT_RECORDED = {"stop-refused", "paused", "disk-low", "channel", "degraded", "restarts", "long-held", "started", "sale"}


def test_every_kind_has_its_rule_in_the_order_of_the_names():
    assert list(RULES) == list(TroubleKind)


def test_the_stored_names_of_incidents_are_those_of_before():
    assert {RULES[kind].incident: str(kind) for kind in INCIDENTS} == STORED
    assert {str(kind) for kind in TroubleKind} == {*STORED.values(), *NOT_RECORDED}


@pytest.mark.parametrize(("stored", "name"), STORED.items())
def test_what_a_database_or_a_record_that_waits_has_is_the_same_kind(stored, name):
    assert TroubleKind(stored) is TroubleKind(name)


@pytest.mark.parametrize("text", ["", "kill switch", "NO_SUCH_THING"])
def test_another_name_is_refused(text):
    with pytest.raises(ValueError, match="not a valid TroubleKind"):
        TroubleKind(text)


def test_what_needs_a_person_is_told_and_comes_first():
    assert set(TODO) < set(TOLD)
    assert list(TroubleKind)[: len(TODO)] == list(TODO)


@pytest.mark.parametrize("kind", TroubleKind)
def test_each_kind_means_something_and_news_alone_need_no_command(kind):
    rule = RULES[kind]
    assert rule.means
    assert not rule.means.endswith(".")
    assert bool(rule.command) == (kind not in (TroubleKind.STARTED, TroubleKind.SALE))
    assert rule.incident or rule.is_told


def test_severities_are_in_rising_order():
    assert [each.rank for each in (Severity.INFO, Severity.WARNING, Severity.CRITICAL)] == [0, 1, 2]


def test_a_command_is_filled_in_with_what_is_known():
    command = command_for(TroubleKind.COINS_CAME, pair="BTCUSDT", quantity="0.5")
    assert command == "lotkeeper adopt BTCUSDT --quantity 0.5 --cost COST"
    assert command_for(TroubleKind.DELISTING, pair="") == "lotkeeper positions --pair PAIR"
