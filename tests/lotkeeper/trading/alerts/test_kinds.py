"""What is told, and how urgent it is."""

import pytest

from lotkeeper.trading.alerts.kinds import RULES, AlertKind, Cause, Severity, cause_of
from lotkeeper.trading.reports.todo import Todo, TodoKind


def test_every_kind_has_its_rule_and_no_other():
    assert set(RULES) == set(AlertKind)


@pytest.mark.parametrize("kind", TodoKind)
def test_all_that_needs_a_person_is_told(kind):
    found = cause_of(Todo(kind, "a text", "a command", "BTCUSDT", "BTCUSDT-7", since_ms=5))
    assert (str(found.kind), found.subject) == (str(kind), "BTCUSDT BTCUSDT-7")
    assert (found.text, found.command, found.since_ms) == ("a text", "a command", 5)
    assert found.urgency is RULES[found.kind].severity


def test_severities_are_in_rising_order():
    assert [each.rank for each in (Severity.INFO, Severity.WARNING, Severity.CRITICAL)] == [0, 1, 2]


def test_the_text_of_a_cause_is_no_part_of_what_it_is():
    first = Cause(AlertKind.UNCOVERED, "BTCUSDT", "for 60 s", "")
    assert first.key == Cause(AlertKind.UNCOVERED, "BTCUSDT", "for 65 s", "other").key == "uncovered BTCUSDT"
    assert Cause(AlertKind.GATEWAY, "", "x", "").key == "gateway"


def test_a_cause_may_be_worse_than_its_kind():
    assert Cause(AlertKind.BUDGET, "", "banned", "", severity=Severity.CRITICAL).urgency is Severity.CRITICAL
