"""How bad an incident is."""

import pytest

from lotkeeper.trading.incidents import Incident, IncidentKind, Severity


@pytest.mark.parametrize(
    ("kind", "severity"),
    [
        (IncidentKind.LOT_HELD, Severity.CRITICAL),
        (IncidentKind.STREAM_LOST, Severity.WARNING),
        (IncidentKind.ACTOR_RESTARTED, Severity.NOTICE),
    ],
)
def test_coins_that_are_not_sold_are_worse_than_what_ends_by_itself(kind: IncidentKind, severity: Severity) -> None:
    assert Incident(kind, "BTCUSDT", 1, "").severity is severity


def test_what_it_is_about_does_not_change_with_its_text() -> None:
    assert (
        Incident(IncidentKind.CLOCK_OFF, "service", 1, "a").key
        == Incident(IncidentKind.CLOCK_OFF, "service", 2, "b").key
    )
