"""Properties of frozen values that are computed once: a lot is asked for its remainder twenty times for each fill."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class Remembering:
    """Base class of a frozen dataclass with slots that has `@remembered` properties.

    What is remembered is no field: it is not compared, not copied by `replace`, and not pickled.
    """

    __slots__ = ("__dict__",)


class remembered(Generic[Value]):  # noqa: N801 - used as a decorator, like `property`
    """A property that is computed at its first use. Only for what follows from the fields alone.

    The value then stands in the instance's own dictionary, where Python finds it without a call of this.
    """

    def __init__(self, compute: Callable[[Any], Value]) -> None:
        self._compute, self._name = compute, compute.__name__
        self.__doc__ = compute.__doc__

    @overload
    def __get__(self, owner: None, kind: type) -> "remembered[Value]": ...
    @overload
    def __get__(self, owner: Remembering, kind: type) -> Value: ...
    def __get__(self, owner: Remembering | None, kind: type) -> Any:
        if owner is None:
            return self
        value = owner.__dict__[self._name] = self._compute(owner)
        return value
