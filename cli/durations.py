"""Lengths of time as people write them."""

import re

import click

_PART = re.compile(r"(\d{1,6})([smhdw])")
_WHOLE = re.compile(r"(?:\d{1,6}[smhdw])+")
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
ALLOWED = "a length such as 90s, 30m, 2h, 1d12h or 2w"
_MOST_S = 10 * 366 * 86_400  # what is longer is a typing error


def seconds_of(text: str) -> float:
    """Raises ValueError."""
    if not _WHOLE.fullmatch(text.strip().lower()):
        raise ValueError(f"{text!r} is no length of time; allowed is {ALLOWED}")
    found = sum(int(count) * _SECONDS[unit] for count, unit in _PART.findall(text.lower()))
    if not 0 < found <= _MOST_S:
        raise ValueError(f"{text!r} is too {'long' if found else 'short'}; allowed is {ALLOWED}, at most ten years")
    return float(found)


def parse_duration(_context: click.Context, _option: click.Parameter, text: str | None) -> float | None:
    """For an option that is a length of time: seconds."""
    if text is None:
        return None
    try:
        return seconds_of(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
