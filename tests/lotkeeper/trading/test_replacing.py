"""A copy with changes is the one that Python's own `replace` makes."""

import dataclasses
from dataclasses import dataclass, field

import pytest

from lotkeeper.trading.remembered import Remembering, remembered
from lotkeeper.trading.replacing import replace


@dataclass(frozen=True, slots=True)
class Pair(Remembering):
    left: int
    right: int = 2
    more: tuple[str, ...] = ()

    @remembered
    def sum(self) -> int:
        return self.left + self.right


def test_the_fields_that_are_named_change_and_no_others() -> None:
    pair = Pair(1)
    assert pair.sum == 3
    changed = replace(pair, right=5, more=("x",))
    assert changed == dataclasses.replace(pair, right=5, more=("x",)) == Pair(1, 5, ("x",))
    assert (changed.sum, pair.sum) == (6, 3)  # what the other one remembers is not copied
    assert replace(pair) == pair


def test_an_unknown_field_is_an_error() -> None:
    with pytest.raises(KeyError):
        replace(Pair(1), middle=3)  # type: ignore[call-arg]


def test_a_class_that_is_not_made_by_position_is_refused() -> None:
    @dataclass(frozen=True)
    class Named:
        one: int
        two: int = field(default=2, kw_only=True)

    with pytest.raises(TypeError, match="Named"):
        replace(Named(1), one=2)
