"""The lines of a journal."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

FORMAT = 1


class JournalError(ValueError):
    """The file is not a journal, or has an unknown format."""


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line: its kind, when it was written (nanoseconds of wall time) and all its fields."""

    number: int
    kind: str
    wall_ns: int
    fields: dict[str, Any]


def read_lines(path: Path) -> Iterator[JournalLine]:
    """All lines in order; raises JournalError. A line that a killed process left incomplete is skipped."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise JournalError(f"{path}: {error.strerror}") from error
    rows = text.split(b"\n")
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            yield _line(number, row)
        except (ValueError, KeyError, TypeError) as error:
            if _is_broken_off(rows, number):
                continue
            raise JournalError(f"{path}: line {number} is no line of a journal ({error})") from error


def _is_broken_off(rows: list[bytes], number: int) -> bool:
    """Whether the line is the last one, or the last of its process."""
    return number == len(rows) or b'"kind":"start"' in rows[number]


def _line(number: int, row: bytes) -> JournalLine:
    fields = orjson.loads(row)
    line = JournalLine(number, fields["kind"], int(fields["wall_ns"]), fields)
    if line.kind == "start" and fields["format"] != FORMAT:
        raise JournalError(f"line {number}: format {fields['format']} is not known; this judge reads format {FORMAT}")
    return line
