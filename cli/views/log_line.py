"""A line of the log as a person reads it."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

Json = Mapping[str, Any]
_LEVEL_STYLE = {"debug": "dim", "info": "green", "warning": "yellow", "error": "bold red", "critical": "bold red"}
_SUBJECT = ("pair", "lot", "order")
_WIDEST_LEVEL = 8
_TO_MILLISECONDS = len("2026-11-30 08:00:00.123")
_FRAMES = 3  # of an exception: the innermost


def log_line(entry: Json) -> Text:
    """Time (UTC), level, actor, what happened, and what it concerns; of an exception the innermost calls below it."""
    level = str(entry.get("level", ""))
    line = Text()
    if "ts" in entry:
        line.append(f"{entry['ts'].replace('T', ' ')[:_TO_MILLISECONDS].removesuffix('Z')} ", "dim")
        line.append(f"{level.upper():{_WIDEST_LEVEL}} ", _LEVEL_STYLE.get(level, ""))
        line.append(f"{entry.get('actor', '')}  ", "cyan")
    line.append(str(entry.get("text", "")), "bold" if level in {"error", "critical"} else "")
    about = {name: entry.get(name) for name in _SUBJECT if entry.get(name) is not None}
    for name, value in {**about, **entry.get("facts", {})}.items():
        line.append(f"  {name}=", "dim").append(str(value))
    for text in _exception_lines(entry.get("exception")):
        line.append(f"\n    {text}", "red")
    return line


def _exception_lines(chain: Any) -> Iterator[str]:
    """Of each error of the chain, the last one first, its innermost calls and then what it said."""
    for error in chain if isinstance(chain, list) else ():
        for frame in (error.get("frames") or ())[-_FRAMES:]:
            yield f"{frame.get('filename')}:{frame.get('lineno')} in {frame.get('name')}"
        yield f"{error.get('exc_type')}: {error.get('exc_value')}"
