"""The embedded exchange as a server on loopback."""

import asyncio
import gc
import signal
from collections.abc import Callable
from typing import Any

from aiohttp import web

from lotkeeper.paper.accounts import Account
from lotkeeper.paper.catalogue import start_price
from lotkeeper.paper.clock import Clock
from lotkeeper.paper.control import Control
from lotkeeper.paper.exchange import Exchange
from lotkeeper.paper.fees import Fees
from lotkeeper.paper.gate import Gate
from lotkeeper.paper.journal import Journal
from lotkeeper.paper.peers import Peers
from lotkeeper.paper.rest import Rest
from lotkeeper.paper.settings import Settings, Stage, random_key
from lotkeeper.paper.signing import Keys, hmac_verifier, public_key_verifier
from lotkeeper.paper.sources import Sources
from lotkeeper.paper.streams import Streams
from lotkeeper.paper.tape import Tape
from lotkeeper.paper.trader import Trader
from lotkeeper.paper.userhub import UserHub
from lotkeeper.paper.walk import Walk
from lotkeeper.paper.weights import Weights
from lotkeeper.paper.wsapi import WsApi

HOST = "127.0.0.1"
Ready = dict[str, Any]


class Server:
    """Everything wired together. Built inside a running event loop."""

    def __init__(self, settings: Settings, stage: Stage) -> None:
        self._settings, self._stage = settings, stage
        self.control_key, self.public_api_key = random_key(), random_key()
        clock = Clock()
        self.journal = Journal(settings.journal)
        fees = Fees(settings.maker_fee, settings.taker_fee, settings.bnb_fees)
        self.exchange = Exchange(stage.rules, Account(stage.funds, clock.ms()), fees, clock)
        self.exchange.unfilled.limits[0] = settings.order_limit
        gate = Gate(self.exchange, self._keys(), Weights(clock, settings.weight_limit), self.journal)
        self._users, self._market_peers = Peers(settings.ping_every), Peers(settings.ping_every)
        self._hub = UserHub(clock, self.journal)
        self.exchange.on_event = self._hub.publish
        self._streams = Streams(self._market_peers)
        self._rest, self._ws_api = Rest(gate), WsApi(gate, self._hub, self._users)
        self._tape = Tape(self.exchange, self._streams)
        self._sources = self._make_sources()
        self._trader = Trader(self.exchange, self.journal, settings.seed, settings.buy_every)

    def _keys(self) -> Keys:
        verifiers = {self._settings.api_key: hmac_verifier(self._settings.api_secret)}
        path = self._settings.public_key
        if path is None:
            return Keys(verifiers)
        pem = path.read_bytes()
        verifiers[self.public_api_key] = public_key_verifier(pem)
        return Keys(verifiers, ed25519=frozenset({self.public_api_key}))

    def _make_sources(self) -> Sources:
        settings, stage = self._settings, self._stage
        walks = {
            name: Walk(rules, start_price(name), settings.seed, settings.depth)
            for name, rules in stage.rules.items()
            if name not in stage.books
        }
        step_s = settings.step_ms / 1000
        return Sources(self._tape, self.exchange, walks, stage.captures, step_s=step_s, speed=settings.speed)

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1024 * 1024)
        parts = (self.exchange, self._sources, self._tape, self._trader, self._hub, self._streams, self.journal)
        app.add_routes(Control(self.control_key, *parts).routes())
        app.router.add_get("/ws-api/v3", self._ws_api.handle)
        for path in ("/ws", "/ws/{names:.*}", "/stream", "/stream/{names:.*}"):
            app.router.add_get(path, self._streams.handle)
        app.router.add_route("*", "/{path:.*}", self._rest.handle)
        return app

    def start(self) -> list[asyncio.Task[None]]:
        """Show first prices and set everything going; the tasks to cancel in the end."""
        self._sources.prime(self._stage.books.values(), asyncio.get_running_loop().time())
        if not self._settings.paused:
            self._sources.go.set()
        if self._settings.trader:
            self._trader.go.set()
        pings = (self._users.keep_pinging(), self._market_peers.keep_pinging())
        others = [asyncio.create_task(each) for each in (self._trader.run(), *pings)]
        return [*others, *self._sources.tasks()]

    def ready(self, port: int) -> Ready:
        """Where it listens and with which keys."""
        host = f"{HOST}:{port}"
        line: Ready = {
            "rest_url": f"http://{host}",
            "ws_api_url": f"ws://{host}/ws-api/v3",
            "stream_url": f"ws://{host}",
            "api_key": self._settings.api_key,
            "api_secret": self._settings.api_secret,
            "control_url": f"http://{host}/control",
            "control_key": self.control_key,
            "symbols": list(self._stage.rules),
        }
        return line | ({"public_key_api_key": self.public_api_key} if self._settings.public_key else {})


async def serve(settings: Settings, stage: Stage, on_ready: Callable[[Ready], None]) -> None:
    """Serve until SIGINT or SIGTERM; raises OSError if the port is taken."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    server = Server(settings, stage)
    runner = web.AppRunner(server.app(), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, settings.port)
        await site.start()
        tasks = server.start()
        gc.freeze()
        on_ready(server.ready(runner.addresses[0][1]))
        await _until(stop, tasks)
    finally:
        await runner.cleanup()
        server.journal.close()


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
