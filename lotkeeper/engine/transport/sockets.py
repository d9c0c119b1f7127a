"""Unix-domain sockets: paths of any length, and an owner that is checked."""

import contextlib
import errno
import os
import socket
import struct
from collections.abc import Iterator

from lotkeeper.engine.transport import hygiene

_LONGEST = 107  # of the 108 bytes of sun_path one ends the string
_BACKLOG = 4096
NO_MORE_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)


def listen(path: str) -> socket.socket:
    """A socket that listens at `path`."""
    sock = _new()
    with _reachable(path) as reachable:
        sock.bind(reachable)
    sock.listen(_BACKLOG)
    return sock


def connect(path: str) -> socket.socket:
    """A connection to who listens at `path`.

    BlockingIOError when its backlog is full, PermissionError when it is not this user, other OSErrors when nobody
    listens there.
    """
    sock = _new()
    try:
        with _reachable(path) as reachable:
            sock.connect(reachable)
        if peer(sock)[1] != os.geteuid():
            raise PermissionError(f"{path} is served by another user")
    except BaseException:
        sock.close()
        raise
    return sock


def peer(sock: socket.socket) -> tuple[int, int]:
    """Process id and user id at the other end, as the kernel noted them at connect or listen."""
    pid, uid, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return pid, uid


def accept(listener: socket.socket) -> socket.socket:
    """Who wants to connect; BlockingIOError when nobody does, EMFILE when there is no room for one more."""
    place = hygiene.high_copy(listener.fileno())  # first: whoever is accepted must have a place
    try:
        low, _ = listener._accept()  # type: ignore[attr-defined]
    except OSError:
        os.close(place)
        raise
    os.dup2(low, place, inheritable=False)
    os.close(low)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, place)
    sock.setblocking(False)
    return sock


def _new() -> socket.socket:
    kind = socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
    descriptor = hygiene.lifted(socket.socket(socket.AF_UNIX, kind).detach())
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, descriptor)


@contextlib.contextmanager
def _reachable(path: str) -> Iterator[str]:
    """The path itself, or a short way to it when it is longer than the kernel takes."""
    if len(os.fsencode(path)) <= _LONGEST:
        yield path
        return
    directory = os.open(os.path.dirname(path), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{directory}/{os.path.basename(path)}"
    finally:
        os.close(directory)
