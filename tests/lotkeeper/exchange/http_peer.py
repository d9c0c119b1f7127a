"""An HTTP server that a test controls: it sends prepared replies and records the requests."""

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections import deque
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

from tests.lotkeeper.exchange.peers import PATIENCE_S

CUT = b"cut"  # reads the request and closes without a reply
RESET = b"reset"  # the same with a TCP reset
SILENT = b"silent"  # reads the request and sends nothing until the client gives up


class LastWords(bytes):
    """A reply after which the server closes the connection without having announced it."""


class Asked:
    """A request as it arrived."""

    def __init__(self, head: bytes) -> None:
        self.lines = head.decode().split("\r\n")
        self.method, self.target, _ = self.lines[0].split(" ")
        self.path = urlsplit(self.target).path
        self.query = urlsplit(self.target).query
        self.params = {name: values[0] for name, values in parse_qs(self.query).items()}
        named = [line.split(": ", 1) for line in self.lines[1:] if line]
        self.headers = {name.lower(): value for name, value in named}


def answer(body: object, status: int = 200, *, keep: bool = True, **headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    given = {"Content-Length": str(len(content)), "Content-Type": "application/json", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items()]
    lines += [] if keep else ["Connection: close"]
    return "\r\n".join([f"HTTP/1.1 {status} Whatever", *lines, "", ""]).encode() + content


class HttpPeer:
    """Listens on loopback; `asked` are the requests that arrived, `connections` counts their connections.

    A request for which no reply is left is cut.
    """

    def __init__(self, *replies: bytes, certificate_file: Path | None = None) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.replies = deque(replies)
        self.asked: list[Asked] = []
        self.connections = 0
        self.hung_up = threading.Event()
        self._open: socket.socket | None = None
        self._context = None
        if certificate_file is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate_file)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://localhost:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for each in (self._listening, self._open):
            if each is not None:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_S)
        self._listening.close()
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            raw.settimeout(PATIENCE_S)
            self._open = raw
            with contextlib.suppress(OSError), self._wrapped(raw) as connection:
                while self._served(connection):
                    pass
            self.hung_up.set()

    def _wrapped(self, raw: socket.socket) -> socket.socket:
        return self._context.wrap_socket(raw, server_side=True) if self._context else raw

    def _served(self, connection: socket.socket) -> bool:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = connection.recv(1)
            if not piece:
                return False
            head += piece
        self.asked.append(Asked(head))
        reply = self.replies.popleft() if self.replies else CUT
        if reply == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if reply == SILENT:
            connection.recv(1)
        if reply in (CUT, RESET, SILENT):
            return False
        connection.sendall(reply)
        return b"Connection: close" not in reply and not isinstance(reply, LastWords)
