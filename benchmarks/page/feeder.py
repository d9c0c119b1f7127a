"""The page on made documents: the events of a service, with as many pairs, lots and changes as wanted."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any, cast

from aiohttp import web

from benchmarks.page.documents import Market
from lotkeeper.web.events.hub import Hub
from lotkeeper.web.events.lots_mirror import LotsMirror
from lotkeeper.web.events.page import Page
from lotkeeper.web.events.status_mirror import StatusMirror
from lotkeeper.web.events.topics import Topics
from lotkeeper.web.page.assets import read_page_files
from lotkeeper.web.page.routes import PageRoutes

_ROWS_AT_ONCE = 500  # as the HTTP server sends them


class Feeder:
    """Each update has the status with all pairs, and the lots that have changed."""

    def __init__(self, market: Market, changed: int, every_s: float) -> None:
        self._market, self._changed, self._every_s = market, changed, every_s
        self.sent = 0  # updates
        self.bytes_of_status = self.bytes_of_lots = 0  # of all updates

    def application(self) -> web.Application:
        application = web.Application()
        PageRoutes(read_page_files()).add_to(application)
        application.router.add_get("/api/v1/events", self._events)
        application.router.add_get("/api/v1/{name:.+}", self._nothing)
        return application

    async def _nothing(self, request: web.Request) -> web.Response:
        is_profit = request.match_info["name"] == "profit"
        return web.json_response({"rows": [], "totals": []} if is_profit else [])

    async def _events(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        with suppress(ConnectionError):  # the page was closed
            await self._tell(answer)
        return answer

    async def _tell(self, answer: web.StreamResponse) -> None:
        rows = list(self._market.lots.values())
        for topic in ("todo", "alerts", "incidents"):
            await answer.write(_event(topic, []))
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            await answer.write(_lots(rows[start : start + _ROWS_AT_ONCE], is_whole=start == 0))
        status = StatusPart()
        while True:
            lots = _lots(self._market.step(self._changed))
            update = status.due(self._market.status(float(self.sent)))
            await answer.write(update + lots)
            self.sent += 1
            self.bytes_of_status += len(update)
            self.bytes_of_lots += len(lots)
            await asyncio.sleep(self._every_s)


class StatusPart:
    """What the HTTP server tells one page of the status."""

    def __init__(self) -> None:
        self._hub = SimpleNamespace(topics=Topics(), status=StatusMirror(), mirror=LotsMirror(), bids={})
        self._page = Page(cast(Hub, self._hub))

    def due(self, status: Any) -> bytes:
        self._hub.status.note(status)
        return b"".join(self._page.due())


def _event(topic: str, data: Any) -> bytes:
    return f"event: {topic}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n".encode()


def _lots(rows: list[Any], *, is_whole: bool = False) -> bytes:
    return _event("lots", {"whole": is_whole, "changed": rows, "removed": []})


@contextmanager
def feeding(feeder: Feeder) -> Iterator[str]:
    """The address at which it is served."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(feeder.application(), shutdown_timeout=0.1)

    async def begin() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{asyncio.run_coroutine_threadsafe(begin(), loop).result(10)}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
