"""The kinds of incidents in the words in which they are shown."""

from lotkeeper.trading.incidents import IncidentKind


def word_of(kind: IncidentKind) -> str:
    """Such as `stream-lost`."""
    return kind.lower().replace("_", "-")


INCIDENT_KINDS = {word_of(kind): str(kind) for kind in IncidentKind}
