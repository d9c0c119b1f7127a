"""Columns of the entities, as Pony declares them."""

from typing import Any

from pony.orm import Optional, Required


def text() -> Any:
    """Text that may be empty, which Pony calls Optional; unchanged, for Pony would strip spaces."""
    return Optional(str, autostrip=False)


def required_text() -> Any:
    return Required(str, autostrip=False)


def amount() -> Any:
    return Required(str, autostrip=False)


def number() -> Any:
    """A number of 64 bits, which order ids, trade ids and milliseconds need."""
    return Required(int, size=64)
