"""The paths of the HTTP server. Nothing is asked of the service while nobody asks here."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from aiohttp import web

from lotkeeper.config import Config
from lotkeeper.service.errors import ServiceError
from lotkeeper.service.standby_note import read_standby_note
from lotkeeper.web.api.endpoints import ApiEndpoints
from lotkeeper.web.api.routes import PREFIX
from lotkeeper.web.health import Answer, alive_answer, ready_answer
from lotkeeper.web.interventions.endpoint import InterventionEndpoints
from lotkeeper.web.metrics.exposition import exposition
from lotkeeper.web.running_service import RunningService, SharedAnswer

_LOOKS_APART_S = 5.0  # each asks every actor: more scrapers than one share a look


class Endpoints:
    """Answers for one service."""

    def __init__(self, config: Config) -> None:
        self._config = config
        service = RunningService(config)
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="questions")
        self._alive = SharedAnswer(thread, service.check_alive)
        self._status = SharedAnswer(thread, service.status)
        self._actors = SharedAnswer(thread, service.actors, fresh_for_s=_LOOKS_APART_S)

    def add_to(self, application: web.Application) -> None:
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/readyz", self._readyz)
        application.router.add_get("/metrics", self._metrics)
        ApiEndpoints(self._config, self._status, self._actors).add_to(application)
        InterventionEndpoints(self._config).add_to(application, PREFIX)

    async def _healthz(self, _request: web.Request) -> web.Response:
        try:
            await self._alive.get()
        except ServiceError as error:
            return _json(alive_answer(str(error), await self._waits()))
        return _json(alive_answer("", ""))

    async def _readyz(self, _request: web.Request) -> web.Response:
        try:
            status = await self._status.get()
        except ServiceError as error:
            return _json(ready_answer(None, str(error), await self._waits()))
        return _json(ready_answer(status, "", ""))

    async def _metrics(self, request: web.Request) -> web.Response:
        """A scrape tells also that the service does not answer: then with one metric, and not with an error."""
        status = actors = None
        with suppress(ServiceError):
            status = await self._status.get()
            actors = await self._actors.get()
        text, content_type = await asyncio.to_thread(exposition, status, actors, request.headers.get("Accept", ""))
        return web.Response(body=text, headers={"Content-Type": content_type})

    async def _waits(self) -> str:
        """What a standby waits for; empty where none waits here."""
        return await asyncio.to_thread(read_standby_note, self._config)


def _json(answer: Answer) -> web.Response:
    status, document = answer
    return web.json_response(document, status=status)
