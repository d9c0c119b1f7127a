"""Addresses: the path of the socket that an endpoint listens at, within the system's directory."""

import itertools
import os
from pathlib import Path
from typing import Any

from thespian.actors import ActorAddress

ADMIN = "admin.sock"
_serial = itertools.count(1)


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


def admin_path(directory: Path) -> str:
    """Where the admin of the system in a directory listens."""
    return str(directory / ADMIN)


def new_actor_path(directory: str) -> str:
    """A path for an endpoint inside the system; the name has the process id and is never used again."""
    return os.path.join(directory, f"{member_prefix(os.getpid())}{_unique_ending()}")


def new_client_path(directory: str) -> str:
    """A path for an endpoint of a client, a process that is no part of the system."""
    return os.path.join(directory, f"c{os.getpid()}-{_unique_ending()}")


def is_member(name: str) -> bool:
    """Whether a socket of that file name belongs to a process of the system itself, not to a client."""
    return name == ADMIN or (name.startswith("a") and name.endswith(".sock"))


def member_prefix(pid: int) -> str:
    """How the socket names of a process of the system begin."""
    return f"a{pid}-"


def _unique_ending() -> str:
    return f"{next(_serial)}-{os.urandom(3).hex()}.sock"
