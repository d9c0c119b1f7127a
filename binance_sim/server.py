"""The embedded exchange as a server on loopback."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from binance_sim.building import Building
from binance_sim.settings import Settings, Stage

HOST = "127.0.0.1"
WS_API_PATH = "/ws-api/v3"
# Objects come and stay (orders, trades): to look through the young ones each 700 would cost a twentieth of the core.
GARBAGE_EVERY = 10_000
Ready = dict[str, Any]
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def doors(parts: Building) -> web.Server:
    """All doors of the exchange, told apart by the path's first part: a router would cost as much as a signature."""
    by_name: dict[str, Handler] = {
        "control": parts.control.handle,
        "ws": parts.streams.handle,
        "stream": parts.streams.handle,
        "ws-api": parts.ws_api.handle,
    }

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        name = request.path[1:].partition("/")[0]
        door = by_name.get(name, parts.rest.handle)
        if name == "ws-api" and request.path != WS_API_PATH:
            door = parts.rest.handle
        if name != "control" and request.method != "GET":
            door = parts.rest.handle
        return await door(request)

    return web.Server(handle, access_log=None)


def ready_line(parts: Building, port: int) -> Ready:
    """Where it listens and with which keys."""
    host = f"{HOST}:{port}"
    line: Ready = {
        "rest_url": f"http://{host}",
        "ws_api_url": f"ws://{host}{WS_API_PATH}",
        "stream_url": f"ws://{host}",
        "api_key": parts.main_key.api_key,
        "api_secret": parts.main_key.material,
        "control_url": f"http://{host}/control",
        "control_key": parts.control_key,
        "symbols": list(parts.exchange.desks),
    }
    return line | parts.public_keys


async def serve(settings: Settings, stage: Stage, on_ready: Callable[[Ready], None]) -> None:
    """Serve until SIGINT or SIGTERM; raises OSError if the port is taken."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    parts = Building(settings, stage)
    runner = web.ServerRunner(doors(parts), shutdown_timeout=0.2)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, settings.port)
        await site.start()
        tasks = parts.start()
        gc.freeze()
        gc.set_threshold(GARBAGE_EVERY)
        on_ready(ready_line(parts, runner.addresses[0][1]))
        await _until(stop, tasks)
    finally:
        await runner.cleanup()
        parts.close()


async def _until(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Wait for the signal, or for a task that fails: its error is raised, not lost."""
    failed = asyncio.gather(*tasks)
    waiting = asyncio.ensure_future(stop.wait())
    waiting.add_done_callback(lambda _: failed.cancel())
    try:
        await failed
    except asyncio.CancelledError:
        await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        waiting.cancel()
