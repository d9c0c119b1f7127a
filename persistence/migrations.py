"""From one version of the tables to the next. Each step is applied once, in one transaction with the new version."""

import sqlite3

from persistence.entities import SCHEMA_KEY, SCHEMA_VERSION, STATE_TABLE

# Why a lot is held was told by its sentence up to version 3; these are the sentences of 0.1.0. A sentence that is not
# among them held a lot until its pair was resumed, like a SELL cancelled by hand.
_HOLDS_OF_3 = """
UPDATE lots SET hold = CASE
  WHEN reason = 'released by hand: what stands on the book is taken back first' THEN 'RELEASING'
  WHEN reason = 'rebuilt from a SELL on the exchange: its earlier SELLs are being looked for' THEN 'READING'
  WHEN reason = 'its SELL was made smaller by hand; resume the pair to sell the rest again' THEN 'AMENDED_BY_HAND'
  WHEN reason LIKE 'order %, cancelled by hand after it sold %, may have been its; resume the pair to sell the rest%'
    THEN 'PERHAPS_SOLD'
  ELSE 'CANCELLED_BY_HAND'
END
WHERE state = 'HELD'
"""

# What a step only has to make new (a table, an index) is made where it is missing when the store opens.
_STEPS: dict[int, tuple[str, ...]] = {
    1: (
        "DROP TABLE IF EXISTS trade_pairs",  # the exchange's rules: asked for anew at each start
        "ALTER TABLE lots ADD COLUMN held_ms BIGINT",
        "ALTER TABLE lots ADD COLUMN fees_quote TEXT",
        "ALTER TABLE lots ADD COLUMN fees TEXT",
        "ALTER TABLE lots ADD COLUMN rest TEXT",
        "ALTER TABLE orders ADD COLUMN profit TEXT",
        "ALTER TABLE orders ADD COLUMN sell_rate TEXT",
        "UPDATE lots SET profit = NULL",  # the sums of closed lots are worked out again, with the new ones
    ),
    2: (  # besides disposals, which are a table of their own; an older version would sell anew what a hand sold
        "ALTER TABLE orders ADD COLUMN created_ms BIGINT",
    ),
    3: (  # an older version would go by the sentences, which may change from now on
        "ALTER TABLE lots ADD COLUMN hold TEXT",
        _HOLDS_OF_3,
    ),
}


def can_migrate(version: str) -> bool:
    """Whether there is a way from this version to the newest."""
    known = range(min(_STEPS), SCHEMA_VERSION)
    return version.isdecimal() and int(version) in known


def migrate(connection: sqlite3.Connection, version: str) -> None:
    """Brings the tables to the newest version; nothing is changed when a step fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in range(int(version), SCHEMA_VERSION):
            for statement in _STEPS[step]:
                connection.execute(statement)
        update = f"UPDATE {STATE_TABLE} SET value = ? WHERE key = ?"  # noqa: S608 (a name of ours)
        connection.execute(update, [str(SCHEMA_VERSION), SCHEMA_KEY])
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
