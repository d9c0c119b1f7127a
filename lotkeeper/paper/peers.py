"""WebSocket connections, written to at once: no queue stands between a fill and its socket."""

import asyncio
import itertools
from collections.abc import Callable

from aiohttp import WSMsgType, web

from lotkeeper.paper.frames import ping_frame

BACKLOG_BYTES = 64 * 1024 * 1024
PONG_WITHIN_S = 60.0
LARGEST_MESSAGE = 1024 * 1024


class Peer:
    """One connection. Frames go straight to its transport; one that lets too many pile up is dropped."""

    _numbers = itertools.count(1)

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport, now: float) -> None:
        self.number = next(self._numbers)
        self.last_pong = now
        self._socket = socket
        self._transport = transport

    def send(self, frame: bytes) -> bool:
        """Write an encoded frame; False where the connection is gone."""
        if self._socket.closed or self._transport.is_closing():
            return False
        self._transport.write(frame)
        if self._transport.get_write_buffer_size() > BACKLOG_BYTES:
            self._transport.abort()
        return True

    def drop(self) -> None:
        """Cut the connection without a closing frame, as a broken network does."""
        self._transport.abort()


OnText = Callable[[Peer, str], None]
OnPeer = Callable[[Peer], None]


class Peers:
    """All connections of one kind: accepted, pinged, and told apart from dead ones by their pongs."""

    def __init__(self, ping_every_s: float) -> None:
        self._peers: set[Peer] = set()
        self._ping_every_s = ping_every_s

    async def accept(
        self, request: web.Request, on_open: OnPeer, on_text: OnText, on_close: OnPeer
    ) -> web.WebSocketResponse:
        """Serve one connection to its end."""
        socket = web.WebSocketResponse(autoping=False, compress=False, max_msg_size=LARGEST_MESSAGE)
        await socket.prepare(request)
        transport = request.transport
        if not isinstance(transport, asyncio.Transport):
            return socket
        peer = Peer(socket, transport, asyncio.get_running_loop().time())
        self._peers.add(peer)
        try:
            on_open(peer)
            await self._read(socket, peer, on_text)
        finally:
            self._peers.discard(peer)
            on_close(peer)
        return socket

    async def _read(self, socket: web.WebSocketResponse, peer: Peer, on_text: OnText) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                on_text(peer, message.data)
            elif message.type is WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type is WSMsgType.PONG:
                peer.last_pong = asyncio.get_running_loop().time()

    async def keep_pinging(self) -> None:
        """Ping each connection at a fixed interval; drop those that left it unanswered for a minute."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._ping_every_s)
            frame = ping_frame(str(int(loop.time() * 1000)).encode())
            for peer in tuple(self._peers):
                if loop.time() - peer.last_pong > PONG_WITHIN_S + self._ping_every_s:
                    peer.drop()
                else:
                    peer.send(frame)

    def drop_all(self) -> int:
        """Cut every connection; how many there were."""
        peers = tuple(self._peers)
        for peer in peers:
            peer.drop()
        return len(peers)
