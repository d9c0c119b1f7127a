"""The kinds of incidents in the words in which they are shown."""

from lotkeeper.trading.trouble_kinds import INCIDENTS, RULES


def word_of(name: str) -> str:
    """Of the name that the database has, such as `stream-lost`."""
    return name.lower().replace("_", "-")


INCIDENT_KINDS = {word_of(RULES[kind].incident): RULES[kind].incident for kind in INCIDENTS}
