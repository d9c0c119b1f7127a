"""A message on its way, as a person reads it."""

import re
from datetime import UTC, datetime
from typing import Any

from rich.text import Text

from lotkeeper.service.tracing import TracedStep

_DECIMAL = re.compile(r"Decimal\('([^']*)'\)")
_ENUM = re.compile(r"<\w+\.(\w+): [^>]*>")
_WIDEST_ACTOR, _WIDEST_MESSAGE = 18, 24


def step_line(step: TracedStep, most: int | None) -> Text:
    """When it was handled (UTC), by whom, what it is, how long that took, who sent it, and `most` of its text."""
    traced = step.traced
    text = readable(traced.text, traced.message)
    at = datetime.fromtimestamp(traced.at_ns / 1e9, UTC)
    return Text.assemble(
        (f"{at:%H:%M:%S.%f} ", "dim"),
        (f"{step.actor:{_WIDEST_ACTOR}} ", "cyan"),
        (f"{traced.message:{_WIDEST_MESSAGE}} ", "bold"),
        f"{traced.took_ms:8.3f} ms  ",
        (f"from {traced.sender}  ", "dim"),
        text if most is None or len(text) <= most else f"{text[:most]}...",
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
