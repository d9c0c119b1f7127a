"""The names of the sockets in a system's directory. Knows nothing of Thespian, which a client can do without."""

import itertools
import os
from pathlib import Path

ADMIN = "admin.sock"
_serial = itertools.count(1)


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
