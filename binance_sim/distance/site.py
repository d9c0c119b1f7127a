"""A port on which every connection is delayed."""

import asyncio
from collections.abc import Callable
from typing import cast

from aiohttp import web

from binance_sim.distance.connection import DistantConnection
from binance_sim.distance.delays import Distance


class DistantSite(web.BaseSite):
    """Serves the runner's server to clients that are `distance` away."""

    __slots__ = ("_distance", "_host", "_port")

    def __init__(self, runner: web.BaseRunner, host: str, port: int, distance: Distance) -> None:
        super().__init__(runner)
        self._host, self._port, self._distance = host, port, distance

    @property
    def name(self) -> str:
        return f"http://{self._host}:{self._port}"

    async def start(self) -> None:
        """Raises OSError if the port is taken."""
        await super().start()
        loop = asyncio.get_running_loop()
        make_protocol = cast(Callable[[], asyncio.Protocol], self._runner.server)

        def connect() -> DistantConnection:
            return DistantConnection(make_protocol(), self._distance, loop)

        self._server = await loop.create_server(connect, self._host, self._port, backlog=self._backlog)
