"""What is told."""

import pytest

from lotkeeper.trading.alerts.causes import Cause, cause_of
from lotkeeper.trading.reports.todo import Todo
from lotkeeper.trading.trouble_kinds import RULES, TODO, Severity, TroubleKind


@pytest.mark.parametrize("kind", TODO)
def test_all_that_needs_a_person_is_told(kind):
    found = cause_of(Todo(kind, "a text", "a command", "BTCUSDT", "BTCUSDT-7", since_ms=5))
    assert (str(found.kind), found.subject) == (str(kind), "BTCUSDT BTCUSDT-7")
    assert (found.text, found.command, found.since_ms) == ("a text", "a command", 5)
    assert found.urgency is RULES[found.kind].severity


def test_the_text_of_a_cause_is_no_part_of_what_it_is():
    first = Cause(TroubleKind.UNCOVERED, "BTCUSDT", "for 60 s", "")
    assert first.key == Cause(TroubleKind.UNCOVERED, "BTCUSDT", "for 65 s", "other").key == "uncovered BTCUSDT"
    assert Cause(TroubleKind.GATEWAY, "", "x", "").key == "gateway"


def test_a_cause_may_be_worse_than_its_kind():
    assert Cause(TroubleKind.BUDGET, "", "banned", "", severity=Severity.CRITICAL).urgency is Severity.CRITICAL
