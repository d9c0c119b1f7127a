"""Unix-domain sockets: paths of any length, an owner that is checked, and the hello that opens a connection."""

import array
import contextlib
import errno
import os
import socket
import struct
from collections.abc import Iterator

from lotkeeper.engine.transport import fork_cleanup
from lotkeeper.engine.transport.message_format import HELLO_BYTES
from lotkeeper.engine.transport.shared_memory import AckPage, create_ack_page

_LONGEST_PATH = 107  # of the 108 bytes of sun_path one ends the string
_BACKLOG = 4096
NO_MORE_DESCRIPTORS = (errno.EMFILE, errno.ENFILE)


class OutOfDescriptorsError(Exception):
    """A sender cannot be accepted: this process may open no more files."""


def listen(path: str) -> socket.socket:
    """A socket that listens at `path`."""
    sock = _new_socket()
    with _short_path(path) as reachable:
        sock.bind(reachable)
    sock.listen(_BACKLOG)
    return sock


def connect(path: str) -> socket.socket:
    """A connection to the process that listens at `path`.

    BlockingIOError when its backlog is full, PermissionError when it belongs to another user, other OSErrors when
    nobody listens there.
    """
    sock = _new_socket()
    try:
        with _short_path(path) as reachable:
            sock.connect(reachable)
        if peer_credentials(sock)[1] != os.geteuid():
            raise PermissionError(f"{path} is served by another user")
    except BaseException:
        sock.close()
        raise
    return sock


def accept(listener: socket.socket) -> socket.socket:
    """The next connection; BlockingIOError when there is none, EMFILE when this process may open no more files."""
    high = fork_cleanup.copy_high(listener.fileno())  # before accepting, so that there is a number for the connection
    try:
        low, _ = listener._accept()  # type: ignore[attr-defined]
    except OSError:
        os.close(high)
        raise
    os.dup2(low, high, inheritable=False)
    os.close(low)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, high)
    sock.setblocking(False)
    return sock


def peer_credentials(sock: socket.socket) -> tuple[int, int]:
    """Process id and user id at the other end, as the kernel noted them at connect or listen."""
    pid, uid, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return pid, uid


def send_hello(sock: socket.socket, own_path: str) -> AckPage:
    """The sender's first packet: who it is, and the ack page that it shares with the receiver."""
    descriptor = create_ack_page()
    try:
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        sock.sendmsg([HELLO_BYTES, os.fsencode(own_path)], rights)
        return AckPage(descriptor)
    finally:
        os.close(descriptor)


def receive_hello(sock: socket.socket) -> tuple[str, AckPage] | None:
    """The sender's own path and the shared page, or None when the hello has not come yet.

    EOFError when the sender is gone or speaks another format, OutOfDescriptorsError when the page cannot be taken now.
    """
    _require_free_descriptor(sock)
    try:
        data, extra, _, _ = sock.recvmsg(4096, socket.CMSG_SPACE(4))
    except BlockingIOError:
        return None
    except OSError as error:
        raise EOFError from error
    descriptors = _descriptors_in(extra)
    try:
        if data[: len(HELLO_BYTES)] != HELLO_BYTES or not descriptors:
            raise EOFError
        page = AckPage(descriptors[0])
    except (OSError, ValueError) as error:  # the descriptor is no ack page, or there is no memory to map it
        raise EOFError from error
    finally:
        for each in descriptors:
            os.close(each)
    return os.fsdecode(data[len(HELLO_BYTES) :]), page


def _require_free_descriptor(sock: socket.socket) -> None:
    """Without a free one the kernel would drop the descriptor that comes with the hello."""
    try:
        os.close(os.dup(sock.fileno()))
    except OSError as error:
        raise OutOfDescriptorsError from error


def _descriptors_in(extra: list[tuple[int, int, bytes]]) -> list[int]:
    found: list[int] = []
    for level, kind, data in extra:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            found.extend(array.array("i", data[: len(data) - len(data) % 4]))
    return found


def _new_socket() -> socket.socket:
    kind = socket.SOCK_SEQPACKET | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
    descriptor = fork_cleanup.move_high(socket.socket(socket.AF_UNIX, kind).detach())
    return socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, descriptor)


@contextlib.contextmanager
def _short_path(path: str) -> Iterator[str]:
    """The path itself, or a shorter path to the same file when it is longer than the kernel accepts."""
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        yield path
        return
    directory = os.open(os.path.dirname(path), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{directory}/{os.path.basename(path)}"
    finally:
        os.close(directory)
