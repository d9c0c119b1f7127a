"""A message on its way, as a person reads it."""

import re
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

from lotkeeper.service.tracing import TracedStep

_DECIMAL = re.compile(r"Decimal\('([^']*)'\)")
_ENUM = re.compile(r"<\w+\.(\w+): [^>]*>")
_WIDE = 160  # columns
_WIDEST_ACTOR, _WIDEST_MESSAGE = 18, 24


def step_line(step: TracedStep, most: int | None) -> Text:
    """When it was handled (UTC), by whom, what it is, how long that took, who sent it, and `most` of its text."""
    text = readable(step.traced.text, step.traced.message)
    return _head(step).append(text if most is None or len(text) <= most else f"{text[:most]}...")


def fitted_step(step: TracedStep, width: int) -> Text:
    """The same in one line of so many columns; where that is too narrow for the text, it has a line of its own."""
    if width >= _WIDE:
        return _cut(step_line(step, None), width)
    text = Text("  ").append(readable(step.traced.text, step.traced.message))
    return _cut(_head(step), width).append("\n").append(_cut(text, width))


def _cut(line: Text, width: int) -> Text:
    line.truncate(width, overflow="ellipsis")
    return line


def _head(step: TracedStep) -> Text:
    traced = step.traced
    at = datetime.fromtimestamp(traced.at_ns / 1e9, UTC)
    return Text.assemble(
        (f"{at:%H:%M:%S.%f} ", "dim"),
        (f"{step.actor:{_WIDEST_ACTOR}} ", "cyan"),
        (f"{traced.message:{_WIDEST_MESSAGE}} ", "bold"),
        f"{traced.took_ms:8.3f} ms  ",
        (f"from {traced.sender}  ", "dim"),
    )


def readable(text: str, message: str) -> str:
    """The fields of a message without the wrappings of Python."""
    plain = _ENUM.sub(r"\1", _DECIMAL.sub(r"\1", text))
    return plain.removeprefix(f"{message}(").removesuffix(")") if plain.startswith(f"{message}(") else plain


def step_document(step: TracedStep) -> dict[str, Any]:
    """The same as plain values."""
    traced = step.traced
    return {
        "at": datetime.fromtimestamp(traced.at_ns / 1e9, UTC).isoformat(timespec="microseconds"),
        "actor": step.actor,
        "message": traced.message,
        "took_ms": traced.took_ms,
        "sender": traced.sender,
        "text": readable(traced.text, traced.message),
    }
