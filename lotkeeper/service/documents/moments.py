"""Moments as people write them: a date, a date with a time, or how long ago; all in UTC."""

import re
from datetime import UTC, datetime, timedelta

_AGO = re.compile(r"(\d{1,6})([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
ALLOWED = "a date such as 2026-11-30, a time such as 2026-11-30T12:00, both in UTC, or how long ago: 90m, 12h, 7d, 4w"


def parse_moment(text: str, now: datetime, *, is_end: bool) -> datetime:
    """Raises ValueError. As the end of a time a date means the end of that day."""
    ago = _AGO.fullmatch(text)
    try:
        if ago is not None:
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        found = datetime.fromisoformat(text)
        day = timedelta(days=1) if is_end and _DATE.fullmatch(text) else timedelta()
        return (found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)) + day
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text!r} is no time; allowed is {ALLOWED}") from error


def milliseconds_of(text: str, *, is_end: bool) -> int:
    """The moment as milliseconds since 1970. Raises ValueError."""
    return int(parse_moment(text, datetime.now(UTC), is_end=is_end).timestamp() * 1000)
