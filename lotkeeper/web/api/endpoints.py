"""The paths of the API in the HTTP server."""

from collections.abc import Collection
from functools import partial
from typing import Any

import orjson
from aiohttp import web

from lotkeeper.config import Config
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.standby_note import read_standby_note
from lotkeeper.web.api.answering import Workers, document, query_of
from lotkeeper.web.api.openapi import description
from lotkeeper.web.api.parameters import Values, read_query
from lotkeeper.web.api.reader import Reader
from lotkeeper.web.api.routes import PREFIX, ROUTE_OF, ROUTES, Route
from lotkeeper.web.candles.endpoint import CandleEndpoint
from lotkeeper.web.candles.source import CandleSource
from lotkeeper.web.events.hub import Hub, List
from lotkeeper.web.events.lots_reader import LotsReader
from lotkeeper.web.events.stream import EventStreams
from lotkeeper.web.running_service import RunningService, SharedAnswer


class ApiEndpoints:
    """Answers for one service."""

    def __init__(self, config: Config, status: SharedAnswer, actors: SharedAnswer) -> None:
        """Status and running actors are shared with whoever else looks at them."""
        self._reader, self._workers, self._actors = Reader(config), Workers("documents", threads=2), actors
        self._events = EventStreams(_hub(config, status, self._reader))
        self._status, self._pairs = status, frozenset(config.pairs)
        self._candles = CandleEndpoint(CandleSource(config.exchange.rest_url), self._kept_pairs)
        self._description = orjson.dumps(description())

    def add_to(self, application: web.Application) -> None:
        router = application.router
        for route in ROUTES:
            router.add_get(route.full_path, partial(self._read, route))
        router.add_get(f"{PREFIX}/actors", self._read_actors)
        router.add_get(f"{PREFIX}/candles", self._candles.answer)
        application.on_cleanup.append(self._candles.close)
        application.on_shutdown.append(self._events.close)
        router.add_get(f"{PREFIX}/events", self._events.answer)
        router.add_get(f"{PREFIX}/openapi.json", self._describe)

    async def _kept_pairs(self) -> Collection[str]:
        """Those that are kept now: the configuration may have been reloaded."""
        try:
            found: Collection[str] = (await self._status.get())["pairs"]
        except ServiceError:
            return self._pairs
        return found

    async def _read(self, route: Route, request: web.Request) -> web.Response:
        values = _values_of(route, request)
        return document(await self._workers.run(lambda: orjson.dumps(route.read(self._reader, values))))

    async def _read_actors(self, request: web.Request) -> web.Response:
        read_query((), query_of(request), request.path)
        return document(await self._actors.get())

    async def _describe(self, request: web.Request) -> web.Response:
        read_query((), query_of(request), request.path)
        return document(self._description)


def _hub(config: Config, status: SharedAnswer, reader: Reader) -> Hub:
    newest = read_query(ROUTE_OF["incidents"].parameters, {}, "")
    lists = (
        List("alerts", lambda: reader.alerts({"all": False}), every=2),
        List("incidents", lambda: reader.incidents(newest), every=5),
    )
    lots = LotsReader(config, RunningService(config).ask)
    return Hub(status, lots, lists, lambda: read_standby_note(config))


def _values_of(route: Route, request: web.Request) -> Values:
    found: dict[str, Any] = read_query(route.parameters, query_of(request), request.path)
    for each in route.in_path:
        found[each.name] = each.value_of([request.match_info[each.name]])
    return found
