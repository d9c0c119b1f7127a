"""The path of the candles."""

from collections.abc import Awaitable, Callable, Collection

from aiohttp import web

from lotkeeper.trading.nearest_names import not_configured
from lotkeeper.web.api.answering import document, query_of
from lotkeeper.web.api.errors import not_found
from lotkeeper.web.api.parameters import PAIR, Parameter, limit, read_query, word
from lotkeeper.web.candles.source import INTERVALS, MOST_CANDLES, CandleSource

PARAMETERS: tuple[Parameter, ...] = (
    PAIR.required("The pair"),
    word("interval", "How long a candle lasts", INTERVALS, "1h"),
    limit(MOST_CANDLES, MOST_CANDLES),
)


class CandleEndpoint:
    """`pairs` gives the pairs of which candles may be asked for."""

    def __init__(self, source: CandleSource, pairs: Callable[[], Awaitable[Collection[str]]]) -> None:
        self._source, self._pairs = source, pairs

    async def answer(self, request: web.Request) -> web.Response:
        values = read_query(PARAMETERS, query_of(request), request.path)
        pairs = await self._pairs()
        if values["pair"] not in pairs:
            raise not_found(not_configured(values["pair"], pairs))
        return document(await self._source.get(values["pair"], values["interval"], values["limit"]))

    async def close(self, _application: web.Application) -> None:
        """When the server ends."""
        await self._source.close()
