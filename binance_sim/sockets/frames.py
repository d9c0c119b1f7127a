"""WebSocket frames as bytes, which are encoded once for all receivers (source: RFC 6455, section 5.2)."""

import struct

TEXT, PING = 0x81, 0x89


def frame(kind: int, payload: bytes) -> bytes:
    """An unmasked, unfragmented frame, as a server sends it."""
    size = len(payload)
    if size < 126:
        return bytes((kind, size)) + payload
    if size < 65_536:
        return struct.pack("!BBH", kind, 126, size) + payload
    return struct.pack("!BBQ", kind, 127, size) + payload


def text_frame(payload: bytes) -> bytes:
    return frame(TEXT, payload)


def ping_frame(payload: bytes) -> bytes:
    return frame(PING, payload)
