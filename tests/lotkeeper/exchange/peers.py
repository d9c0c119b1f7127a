"""A websocket server that a test controls: it answers the handshake by itself, everything else is up to the test."""

import base64
import hashlib
import ipaddress
import selectors
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from lotkeeper.exchange.websocket.socket import Drained, StreamSocket

PATIENCE_S = 90.0  # on a very busy machine
TEXT, CLOSE, PING, PONG, CONTINUATION = 1, 8, 9, 10, 0


def certificate(folder: Path) -> Path:
    """A file with a self-signed certificate for localhost and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "localhost.pem"
    file.write_bytes(
        signed.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return file


def server_frame(payload: bytes | str, opcode: int = TEXT, *, final: bool = True) -> bytes:
    data = payload.encode() if isinstance(payload, str) else payload
    head = bytes([(128 if final else 0) | opcode])
    if len(data) < 126:
        return head + bytes([len(data)]) + data
    if len(data) < 65536:
        return head + bytes([126]) + struct.pack("!H", len(data)) + data
    return head + bytes([127]) + struct.pack("!Q", len(data)) + data


class Peer:
    """Listens on loopback and serves one websocket; `request` is the client's HTTP request."""

    def __init__(
        self, *, certificate_file: Path | None = None, as_proxy: bool = False, reply: bytes = b"", greeting: bytes = b""
    ) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(PATIENCE_S)
        self.port: int = self._listening.getsockname()[1]
        self._certificate_file = certificate_file
        self._as_proxy = as_proxy
        self._reply = reply
        self._greeting = greeting
        self.request = self.proxy_request = b""
        self.connection: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        self._thread.join(PATIENCE_S)
        if self.connection is not None:
            self.connection.close()

    @property
    def url(self) -> str:
        return f"{'wss' if self._certificate_file else 'ws'}://localhost:{self.port}/ws"

    def accepted(self) -> socket.socket:
        self._thread.join(PATIENCE_S)
        assert self.connection is not None, "nobody connected"
        return self.connection

    def send(self, *frames: bytes) -> None:
        self.accepted().sendall(b"".join(frames))

    def received(self) -> tuple[int, bytes]:
        """The next frame of the client: opcode and unmasked payload."""
        head = self._exactly(2)
        size = head[1] & 127
        assert head[1] & 128, "a client must mask"
        size = struct.unpack("!H", self._exactly(2))[0] if size == 126 else size
        mask = self._exactly(4)
        return head[0] & 15, bytes(byte ^ mask[at % 4] for at, byte in enumerate(self._exactly(size)))

    def abort(self) -> None:
        """Resets the TCP connection."""
        self.accepted().setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.accepted().close()

    def _serve(self) -> None:
        try:
            raw, _ = self._listening.accept()
        except OSError:
            return
        raw.settimeout(PATIENCE_S)
        try:
            self.connection = self._shaken(raw)
        except OSError:
            raw.close()

    def _shaken(self, raw: socket.socket) -> socket.socket:
        if self._as_proxy:
            self.proxy_request = _head(raw)
            raw.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        if self._certificate_file is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate_file)
            raw = context.wrap_socket(raw, server_side=True)
        self.request = _head(raw)
        raw.sendall((self._reply or _welcome(self.request)) + self._greeting)
        return raw

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self.accepted().recv(size - len(data))
            assert piece, "the client went away"
            data += piece
        return data


def drained_until(stream: StreamSocket, enough: Callable[[Drained], bool], most: int = 200) -> Drained:
    """Drains as an actor does, when the socket is readable or has more, until the sum is `enough`."""
    total = stream.drain(most)
    more, limit = total.more, time.monotonic() + PATIENCE_S
    while not enough(total):
        assert time.monotonic() < limit, f"not enough after {PATIENCE_S} s: {total}"
        if not more:
            _readable(stream)
        part = stream.drain(most)
        more = part.more
        total = Drained(
            total.frames + part.frames,
            part.more,
            part.closed,
            total.has_received or part.has_received,
            total.pings + part.pings,
        )
    return total


def _readable(stream: StreamSocket) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(stream.fileno(), selectors.EVENT_READ)
        selector.select(PATIENCE_S)


def _head(connection: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        piece = connection.recv(1)
        if not piece:
            raise ConnectionError("no whole request")
        head += piece
    return head


def _welcome(request: bytes) -> bytes:
    key = next(line.split(b": ")[1] for line in request.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key"))
    digest = hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()  # RFC 6455, section 4.2.2
    lines = ("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade")
    return "\r\n".join((*lines, f"Sec-WebSocket-Accept: {base64.b64encode(digest).decode()}", "", "")).encode()
