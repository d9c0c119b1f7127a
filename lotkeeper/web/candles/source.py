"""Asks the exchange for candles, at most once in fifteen seconds for a pair and an interval."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import aiohttp
import orjson

from lotkeeper.web.api.errors import ApiError, unavailable
from lotkeeper.web.candles.budget import CandleBudget

MOST_CANDLES = 500
INTERVALS = ("1m", "5m", "15m", "1h", "4h", "1d")
_FRESH_S = 15.0
_WITHIN_S = 10.0
_MOST_BYTES = 1_000_000
_MOST_KEPT = 64  # pairs and intervals
_FIELDS = 6  # open time (ms), open, high, low, close, volume; more follow
Candles = list[list[Any]]
Key = tuple[str, str]


class CandleSource:
    """For one event loop."""

    def __init__(
        self, rest_url: str, budget: CandleBudget | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = f"{rest_url}/api/v3/klines"
        self._budget, self._clock = budget or CandleBudget(), clock
        self._kept: OrderedDict[Key, tuple[float, asyncio.Task[Candles]]] = OrderedDict()
        self._session: aiohttp.ClientSession | None = None

    async def get(self, pair: str, interval: str, limit: int) -> Candles:
        """The last so many, the oldest first; prices and volume as texts. Raises ApiError."""
        key = (pair, interval)
        asked_s, task = self._kept.get(key, (float("-inf"), None))
        if task is None or (task.done() and self._clock() - asked_s >= _FRESH_S):
            task = asyncio.get_running_loop().create_task(self._ask(key))
            self._keep(key, task)
        return (await asyncio.shield(task))[-limit:]

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _keep(self, key: Key, task: "asyncio.Task[Candles]") -> None:
        """A failure is kept, too: it is not tried again at once."""
        task.add_done_callback(lambda done: done.cancelled() or done.exception())  # somebody may have left meanwhile
        self._kept[key] = (self._clock(), task)
        self._kept.move_to_end(key)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    async def _ask(self, key: Key) -> Candles:
        if refusal := self._budget.refusal(self._clock()):
            raise unavailable(f"no candles: {refusal}")
        self._session = self._session or aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=_WITHIN_S), trust_env=True
        )
        query = {"symbol": key[0], "interval": key[1], "limit": str(MOST_CANDLES)}
        try:
            async with self._session.get(self._url, params=query, allow_redirects=False) as answer:
                self._budget.note_status(answer.status, answer.headers.get("Retry-After", ""), self._clock())
                body = await answer.content.read(_MOST_BYTES)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise unavailable(f"no candles: the exchange does not answer: {error or type(error).__name__}") from error
        return candles_of(answer.status, body)


def candles_of(status: int, body: bytes) -> Candles:
    """The candles of an answer of the exchange. Raises ApiError."""
    if status != 200:
        raise _refused(status, body)
    try:
        return [_candle(row) for row in orjson.loads(body)]
    except (ValueError, TypeError, IndexError, KeyError) as error:
        raise unavailable("no candles: the exchange's answer has another form than they have") from error


def _candle(row: list[Any]) -> list[Any]:
    if len(row) < _FIELDS:
        raise ValueError("fields are missing")
    return [int(row[0]), *map(str, row[1:_FIELDS])]


def _refused(status: int, body: bytes) -> ApiError:
    try:
        said = str(orjson.loads(body)["msg"])[:200]
    except (ValueError, TypeError, KeyError):
        said = ""
    return unavailable(f"no candles: the exchange answers with status {status}{f': {said}' if said else ''}")
