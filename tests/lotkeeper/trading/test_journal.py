"""Decisions name their causes by values."""

from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.lots.states import HoldReason
from lotkeeper.trading.selling.decisions import ParkCause


def test_whatever_parks_or_holds_a_lot_is_a_cause() -> None:
    assert {each.name for each in (*ParkCause, *HoldReason)} <= set(Cause.__members__)


def test_names_and_values_are_the_same() -> None:
    assert all(each.name == each.value for each in (*Cause, *DecisionKind))
