"""What an incident is called."""

import pytest

from lotkeeper.trading.incidents import Incident
from lotkeeper.trading.trouble_kinds import TroubleKind


@pytest.mark.parametrize(
    ("kind", "severity", "name"),
    [
        (TroubleKind.UNCOVERED, "CRITICAL", "LOT_UNPROTECTED"),
        (TroubleKind.HELD, "WARNING", "LOT_HELD"),
        (TroubleKind.ACTOR_RESTARTED, "NOTICE", "ACTOR_RESTARTED"),
    ],
)
def test_it_has_the_names_of_the_database(kind: TroubleKind, severity: str, name: str) -> None:
    incident = Incident(kind, "BTCUSDT", 1, "")
    assert (incident.severity, incident.name) == (severity, name)


def test_what_it_is_about_does_not_change_with_its_text() -> None:
    assert Incident(TroubleKind.CLOCK, "service", 1, "a").key == Incident(TroubleKind.CLOCK, "service", 2, "b").key
