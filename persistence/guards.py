"""The conditions and the append-only journal as objects of the database: constraints and triggers, made when missing.

The name of each ends with a mark of its text, so that another text is another object: what a version before made and
this one does not want is dropped, and nothing is done at a start that finds all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2s
from itertools import groupby

from persistence.conditions import Condition, conditions

PREFIX = "guard_"
_ONLY_ADDED = "decisions"
_REFUSAL = f"rows of {_ONLY_ADDED} are only added, never changed or deleted"


@dataclass(frozen=True, slots=True)
class Guard:
    """One object of the database."""

    table: str
    name: str
    make: str  # SQL
    drop: str


def sqlite_guards() -> tuple[Guard, ...]:
    """SQLite cannot add a constraint to a table that is there: triggers, two for each table."""
    by_table = {table: tuple(group) for table, group in groupby(conditions(), key=lambda each: each.table)}
    found = [
        _trigger(table, event, _refusals(group)) for table, group in by_table.items() for event in ("INSERT", "UPDATE")
    ]
    refuse = f"SELECT RAISE(ABORT, '{_REFUSAL}')"
    return (*found, *(_trigger(_ONLY_ADDED, event, refuse, "_only_added") for event in ("UPDATE", "DELETE")))


def postgresql_guards() -> tuple[Guard, ...]:
    """Constraints that new rows keep: what is there is not read, `lotkeeper db check` does that."""
    return (*map(_constraint, conditions()), _refusing_function(), _refusing_trigger())


def steps(wanted: tuple[Guard, ...], found: Mapping[str, str]) -> list[str]:
    """The SQL that brings the objects that were found to those that are wanted; `found` has the SQL that drops each."""
    names = {each.name for each in wanted}
    return [
        *(drop for name, drop in found.items() if name not in names),
        *(each.make for each in wanted if each.name not in found),
    ]


def _refusals(group: tuple[Condition, ...]) -> str:
    cases = " ".join(
        f"WHEN NOT ({each.on('NEW.')}) THEN RAISE(ABORT, '{each.table}.{each.column} has to be {each.text}')"
        for each in group
    )
    return f"SELECT CASE {cases} END"


def _trigger(table: str, event: str, does: str, what: str = "") -> Guard:
    name = _name(f"{table}{what}_{event.lower()}", does)
    return Guard(
        table, name, f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN {does}; END", f"DROP TRIGGER {name}"
    )


def _constraint(condition: Condition) -> Guard:
    table, sql = condition.table, condition.on()
    name = _name(f"{table}_{condition.column}", sql)
    return Guard(
        table,
        name,
        f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({sql}) NOT VALID",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def _refusing_function() -> Guard:
    does = f"'BEGIN RAISE EXCEPTION ''{_REFUSAL}''; END'"
    name = _name(f"{_ONLY_ADDED}_refuse", does)
    return Guard(
        "", name, f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {does}", f"DROP FUNCTION {name}"
    )


def _refusing_trigger() -> Guard:
    function = _refusing_function().name
    name = _name(f"{_ONLY_ADDED}_only_added", function)
    when = "BEFORE UPDATE OR DELETE OR TRUNCATE"
    return Guard(
        _ONLY_ADDED,
        name,
        f"CREATE TRIGGER {name} {when} ON {_ONLY_ADDED} FOR EACH STATEMENT EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER {name} ON {_ONLY_ADDED}",
    )


def _name(what: str, text: str) -> str:
    return f"{PREFIX}{what}_{blake2s(text.encode(), digest_size=4).hexdigest()}"
