"""What goes through a connection: packets of at most 32 KB, the first byte says which kind.

    H  hello: the format's version and the path of the sender's own socket, with the descriptor of the shared tally
    M  a whole message, pickled
    C  a part of a larger one, more follows
    E  its last part
    T  the other way: so many are handled as you wanted to be told at

The kernel keeps packets apart and in order.
"""

import pickle
from typing import Any

from lotkeeper.engine.transport.pickling import dumps

_VERSION = b"2"
HELLO_BYTES = b"H" + _VERSION
TELL_BYTES = b"T"
WHOLE, PART, LAST = b"MCE"
CHUNK = 32 * 1024

Packet = tuple[bytes, bytes | memoryview]


def pack(message: Any) -> tuple[list[Packet], int]:
    """A message as packets, the first one last (they are taken from the end), and its size in bytes."""
    data = dumps(message)
    size = len(data)
    if size <= CHUNK:
        return [(b"M", data)], size
    view = memoryview(data)
    packets: list[Packet] = [(b"C", view[at : at + CHUNK]) for at in range(0, size, CHUNK)]
    packets[-1] = (b"E", packets[-1][1])
    packets.reverse()
    return packets, size


def unpack(data: bytes | memoryview) -> Any:
    """The message again; any exception of its classes may come out."""
    # Only processes of this user reach the socket: the directory is 0700 and SO_PEERCRED is checked at both ends.
    return pickle.loads(data)  # noqa: S301
