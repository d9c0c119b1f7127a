"""Who is at the other end of a Unix socket, as the kernel says."""

import os
import socket
import struct
from dataclasses import dataclass
from typing import Final

_CREDENTIALS: Final = struct.Struct("3i")  # struct ucred: process, user, group
_SO_PEERGROUPS: Final = 59  # Linux 4.13; Python does not name it
_MOST_GROUPS: Final = 1024


@dataclass(frozen=True, slots=True)
class Peer:
    """As of the moment when it connected."""

    pid: int
    uid: int
    groups: frozenset[int]


def peer_of(connection: socket.socket) -> Peer:
    """Raises OSError."""
    found = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    pid, uid, gid = _CREDENTIALS.unpack(found)
    return Peer(pid, uid, frozenset({gid, *_more_groups(connection)}))


def may_share(peer: Peer, group: int | None) -> bool:
    """Whether it is a process of this user, or of a member of the group."""
    return peer.uid == os.geteuid() or (group is not None and group in peer.groups)


def _more_groups(connection: socket.socket) -> list[int]:
    try:
        found = connection.getsockopt(socket.SOL_SOCKET, _SO_PEERGROUPS, _MOST_GROUPS * 4)
    except OSError:  # an older kernel: the first group alone
        return []
    return [group for (group,) in struct.iter_unpack("I", found)]
