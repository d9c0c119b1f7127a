"""Brings older tables to the newest version: each step once, all in one transaction with the version number.

A step is plain SQL that SQLite and PostgreSQL understand alike. PostgreSQL knows the schema from version 5 on.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from persistence.errors import WITHOUT_IT, StoreError
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION, STATE_TABLE

# Up to version 3 only a sentence said why a lot was held; these are the sentences of 0.1.0. Any other sentence held a
# lot until its pair was resumed, as after a manually cancelled SELL.
_HOLDS_FROM_SENTENCES = """
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

# New tables and indexes need no step: the store creates those that are missing when it opens.
_STEPS: dict[int, tuple[str, ...]] = {
    1: (
        "DROP TABLE IF EXISTS trade_pairs",  # the exchange's rules, which each start asks for again
        "ALTER TABLE lots ADD COLUMN held_ms BIGINT",
        "ALTER TABLE lots ADD COLUMN fees_quote TEXT",
        "ALTER TABLE lots ADD COLUMN fees TEXT",
        "ALTER TABLE lots ADD COLUMN rest TEXT",
        "ALTER TABLE orders ADD COLUMN profit TEXT",
        "ALTER TABLE orders ADD COLUMN sell_rate TEXT",
        "UPDATE lots SET profit = NULL",  # the sums of closed lots are computed again, now with fees and time
    ),
    2: (  # also the new table of disposals: an older version would sell again what the trader sold
        "ALTER TABLE orders ADD COLUMN created_ms BIGINT",
    ),
    3: (  # an older version compares the sentences, which may change from now on
        "ALTER TABLE lots ADD COLUMN hold TEXT",
        _HOLDS_FROM_SENTENCES,
    ),
    # Also the new table of sell instructions. An older version would take a SELL that follows the price for a LIMIT,
    # and one with a stop for one order.
    4: (
        "ALTER TABLE orders ADD COLUMN trail_delta INTEGER",
        "ALTER TABLE orders ADD COLUMN stop_price TEXT",
        "ALTER TABLE orders ADD COLUMN stop TEXT",
        "ALTER TABLE orders ADD COLUMN is_instructed BOOLEAN",
    ),
    # An older version would take a stop at break-even for a stop loss, and place it again below the cost; take the SELL
    # that a BUY pays for as a sale by hand; and sell a cheap lot of a group at its own floor. Also the new tables of
    # profit entries, their sums, BUYs, and moved costs: the Ledger counts the lots of before beside its work.
    5: (
        "ALTER TABLE lots ADD COLUMN break_even_ms BIGINT",
        "ALTER TABLE lots ADD COLUMN opened_ms BIGINT",
        "ALTER TABLE lots ADD COLUMN closed_ms BIGINT",
        "ALTER TABLE lots ADD COLUMN is_counted BOOLEAN",
        "ALTER TABLE orders ADD COLUMN purchase TEXT",
    ),
    # The new table of decisions, and the conditions of all tables: an older version would leave gaps in the one.
    6: (),
    # The new tables of incidents, of balances, and of exits and order lists: an older version would leave gaps.
    7: (),
}


_ADDED = re.compile(r"ALTER TABLE (\w+) ADD COLUMN (\w+) \w+")  # without a default: no row is written
_CHANGED = re.compile(r"\s*(?:UPDATE|DELETE FROM|INSERT INTO|ALTER TABLE) (\w+)")
_REMOVED = re.compile(r"DROP TABLE (?:IF EXISTS )?(\w+)")


@dataclass(frozen=True, slots=True)
class Step:
    """What brings the tables from one version to the next."""

    version: int  # before it
    changes: tuple[str, ...]  # for people
    only_adds: bool  # no row is changed, so that nothing can be lost


def steps_from(version: str) -> tuple[Step, ...]:
    """The steps to the newest version."""
    return tuple(_step(number) for number in range(int(version), SCHEMA_VERSION))


def _step(version: int) -> Step:
    statements = _STEPS[version]
    only_adds = all(_ADDED.fullmatch(each) for each in statements)
    return Step(version, tuple(dict.fromkeys(map(_change, statements))) or ("adds tables",), only_adds)


def _change(statement: str) -> str:
    if added := _ADDED.fullmatch(statement):
        return f"adds {added[1]}.{added[2]}"
    if removed := _REMOVED.fullmatch(statement):
        return f"removes {removed[1]}, which is filled again"
    changed = _CHANGED.match(statement)
    return f"changes rows of {changed[1]}" if changed else statement.strip()


def can_migrate(version: str) -> bool:
    """Whether there are steps from this version to the newest."""
    known = range(min(_STEPS), SCHEMA_VERSION)
    return version.isdecimal() and int(version) in known


def check_version(place: str, found: str) -> str:
    """The version of a database, if there are steps from it to the newest, or none are needed; raises StoreError."""
    if found != str(SCHEMA_VERSION) and not can_migrate(found):
        raise StoreError(f"the database {place} has schema {found}: {_advice(found)}")
    return found


def migrate(execute: Callable[..., object], parameter: str, version: str) -> None:
    """Brings the tables to the newest version, in the open transaction; `execute` is of a cursor or a connection."""
    for step in range(int(version), SCHEMA_VERSION):
        for statement in _STEPS[step]:
            execute(statement)
    update = f"UPDATE {STATE_TABLE} SET value = {parameter} WHERE key = {parameter}"  # noqa: S608 (a name of ours)
    execute(update, [str(SCHEMA_VERSION), SCHEMA_KEY])


def _advice(found: str) -> str:
    if found.isdecimal() and int(found) > SCHEMA_VERSION:
        return f"a newer lotkeeper wrote it, this one knows {SCHEMA_VERSION}; install the newer one again"
    return f"there is no migration to {SCHEMA_VERSION}; {WITHOUT_IT}"
