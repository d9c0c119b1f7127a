"""The words of --kind."""

from lotkeeper.service.documents.incident_kinds import word_of
from lotkeeper.trading.incidents import IncidentKind


def test_each_kind_has_its_word() -> None:
    assert word_of(IncidentKind.STREAM_LOST) == "stream-lost"
    assert len({word_of(kind) for kind in IncidentKind}) == len(IncidentKind)
