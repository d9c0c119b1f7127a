"""The simulator as a server on loopback."""

import asyncio
import gc
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from binance_sim.application import Application
from binance_sim.distance.site import DistantSite
from binance_sim.settings import Settings, Startup

HOST = "127.0.0.1"
WS_API_PATH = "/ws-api/v3"
# Orders and trades stay in memory: the default threshold of 700 would spend a twentieth of a core on collections.
GARBAGE_EVERY = 10_000
Ready = dict[str, Any]
RequestHandler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def make_server(app: Application) -> web.Server:
    """One server for all interfaces, by the first part of the path: a router would cost as much as a signature."""
    by_name: dict[str, RequestHandler] = {
        "control": app.control.handle,
        "ws": app.streams.handle,
        "stream": app.streams.handle,
        "ws-api": app.ws_api.handle,
    }

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        name = request.path[1:].partition("/")[0]
        handler = by_name.get(name, app.rest.handle)
        if name == "ws-api" and request.path != WS_API_PATH:
            handler = app.rest.handle
        if name != "control" and request.method != "GET":
            handler = app.rest.handle
        return await handler(request)

    return web.Server(handle, access_log=None)


async def open_ports(app: Application, runner: web.ServerRunner, port: int) -> tuple[int, int]:
    """Listen; returns the port for clients, and that of the control API. Raises OSError if the port is taken.

    For distant clients everything on their port is delayed. The control API then has a port of its own, without delay.
    """
    if not app.distance.is_remote:
        await web.TCPSite(runner, HOST, port).start()
    else:
        await DistantSite(runner, HOST, port, app.distance).start()
        await web.TCPSite(runner, HOST, 0).start()
    ports = [address[1] for address in runner.addresses]
    return ports[0], ports[-1]


def ready_line(app: Application, port: int, control_port: int) -> Ready:
    """The addresses and keys of the running simulator."""
    host = f"{HOST}:{port}"
    line: Ready = {
        "rest_url": f"http://{host}",
        "ws_api_url": f"ws://{host}{WS_API_PATH}",
        "stream_url": f"ws://{host}",
        "api_key": app.main_key.api_key,
        "api_secret": app.main_key.material,
        "control_url": f"http://{HOST}:{control_port}/control",
        "control_key": app.control_key,
        "symbols": list(app.exchange.markets),
    }
    return line | app.public_keys


async def serve(settings: Settings, startup: Startup, on_ready: Callable[[Ready], None]) -> None:
    """Serve until SIGINT or SIGTERM; raises OSError if the port is taken."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    app = Application(settings, startup)
    runner = web.ServerRunner(make_server(app), shutdown_timeout=0.2)
    await runner.setup()
    try:
        ports = await open_ports(app, runner, settings.port)
        tasks = app.start()
        gc.freeze()
        gc.set_threshold(GARBAGE_EVERY)
        on_ready(ready_line(app, *ports))
        await _until(stop, tasks)
    finally:
        await runner.cleanup()
        app.close()


async def _until(stop: asyncio.Event, tasks: list[asyncio.Task[None]]) -> None:
    """Wait for the signal, or for a task that fails: its error is raised."""
    failed = asyncio.gather(*tasks)
    waiting = asyncio.ensure_future(stop.wait())
    waiting.add_done_callback(lambda _: failed.cancel())
    try:
        await failed
    except asyncio.CancelledError:
        await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        waiting.cancel()
