"""The words of --kind."""

from lotkeeper.service.documents.incident_kinds import INCIDENT_KINDS


def test_each_kind_has_its_word() -> None:
    assert INCIDENT_KINDS["stream-lost"] == "STREAM_LOST"
    assert len(INCIDENT_KINDS) == len(set(INCIDENT_KINDS.values()))
