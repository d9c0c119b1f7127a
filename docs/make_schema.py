"""Makes docs/reference/schema.md: the tables and their columns, from the entities; --check says if it is stale."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pony.orm import Database

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from persistence.entities import define_entities  # noqa: E402 (found by the line above)
from persistence.schema import SCHEMA_VERSION  # noqa: E402

PAGE = Path("docs/reference/schema.md")
HEAD = """# Schema

The tables of the [database](database.md), the same with SQLite and PostgreSQL. This page is generated from
`persistence/entities.py` and `persistence/account_entities.py`: change it with `python docs/make_schema.py`.

A line between two tables is no foreign key
([why](../decisions/0033-conditions-no-foreign-keys.md)); `lotkeeper db check` finds rows whose lot is
not there. Amounts are text in plain digits; times are milliseconds since 1970 in UTC. `PK` is the primary key,
`UK` is unique, "maybe" may be empty.

"""
LOTS = "lots"
TO_A_LOT = ("lot_id", "source_lot", "target_lot")


def main() -> int:
    """Writes the page, or with --check returns 1 if it is not what would be written."""
    page, text = ROOT / PAGE, schema()
    if "--check" not in sys.argv[1:]:
        page.write_text(text)
        return 0
    if page.exists() and page.read_text() == text:
        return 0
    sys.stderr.write(f"{PAGE} is not up to date: python docs/make_schema.py\n")
    return 1


def schema() -> str:
    """The whole page."""
    db = Database("sqlite", ":memory:")
    define_entities(db)
    db.generate_mapping(create_tables=True)
    tables = sorted(db.entities.values(), key=lambda entity: entity._table_)
    lines = [line for entity in tables for line in _table(entity)]
    lines += [line for entity in tables for line in _lines_to_lots(entity)]
    diagram = "\n".join(f"    {line}" for line in lines)
    return f"{HEAD}Version {SCHEMA_VERSION}:\n\n```mermaid\nerDiagram\n{diagram}\n```\n"


def _table(entity: Any) -> Iterator[str]:
    yield f"{entity._table_} {{"
    keys = set(entity._pk_columns_)
    for attribute in entity._attrs_:
        for column in attribute.columns:
            sort = " PK" if column in keys else " UK" if attribute.is_unique else ""
            maybe = ' "maybe"' if attribute.nullable and not attribute.is_pk else ""
            yield f"    {_type(attribute)} {column}{sort}{maybe}"
    yield "}"


def _type(attribute: Any) -> str:
    kind: str = attribute.converters[0].sql_type()
    return kind.lower()


def _lines_to_lots(entity: Any) -> Iterator[str]:
    columns = [column for attribute in entity._attrs_ for column in attribute.columns]
    if entity._table_ != LOTS:
        yield from (f"{LOTS} ||--o{{ {entity._table_} : {column}" for column in columns if column in TO_A_LOT)


if __name__ == "__main__":
    sys.exit(main())
