"""Candles from an exchange that counts how often it is asked."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest
from aiohttp import web

from lotkeeper.web.api.errors import ApiError
from lotkeeper.web.candles.budget import CandleBudget
from lotkeeper.web.candles.source import CandleSource, candles_of

ROWS = [[number * 60_000, "1.0", "2.0", "0.5", "1.5", "10", number, "x", 1, "y", "z", "0"] for number in range(3)]


class Exchange:
    """A server of a test with one path."""

    def __init__(self, status: int = 200, body: Any = ROWS, **headers: str) -> None:
        self.asked: list[dict[str, str]] = []
        self._answer = (status, orjson.dumps(body), headers)

    async def _handle(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        status, body, headers = self._answer
        return web.Response(status=status, body=body, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def run(self, work: Callable[[CandleSource], Awaitable[Any]], budget: CandleBudget | None = None) -> Any:
        self.now_s = 100.0

        async def run() -> Any:
            application = web.Application()
            application.router.add_get("/api/v3/klines", self._handle)
            runner = web.AppRunner(application)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            source = CandleSource(f"http://127.0.0.1:{runner.addresses[0][1]}", budget, lambda: self.now_s)
            try:
                return await work(source)
            finally:
                await source.close()
                await runner.cleanup()

        return asyncio.run(run())


def test_many_who_ask_share_an_answer_for_fifteen_seconds():
    exchange = Exchange()

    async def work(source: CandleSource) -> list[Any]:
        first = await asyncio.gather(*(source.get("BTCUSDT", "1m", 2) for _ in range(50)))
        exchange.now_s += 14.9
        again = await source.get("BTCUSDT", "1m", 3)
        exchange.now_s += 0.2
        return [*first, again, await source.get("BTCUSDT", "1m", 1)]

    found = exchange.run(work)
    assert exchange.asked == [{"symbol": "BTCUSDT", "interval": "1m", "limit": "500"}] * 2
    assert found[0] == [[60_000, "1.0", "2.0", "0.5", "1.5", "10"], [120_000, "1.0", "2.0", "0.5", "1.5", "10"]]
    assert (len(found[50]), len(found[51])) == (3, 1)


@pytest.mark.parametrize(("status", "name"), [(429, "429"), (418, "418")])
def test_after_a_refusal_it_is_silent_for_all_pairs(status, name):
    exchange = Exchange(status, {"code": -1003, "msg": "Too many requests"}, Retry_After="30")

    async def work(source: CandleSource) -> list[str]:
        said = []
        for pair in ("BTCUSDT", "ETHUSDT"):
            with pytest.raises(ApiError) as error:
                await source.get(pair, "1m", 1)
            said.append(str(error.value))
        return said

    first, then = exchange.run(work)
    assert first == f"no candles: the exchange answers with status {name}: Too many requests"
    assert then.startswith("no candles: the exchange wants no requests for another 30 s")
    assert len(exchange.asked) == 1


def test_a_failure_is_not_tried_again_at_once():
    exchange = Exchange(500, "oops")

    async def work(source: CandleSource) -> None:
        for _ in range(3):
            with pytest.raises(ApiError, match="the exchange answers with status 500"):
                await source.get("BTCUSDT", "1m", 1)

    exchange.run(work)
    assert len(exchange.asked) == 1


def test_one_that_does_not_answer_is_said():
    async def ask() -> None:
        source = CandleSource("http://127.0.0.1:1")
        try:
            await source.get("BTCUSDT", "1m", 1)
        finally:
            await source.close()

    with pytest.raises(ApiError, match="no candles: the exchange does not answer"):
        asyncio.run(ask())


@pytest.mark.parametrize("body", [b"", b"{}x", b"[[1]]", b'[["a", 1, 2, 3, 4, 5]]', b"[1]", b"7"])
def test_an_answer_of_another_form_is_said(body):
    with pytest.raises(ApiError, match="no candles: the exchange's answer has another form") as error:
        candles_of(200, body)
    assert error.value.status == 503
