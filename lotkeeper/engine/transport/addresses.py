"""Addresses: the path of the socket that an endpoint listens at, within the system's directory."""

import os
from typing import Any

from thespian.actors import ActorAddress


class UnixAddress:
    """What an ActorAddress of this system base contains."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UnixAddress) and self.path == other.path

    def __hash__(self) -> int:
        return hash(self.path)

    def __reduce__(self) -> tuple[Any, ...]:
        return UnixAddress, (self.path,)

    def __str__(self) -> str:
        return os.path.basename(self.path)

    def isSameSystem(self, other: Any) -> bool:  # noqa: N802 (asked by Thespian)
        """Whether both are in the same directory."""
        details = getattr(other, "addressDetails", other)
        return isinstance(details, UnixAddress) and os.path.dirname(details.path) == os.path.dirname(self.path)


def address_of(path: str) -> ActorAddress:
    """A new ActorAddress. Thespian writes into it: each endpoint of a process needs one of its own."""
    return ActorAddress(UnixAddress(path))


def path_of(address: ActorAddress) -> str:
    """The path of the socket that an address stands for."""
    path: str = address.addressDetails.path
    return path
