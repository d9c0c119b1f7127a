"""Pickling: the receiver gets what plain pickle would give it, and our dataclasses are made from their values."""

import os
import pickle
import pickletools
import re
import subprocess
import sys
from collections import OrderedDict
from dataclasses import InitVar, dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar

import pytest

from lotkeeper.engine.transport import message_format
from lotkeeper.engine.transport.message_format import CHUNK, PLAIN_PICKLE, Packet, dumps, pack, prepare, unpack


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Plain:
    number: int
    amount: Decimal
    colour: Colour = Colour.RED
    more: tuple["Plain", ...] = ()


@dataclass(frozen=True, slots=True)
class Empty:
    pass


@dataclass(frozen=True, slots=True)
class One:
    values: list[int]


@dataclass(frozen=True, slots=True)
class Later(Plain):
    last: str = ""


@dataclass(frozen=True, slots=True)
class WorkedOut:
    number: int
    double: int = field(init=False, default=0)


@dataclass(frozen=True, slots=True)
class MadeFrom:
    kept: int
    given: InitVar[int] = 0


@dataclass(frozen=True, slots=True)
class Named:
    number: int
    name: str = field(default="", kw_only=True)
    count: ClassVar[int] = 3


@dataclass(frozen=True, slots=True)
class Counted:
    count: ClassVar[int] = 3
    number: int
    colour: Colour = Colour.RED


@dataclass(frozen=True, slots=True)
class Careful:
    """Its __post_init__ would be wrong at the receiver."""

    number: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "number", self.number + 1)


@dataclass(frozen=True, slots=True)
class Own:
    number: int

    def __reduce__(self) -> tuple[Any, ...]:
        return Own, (self.number * 10,)


@dataclass(frozen=True, slots=True, init=False)
class OwnMaking:
    number: int

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "number", len(text))


@dataclass(slots=True)
class Changing:
    number: int


@dataclass
class Open:
    number: int


def worked_out() -> WorkedOut:
    found = WorkedOut(1)
    object.__setattr__(found, "double", 2)
    return found


MESSAGES = [
    Plain(1, Decimal("1.50"), Colour.RED, (Plain(2, Decimal(0)),)),
    Empty(),
    One([1, 2]),
    Later(1, Decimal(2), Colour.RED, (), "x"),
    worked_out(),
    MadeFrom(3),
    Named(1, name="x"),
    Counted(1),
    Careful(1),
    OwnMaking("abc"),
    Changing(1),
    Open(1),
    Colour,
    Plain,
    {"a": [Fraction(1, 3), re.compile("x"), complex(1, 2), OrderedDict(b=1), b"bytes", None]},
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda each: getattr(each, "__name__", type(each).__name__))
def test_a_message_arrives_as_with_plain_pickle(message: object) -> None:
    found = pickle.loads(dumps(message))
    assert found == pickle.loads(pickle.dumps(message)) == message
    assert type(found) is type(message)


def test_a_class_with_its_own_reduce_keeps_it() -> None:
    assert pickle.loads(dumps(Own(2))) == Own(20)


def test_an_object_that_is_sent_twice_is_one_object_at_the_receiver() -> None:
    shared = One([1])
    first, second = pickle.loads(dumps((shared, shared)))
    assert first is second


def test_a_message_of_ours_is_made_from_its_values_alone() -> None:
    names = [kind.name for kind, _, _ in pickletools.genops(dumps(Later(1, Decimal(2))))]
    assert "BUILD" not in names  # where the loop over the fields would run
    assert "BUILD" not in [kind.name for kind, _, _ in pickletools.genops(dumps(Counted(1)))]
    assert "BUILD" in [kind.name for kind, _, _ in pickletools.genops(dumps(worked_out()))]


def test_what_cannot_be_pickled_is_an_error_at_the_sender() -> None:
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        dumps(lambda: None)


def join(packets: list[Packet]) -> object:
    return unpack(b"".join(bytes(body) for _, body in reversed(packets)))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 5 * CHUNK])
def test_packets_are_never_too_large_and_can_be_joined_again(size: int):
    packets, _ = pack(b"x" * size)
    assert all(len(body) <= CHUNK for _, body in packets)
    kinds = b"".join(kind for kind, _ in reversed(packets))
    assert kinds == b"M" or kinds == b"C" * (len(packets) - 1) + b"E"
    assert join(packets) == b"x" * size


def test_the_switch_gives_the_same_messages_by_plain_pickle() -> None:
    code = (
        "import sys; from lotkeeper.engine.transport import message_format;"
        "from tests.lotkeeper.engine.transport.test_message_format import MESSAGES;"
        "sys.exit(not (message_format._reducers is None"
        " and all(message_format.unpack(message_format.dumps(each)) == each for each in MESSAGES)))"
    )
    environment = {**os.environ, PLAIN_PICKLE: "1"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0


def test_classes_are_prepared_before_the_first_message(monkeypatch: pytest.MonkeyPatch) -> None:
    known = message_format._Reducers()
    monkeypatch.setattr(message_format, "_reducers", known)
    prepare([Plain, Empty, int])
    assert known.keys() == {Plain, Empty}
    assert unpack(dumps(Plain(1, Decimal(2)))) == Plain(1, Decimal(2))
    monkeypatch.setattr(message_format, "_reducers", None)
    prepare([Plain])
