"""Databases as each version of the schema wrote them, with rows: `4.sql` of SQLite, `5.postgresql.sql` of PostgreSQL.

A new version of the schema gets a file here, made by the last program that wrote the one before.
"""

from pathlib import Path

FOLDER = Path(__file__).parent
SQLITE = tuple(sorted(int(path.stem) for path in FOLDER.glob("?.sql")))
POSTGRESQL = tuple(sorted(int(path.name.partition(".")[0]) for path in FOLDER.glob("*.postgresql.sql")))


def script(version: int, suffix: str = ".sql") -> str:
    return (FOLDER / f"{version}{suffix}").read_text()
