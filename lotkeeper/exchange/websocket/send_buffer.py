"""Sending without waiting: what does not fit into a socket stays here until there is room again."""

import socket
import ssl

WOULD_BLOCK = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
_TLS_RECORD = 16_384  # bytes: the most that TLS takes from us at once


class SendBuffer:
    """The bytes for one socket, counted from the first on.

    A caller that remembers between which two counts its message lies can tell later whether any byte of it left.
    """

    def __init__(self) -> None:
        self.put_count = 0  # bytes that were put in since the beginning
        self.sent_count = 0  # bytes that the operating system has taken: they may have left
        self._touched_count = 0
        self._waiting = bytearray()

    def __len__(self) -> int:
        """How many bytes wait."""
        return len(self._waiting)

    @property
    def touched_count(self) -> int:
        """Bytes from this count on have certainly not left, not even as a part of a TLS record."""
        return max(self._touched_count, self.sent_count)

    def put(self, data: bytes) -> None:
        self._waiting += data
        self.put_count += len(data)

    def send(self, data: bytes, sock: socket.socket) -> None:
        """Sends as much as fits, behind what waits, in one call to the operating system; raises OSError."""
        if self._waiting:
            self.put(data)
            self.flush(sock)
            return
        self.put_count += len(data)
        self._waiting += data[self._send(data, sock) :]

    def flush(self, sock: socket.socket) -> None:
        """Sends what waits, as much as fits; raises OSError."""
        while self._waiting and (sent := self._send(self._waiting, sock)):
            del self._waiting[:sent]

    def _send(self, data: bytes | bytearray, sock: socket.socket) -> int:
        """How many bytes of `data` the socket takes."""
        try:
            sent = sock.send(data)
        except ssl.SSLError as error:
            if not isinstance(error, WOULD_BLOCK):
                raise
            # A part of the record may have left. TLS wants the same bytes again, and more of them is fine.
            self._touched_count = self.sent_count + min(len(data), _TLS_RECORD)
            return 0
        except BlockingIOError:
            return 0
        self.sent_count += sent
        return sent
