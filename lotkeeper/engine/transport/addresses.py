"""Where an endpoint listens: the path of its socket within the system's directory."""

import itertools
import os
from pathlib import Path
from typing import Any

from thespian.actors import ActorAddress

ADMIN = "admin.sock"
_serial = itertools.count(1)


class UnixAddress:
    """The inside of an ActorAddress of this system base."""

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
        """Whether both live in one directory."""
        details = getattr(other, "addressDetails", other)
        return isinstance(details, UnixAddress) and os.path.dirname(details.path) == os.path.dirname(self.path)


def address_of(path: str) -> ActorAddress:
    """A fresh ActorAddress; Thespian decorates each, so that they are not shared."""
    return ActorAddress(UnixAddress(path))


def path_of(address: ActorAddress) -> str:
    """The socket's path behind an address."""
    path: str = address.addressDetails.path
    return path


def admin_path(directory: Path) -> str:
    """Where the admin of the system in a directory listens."""
    return str(directory / ADMIN)


def new_actor_path(directory: str) -> str:
    """A path for an endpoint inside the system; the name carries the process id and is never used again."""
    return os.path.join(directory, f"{member_prefix(os.getpid())}{_rest()}")


def new_client_path(directory: str) -> str:
    """A path for an endpoint of a process that is no part of the system."""
    return os.path.join(directory, f"c{os.getpid()}-{_rest()}")


def is_member(name: str) -> bool:
    """Whether a socket of that file name belongs to a process of the system itself, not to a client."""
    return name == ADMIN or (name.startswith("a") and name.endswith(".sock"))


def member_prefix(pid: int) -> str:
    """How the socket names of a process of the system begin."""
    return f"a{pid}-"


def _rest() -> str:
    return f"{next(_serial)}-{os.urandom(3).hex()}.sock"
