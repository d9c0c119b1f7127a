"""Properties that are computed once, and are no part of the value."""

import copy
import pickle
from dataclasses import dataclass, replace

from lotkeeper.engine.transport.message_format import dumps
from lotkeeper.trading.remembered import Remembering, remembered

COUNTED = []


@dataclass(frozen=True, slots=True)
class Square(Remembering):
    side: int

    @remembered
    def area(self) -> int:
        """Side times side."""
        COUNTED.append(self.side)
        return self.side**2

    @remembered
    def nothing(self) -> None:
        COUNTED.append(None)


def test_it_is_computed_once_for_each_value():
    COUNTED.clear()
    one, other = Square(3), Square(4)
    assert [one.area, one.area, other.area, one.area] == [9, 9, 16, 9]
    assert COUNTED == [3, 4]


def test_none_is_remembered_too():
    COUNTED.clear()
    one = Square(3)
    assert one.nothing is one.nothing is None
    assert COUNTED == [None]


def test_a_changed_copy_computes_its_own():
    one = Square(3)
    assert one.area == 9
    assert replace(one, side=5).area == 25


def test_what_is_remembered_is_not_compared_and_not_copied():
    one, other = Square(3), Square(3)
    assert one.area == 9
    assert one == other
    assert hash(one) == hash(other)
    assert repr(one) == "Square(side=3)"
    for again in (copy.copy(one), pickle.loads(pickle.dumps(one)), pickle.loads(dumps(one))):
        assert again == one
        assert not hasattr(again, "_remembered")
    assert dumps(one) == dumps(other)


def test_it_keeps_its_documentation():
    assert Square.area.__doc__ == "Side times side."
