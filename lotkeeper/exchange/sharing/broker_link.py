"""A service's connection to the broker: a Unix socket of which nothing is ever waited for."""

import socket
from pathlib import Path
from typing import Final

from lotkeeper.exchange.sharing.lines import MOST_BYTES, Answer, Hello, LineError, Report, read_answer, write_line

_AT_ONCE: Final = 65_536


class BrokerLostError(Exception):
    """The broker is not there, or does not do what it should; for people."""


class BrokerLink:
    """One connection. After BrokerLostError it is closed."""

    def __init__(self, path: Path) -> None:
        """Connects; raises BrokerLostError."""
        self._buffer = b""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        try:
            self._socket.connect(str(path))
        except OSError as error:  # also where it has too many that wait
            raise self._lost(f"{path}: {error.strerror or error}") from error

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: Hello | Report) -> None:
        """Raises BrokerLostError, also where the broker has not read what was sent before."""
        line = write_line(message)
        try:
            sent = self._socket.send(line)
        except OSError as error:
            raise self._lost(error.strerror or str(error)) from error
        if sent < len(line):
            raise self._lost("it does not read what it is sent")

    def receive(self) -> list[Answer]:
        """What has come; raises BrokerLostError."""
        try:
            found = self._socket.recv(_AT_ONCE)
        except (BlockingIOError, InterruptedError):
            return []
        except OSError as error:
            raise self._lost(error.strerror or str(error)) from error
        if not found:
            raise self._lost("it has ended the connection")
        *lines, self._buffer = (self._buffer + found).split(b"\n")
        if len(self._buffer) > MOST_BYTES:
            raise self._lost("it sends a line without an end")
        try:
            return [read_answer(line) for line in lines]
        except LineError as error:
            raise self._lost(f"what it sends cannot be read: {error}") from error

    def close(self) -> None:
        self._socket.close()

    def _lost(self, text: str) -> BrokerLostError:
        self.close()
        return BrokerLostError(text)
