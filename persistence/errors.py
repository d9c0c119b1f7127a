"""What can be wrong with the database, in one sentence that says what to do."""

from pathlib import Path

_ADVICE = (
    ("locked", "another process holds it; stop that one (is a second lotkeeper running?) and try again"),
    ("busy", "another process holds it; stop that one (is a second lotkeeper running?) and try again"),
    ("not a database", "it is not a database; move it away, or set `database` to another path"),
    ("malformed", "it is damaged; restore a backup, or move it away: open lots are rebuilt from the exchange"),
    ("readonly", "it cannot be written; give this user write permission on it and on its folder"),
    ("unable to open", "it cannot be opened; give this user read and write permission on it and on its folder"),
    ("permission denied", "give this user read and write permission on it and on its folder"),
    ("read-only file system", "its disk cannot be written; set `database` to another path"),
    ("no space left", "the disk is full; make room"),
    ("full", "the disk is full; make room"),
    ("disk i/o", "the disk reports an error; check it, or set `database` to another path"),
)


class StoreError(Exception):
    """The database cannot be used: one sentence with its path and what to do."""


class OvertakenError(StoreError):
    """Another system began with the database later: whoever is told so must not write, and sends nothing."""


def store_error(path: Path, error: Exception) -> StoreError:
    """The sentence for an error of SQLite, through Pony or not."""
    text = str(error)
    found = (advice for words, advice in _ADVICE if words in text.lower())
    return StoreError(f"the database {path} fails: {next(found, 'check the file and its folder')} (SQLite: {text})")
