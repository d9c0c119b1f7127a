"""WebSocket connections that are written to at once, without a queue between a fill and its socket."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aiohttp import WSCloseCode, WSMsgType, web

from binance_sim.sockets.frames import ping_frame, text_frame

BACKLOG_BYTES = 64 * 1024 * 1024
LARGEST_MESSAGE = 1024 * 1024
DAY_S = 86_400.0


class SocketPeer:
    """One connection. Frames go directly to its transport; a client that reads too slowly is disconnected."""

    _numbers = itertools.count(1)

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport, now: float) -> None:
        self.number = next(self._numbers)
        self.last_pong = now
        self.muted_until = 0.0
        self._socket = socket
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._waiting: list[bytes] = []

    @property
    def is_gone(self) -> bool:
        return self._socket.closed or self._transport.is_closing()

    @property
    def is_muted(self) -> bool:
        """Whether the connection is open but nothing passes, as behind a broken router."""
        return self.muted_until > self._loop.time()

    @property
    def backlog(self) -> int:
        """Bytes that were written but not yet sent."""
        return 0 if self._transport.is_closing() else self._transport.get_write_buffer_size()

    def send(self, frame: bytes) -> bool:
        """Write an encoded frame now; returns False if it cannot arrive."""
        if self._waiting:
            self.flush()
        if self.is_gone or self.is_muted:
            return False
        self._write(frame)
        return True

    def send_text(self, payload: bytes) -> bool:
        return self.send(text_frame(payload))

    def send_soon(self, frame: bytes) -> None:
        """Write an encoded frame at the end of the event loop's turn: many small frames need one system call."""
        self._waiting.append(frame)
        if len(self._waiting) == 1:
            self._loop.call_soon(self.flush)

    def flush(self) -> None:
        frames, self._waiting = self._waiting, []
        if frames and not self.is_gone and not self.is_muted:
            self._write(b"".join(frames))

    def _write(self, data: bytes) -> None:
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > BACKLOG_BYTES:
            self._transport.abort()

    def abort(self) -> None:
        """Cut the connection, as a broken network does (the other side sees a reset)."""
        self._transport.abort()

    def drop(self) -> None:
        """End the connection without a closing frame, as a dying server does (the other side sees the end)."""
        self.flush()
        self._transport.close()

    def close(self, code: int = WSCloseCode.GOING_AWAY) -> None:
        """Close with a closing frame."""
        self.flush()
        if not self.is_gone:
            task = self._loop.create_task(self._close(code))
            CLOSING.add(task)
            task.add_done_callback(CLOSING.discard)

    async def _close(self, code: int) -> None:
        await self._socket.close(code=code)


# Tasks that close connections; the reference keeps them from being collected before they are done.
CLOSING: set[asyncio.Task[None]] = set()

OnText = Callable[[SocketPeer, str], None]
OnPeer = Callable[[SocketPeer], None]


@dataclass(frozen=True, slots=True)
class ConnectionRules:
    """The rules for connections of one kind (source: "WebSocket Limits"). `messages_per_s` of zero means no limit."""

    ping_every_s: float = 20.0
    pong_within_s: float = 60.0
    life_s: float = DAY_S
    messages_per_s: int = 0


class PeerGroup:
    """All connections of one kind: accepts, pings and closes them."""

    def __init__(self, rules: ConnectionRules) -> None:
        self._peers: set[SocketPeer] = set()
        self._rules = rules

    def __iter__(self) -> Iterator[SocketPeer]:
        return iter(tuple(self._peers))

    async def accept(
        self, request: web.BaseRequest, on_open: OnPeer, on_text: OnText, on_close: OnPeer
    ) -> web.WebSocketResponse:
        """Serve one connection to its end."""
        socket = web.WebSocketResponse(autoping=False, compress=False, max_msg_size=LARGEST_MESSAGE)
        try:
            await socket.prepare(request)
        except ConnectionResetError:  # the client has left before its handshake was answered
            return socket
        transport = request.transport
        if not isinstance(transport, asyncio.Transport):
            return socket
        loop = asyncio.get_running_loop()
        peer = SocketPeer(socket, transport, loop.time())
        self._peers.add(peer)
        end = loop.call_later(self._rules.life_s, peer.close)
        try:
            on_open(peer)
            await self._read(socket, peer, on_text)
        finally:
            end.cancel()
            self._peers.discard(peer)
            on_close(peer)
        return socket

    async def _read(self, socket: web.WebSocketResponse, peer: SocketPeer, on_text: OnText) -> None:
        rate = MessageRate(self._rules.messages_per_s)
        async for message in socket:
            if peer.is_muted:
                continue
            if rate.is_exceeded(asyncio.get_running_loop().time()):
                peer.flush()
                await socket.close(code=WSCloseCode.POLICY_VIOLATION)
                return
            if message.type is WSMsgType.TEXT:
                on_text(peer, message.data)
            elif message.type is WSMsgType.PING:
                with contextlib.suppress(ConnectionResetError):  # the client has gone meanwhile
                    await socket.pong(message.data)
            elif message.type is WSMsgType.PONG:
                peer.last_pong = asyncio.get_running_loop().time()

    async def keep_pinging(self) -> None:
        """Ping each connection at a fixed interval; cut those that did not answer for too long."""
        loop = asyncio.get_running_loop()
        every = self._rules.ping_every_s
        while True:
            await asyncio.sleep(every)
            frame = ping_frame(str(time.time_ns() // 1_000_000).encode())
            for peer in self:
                if loop.time() - peer.last_pong > self._rules.pong_within_s + every:
                    peer.abort()
                else:
                    peer.send(frame)

    def largest_backlog(self) -> int:
        """The largest number of bytes that any connection has not sent yet."""
        return max((peer.backlog for peer in self._peers), default=0)


class MessageRate:
    """Counts the messages of the current second. A limit of zero means no limit."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._second = -1
        self._count = 0

    def is_exceeded(self, now: float) -> bool:
        """Count a message; returns whether the limit is exceeded."""
        if int(now) != self._second:
            self._second, self._count = int(now), 0
        self._count += 1
        return bool(self._limit) and self._count > self._limit
