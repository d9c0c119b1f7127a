"""The websocket against a server library, which frames, pings and closes in its own way."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from aiohttp import WSMsgType, web

from lotkeeper.exchange.websocket.socket import StreamSocket
from tests.lotkeeper.exchange.peers import PATIENCE_S, drained_until


async def _talk(request: web.Request) -> web.WebSocketResponse:
    """Sends as many frames as it is told, with a ping behind them; closes on "bye" once a pong came."""
    response = web.WebSocketResponse(autoping=False, compress=True)
    await response.prepare(request)
    pongs = 0
    async for message in response:
        if message.type is WSMsgType.PONG:
            pongs += 1
        elif message.data == "bye":
            await response.close(code=4000, message=f"after {pongs} pongs".encode())
        else:
            for number in range(int(message.data)):
                await response.send_str(f"frame {number}")
            await response.ping(b"there?")
    return response


@pytest.fixture
def server_url() -> Iterator[str]:
    loop, ports = asyncio.new_event_loop(), list[int]()
    started = threading.Event()

    async def start() -> web.AppRunner:
        application = web.Application()
        application.router.add_get("/ws", _talk)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        ports.append(runner.addresses[0][1])
        return runner

    def serve() -> None:
        runner = loop.run_until_complete(start())
        started.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()
    assert started.wait(PATIENCE_S)
    yield f"ws://127.0.0.1:{ports[0]}/ws"
    loop.call_soon_threadsafe(loop.stop)
    thread.join(PATIENCE_S)


def test_conversation_with_a_server_library(server_url: str) -> None:
    stream = StreamSocket.open(server_url)
    stream.send_text("5000")
    drained = drained_until(stream, lambda total: total.pings >= 1)
    assert drained.frames == [f"frame {number}".encode() for number in range(5000)]
    stream.send_text("bye")
    closed = drained_until(stream, lambda total: total.closed is not None).closed
    assert closed == "closed by the server with code 4000: after 1 pongs"
