"""Errors of the database, each as one sentence that says what to do."""

# A guard of the tables refused a record (guards.py).
BREAKS_RULE = "it refuses a record that cannot be true; please report this: it is a mistake of lotkeeper"
# With an empty database only the lots with an open SELL come back by themselves.
WITHOUT_IT = (
    "restore a backup of any age, which loses no lot; if there is none, set it aside, start, and take the BUYs that "
    "have no SELL on the exchange: lotkeeper adopt PAIR --since DATE"
)


class StoreError(Exception):
    """The database cannot be used: one sentence with its path and what to do."""


class OvertakenError(StoreError):
    """A newer system has taken the database over: this one must not write and must send no orders."""
