"""The path of the events: one connection for each open page, no more of them than wanted, and no slow ones."""

import asyncio
from contextlib import suppress

from aiohttp import web

from lotkeeper.web.api.answering import query_of
from lotkeeper.web.api.errors import unavailable
from lotkeeper.web.api.parameters import read_query
from lotkeeper.web.events.hub import Hub
from lotkeeper.web.events.page import Page

MOST_PAGES = 16
_HEARTBEAT_S = 15.0
_SLOW_S = 20.0  # so long a page may take for one event
_HEARTBEAT, _FIRST = b": alive\n\n", b"retry: 2000\n\n"


class EventStreams:
    """Serves the pages of one hub."""

    def __init__(self, hub: Hub, most: int = MOST_PAGES, slow_s: float = _SLOW_S) -> None:
        self._hub, self._most, self._slow_s = hub, most, slow_s
        self._is_closing = False

    async def close(self, _application: web.Application) -> None:
        """Ends all of them, when the server ends."""
        self._is_closing = True
        self._hub.close()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Until the page is closed, or reads too slowly, or the server ends."""
        read_query((), query_of(request), request.path)
        if self._hub.pages >= self._most:
            raise unavailable(f"{self._most} pages are open; close one, or wait some seconds after closing one")
        self._hub.enter()
        try:
            response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
            with suppress(ConnectionError):  # the page may be closed before its first event
                await response.prepare(request)
                await self._tell(request, response)
            return response
        finally:
            self._hub.leave()

    async def _tell(self, request: web.Request, response: web.StreamResponse) -> None:
        page = Page(self._hub)
        await self._write(request, response, _FIRST)
        while not (self._is_closing or _has_gone(request)):
            changed = self._hub.changed()
            for each in page.due():
                await self._write(request, response, each)
            try:
                async with asyncio.timeout(_HEARTBEAT_S):
                    await changed.wait()
            except TimeoutError:
                await self._write(request, response, _HEARTBEAT)

    async def _write(self, request: web.Request, response: web.StreamResponse, data: bytes) -> None:
        """Raises ConnectionError where the page has gone, or does not read."""
        try:
            async with asyncio.timeout(self._slow_s):
                await response.write(data)
        except TimeoutError as error:
            if request.transport is not None:
                request.transport.abort()  # what waits for it is not kept
            raise ConnectionError from error


def _has_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
