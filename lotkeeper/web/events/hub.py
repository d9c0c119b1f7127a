"""Asks the service for all open pages together, and for none while no page is open."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lotkeeper.service.documents.pair_rows import bids_by_pair
from lotkeeper.service.errors import ServiceError
from lotkeeper.trading.log_events import LogEvent, named
from lotkeeper.web.events.lots_mirror import LotsMirror
from lotkeeper.web.events.lots_reader import LotsReader
from lotkeeper.web.events.status_mirror import StatusMirror
from lotkeeper.web.events.topics import Topics
from lotkeeper.web.running_service import SharedAnswer

Json = dict[str, Any]
_EVERY_S = 1.0
_OF_SERVICE = ("todo", "alerts", "incidents")
log = logging.getLogger("lotkeeper.web")


@dataclass(frozen=True, slots=True)
class List:
    """A list that is told as a whole, and how often it is looked at."""

    topic: str
    read: Callable[[], Any]
    every: int  # rounds


class Hub:
    """The newest of everything that pages show. For the event loop; questions wait in a thread of their own."""

    def __init__(
        self, status: SharedAnswer, lots: LotsReader, lists: tuple[List, ...], waits: Callable[[], str]
    ) -> None:
        """`waits` says what a standby waits for; empty where none waits here."""
        self._status, self._lots, self._lists, self._waits = status, lots, lists, waits
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="events")
        self._pages = 0
        self._task: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._round = 0
        self.topics = Topics()
        self.status = StatusMirror()
        self.bids: Mapping[str, Decimal] = {}

    @property
    def mirror(self) -> LotsMirror:
        return self._lots.mirror

    @property
    def pages(self) -> int:
        return self._pages

    def changed(self) -> asyncio.Event:
        """Is set when there may be something new."""
        return self._changed

    def enter(self) -> None:
        """A page was opened."""
        self._pages += 1
        if self._task is None or self._task.done():
            self._forget()  # it is of when a page was open last
            self._task = asyncio.get_running_loop().create_task(self._run())

    def leave(self) -> None:
        """It was closed."""
        self._pages -= 1

    def close(self) -> None:
        """Asks nothing from now on."""
        if self._task is not None:
            self._task.cancel()
        self._notify()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._pages:
            begun = loop.time()
            try:
                await self._look()
            except Exception:  # a fault here must not end the events of all pages
                log.exception("the events of the pages", extra=named(LogEvent.WEB_SERVER))
            self._notify()
            await asyncio.sleep(max(0.0, begun + _EVERY_S - loop.time()))

    async def _look(self) -> None:
        self._round += 1
        try:
            status = await self._status.get()
        except ServiceError as error:
            await self._note_gone(error)
            return
        self.topics.drop("gone")
        self._note_status(status)
        if (change := await self._read(self._lots.look)) is not None:
            change()
        for each in self._lists:
            if self._round % each.every == 1 % each.every and (found := await self._read(each.read)) is not None:
                self.topics.tell(each.topic, found)

    async def _read(self, work: Callable[[], Any]) -> Any:
        """None where it cannot be read: where only the database cannot, the status says so, and the rest is told."""
        with suppress(ServiceError):
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _note_status(self, status: Json) -> None:
        self.bids = bids_by_pair(status)
        self.status.note(status)
        self.topics.tell("todo", status["todo"])

    async def _note_gone(self, error: ServiceError) -> None:
        """Of a service that does not answer nothing is known."""
        self._forget()
        self.mirror.forget()
        self.topics.tell("gone", {"error": await asyncio.to_thread(self._waits) or str(error)})

    def _forget(self) -> None:
        self.topics.drop(*_OF_SERVICE)
        self.status.forget()

    def _notify(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()
