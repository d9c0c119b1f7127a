"""A websocket server that a test controls, and helpers that run an actor on its bench until something has happened."""

import asyncio
import queue
import selectors
import threading
import time
from collections.abc import Callable
from typing import Any, Self

import orjson
from aiohttp import WSMsgType, web

from lotkeeper.engine.testkit import ActorBench, Probe
from messages.connections import ConnectPermitGranted, RequestConnectPermit

PATIENCE_S = 90.0  # on a very busy machine


class SocketServer:
    """Accepts any number of connections."""

    def __init__(self) -> None:
        self.texts: queue.Queue[str] = queue.Queue()  # from the clients
        self.paths: list[str] = []  # of the connections
        self._made = threading.Condition()
        self.refusals: list[tuple[int, dict[str, str]]] = []  # HTTP status and headers for the next connections
        self._sockets: list[web.WebSocketResponse] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)
        self._ready: queue.Queue[int] = queue.Queue()

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = self._ready.get(timeout=PATIENCE_S)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    def connected(self, times: int = 1) -> None:
        """Waits until so many connections were made in total."""
        with self._made:
            assert self._made.wait_for(lambda: len(self.paths) >= times, PATIENCE_S), f"only {len(self.paths)}"
            assert len(self.paths) == times

    def send(self, *frames: object, to: int = -1) -> None:
        """Text frames to a connection, by default the newest: bytes as they are, all else as JSON."""
        texts = [each if isinstance(each, bytes) else orjson.dumps(each) for each in frames]
        self._do(self._send, texts, to)

    def ended(self, number: int) -> None:
        """Waits until a client has closed its connection."""
        limit = time.monotonic() + PATIENCE_S
        while not self._sockets[number].closed:
            assert time.monotonic() < limit, "it stays open"
            time.sleep(0.01)

    def ping(self) -> None:
        self._do(lambda: self._socket().ping())

    def close(self, code: int = 1001, to: int = -1) -> None:
        """Closes a connection with a close frame."""
        self._do(lambda: self._socket(to).close(code=code, message=b"going away"))

    def cut(self, to: int = -1) -> None:
        """Cuts a connection without a close frame."""
        self._do(self._abort, to)

    def text(self) -> Any:
        """The next text that a client sent, as JSON."""
        return orjson.loads(self.texts.get(timeout=PATIENCE_S))

    def _socket(self, number: int = -1) -> web.WebSocketResponse:
        assert self._sockets, "nobody is connected"
        return self._sockets[number]

    async def _send(self, texts: list[bytes], number: int) -> None:
        for text in texts:
            await self._socket(number).send_str(text.decode("latin-1"))

    async def _abort(self, number: int) -> None:
        transport = self._socket(number)._req.transport  # type: ignore[union-attr]
        assert transport is not None
        transport.abort()

    def _do(self, work: Callable[..., Any], *args: Any) -> None:
        asyncio.run_coroutine_threadsafe(work(*args), self._loop).result(PATIENCE_S)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._over = asyncio.Event()
        app = web.Application()
        app.router.add_get("/{path:.*}", self._connected)
        runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._ready.put(runner.addresses[0][1])
        await self._over.wait()
        await runner.cleanup()

    async def _connected(self, request: web.Request) -> web.StreamResponse:
        if self.refusals:
            status, headers = self.refusals.pop(0)
            return web.Response(status=status, headers=headers)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        with self._made:
            self._sockets.append(socket)
            self.paths.append(request.path_qs)
            self._made.notify_all()
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.texts.put(message.data)
        return socket


def turn(desk: ActorBench[Any], is_enough: Callable[[], Any]) -> None:
    """Lets the actor read whenever a descriptor of its is readable, until `is_enough`. No virtual time passes."""
    limit = time.monotonic() + PATIENCE_S
    while not is_enough():
        assert time.monotonic() < limit, "it did not happen"
        with selectors.DefaultSelector() as selector:
            for descriptor in desk.watched:
                selector.register(descriptor, selectors.EVENT_READ)
            ready = [key.fd for key, _ in selector.select(0.05)]
        if ready:
            desk.make_readable(*ready)


def opened(desk: ActorBench[Any]) -> None:
    """Waits until the connection that is being opened, if there is one, is open or has failed."""
    turn(desk, lambda: not desk.actor._connector.is_opening)


def granted(desk: ActorBench[Any], gateway: Probe) -> None:
    """The Gateway grants the permit that the stream asked for last."""
    wanted = [each for each in gateway.received if isinstance(each, RequestConnectPermit)][-1]
    desk.tell(ConnectPermitGranted(wanted.stream, wanted.number), gateway)
