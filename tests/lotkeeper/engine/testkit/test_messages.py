from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

import pytest

from lotkeeper.engine.testkit import a


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Inner:
    amount: Decimal
    colour: Colour


@dataclass(frozen=True)
class Outer:
    name: str
    count: int
    share: float
    is_on: bool
    inner: Inner
    parts: tuple[Inner, ...]
    by_name: dict[str, int]
    either: int | str
    maybe: Inner | None
    way: Literal["in", "out"]
    anything: Any
    given: int = 7
    made: list[int] = field(default_factory=lambda: [1])


def test_what_is_not_said_is_empty():
    assert a(Outer, name="x") == Outer(
        name="x",
        count=0,
        share=0.0,
        is_on=False,
        inner=Inner(Decimal(0), Colour.RED),
        parts=(),
        by_name={},
        either=0,
        maybe=None,
        way="in",
        anything=None,
    )


def test_a_field_that_is_not_there_is_said():
    with pytest.raises(TypeError, match="colour"):
        a(Outer, colour="red")
    with pytest.raises(TypeError, match="no dataclass"):
        a(int)
