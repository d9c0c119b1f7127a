"""Strings to pull: an API apart from Binance's, to set prices, cut connections and look behind the scenes."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson
from aiohttp import web

from lotkeeper.paper.errors import ApiError
from lotkeeper.paper.exchange import Exchange
from lotkeeper.paper.journal import Journal
from lotkeeper.paper.shapes import placed
from lotkeeper.paper.sources import Sources
from lotkeeper.paper.streams import Streams
from lotkeeper.paper.summary import describe
from lotkeeper.paper.tape import Tape
from lotkeeper.paper.trader import Trader
from lotkeeper.paper.userhub import UserHub
from lotkeeper.trading.money import NotANumberError, amount, floor_to, plain

Json = dict[str, Any]
KEY_HEADER = "X-Control-Key"


class ControlError(ValueError):
    """A control request lacks something or names what is not there."""


@dataclass(slots=True)
class Control:
    """Serves /control."""

    key: str
    exchange: Exchange
    sources: Sources
    tape: Tape
    trader: Trader
    users: UserHub
    streams: Streams
    journal: Journal

    def routes(self) -> list[web.RouteDef]:
        actions: dict[str, Callable[[Json], Json]] = {
            "trader/start": lambda _: self._switch_trader(True),
            "trader/stop": lambda _: self._switch_trader(False),
            "source/start": lambda _: self._switch_source(True),
            "source/stop": lambda _: self._switch_source(False),
            "price": self._price,
            "trade": self._trade,
            "buy": self._buy,
            "drop/user": lambda _: {"dropped": self.users.drop()},
            "drop/market": lambda _: {"dropped": self.streams.drop()},
        }
        posts = [web.post(f"/control/{path}", self._guarded(action)) for path, action in actions.items()]
        return [web.get("/control/summary", self._guarded(self._summary)), *posts]

    def _guarded(self, action: Callable[[Json], Json]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            given = request.headers.get(KEY_HEADER, "")
            if not hmac.compare_digest(given.encode(), self.key.encode()):
                return _answer({"error": f"the header {KEY_HEADER} does not hold the key of the ready line"}, 403)
            raw = await request.read() if request.body_exists else b""
            return self._act(request.path, action, raw)

        return handle

    def _act(self, path: str, action: Callable[[Json], Json], raw: bytes) -> web.Response:
        self.journal.write("control", name=path, params=raw.decode("utf-8", "replace"))
        try:
            body = orjson.loads(raw) if raw else {}
            if not isinstance(body, dict):
                raise ControlError("the body is not a JSON object")
            return _answer(action(body))
        except (ControlError, NotANumberError, orjson.JSONDecodeError) as error:
            return _answer({"error": str(error)}, 400)
        except ApiError as error:
            return _answer({"error": error.text, **error.body()}, 400)

    def _switch_trader(self, on: bool) -> Json:
        (self.trader.go.set if on else self.trader.go.clear)()
        return {"running": on}

    def _switch_source(self, on: bool) -> Json:
        (self.sources.go.set if on else self.sources.go.clear)()
        return {"running": on}

    def _symbol(self, body: Json) -> str:
        symbol = str(body.get("symbol"))
        if symbol not in self.exchange.desks:
            raise ControlError(f"symbol {symbol} is not among {', '.join(self.exchange.desks)}")
        return symbol

    def _in_steps(self, symbol: str, qty: Decimal) -> Decimal:
        """Whole steps, as all quantities of the market are: no fill leaves an order with less than one."""
        step = self.exchange.rules[symbol].step
        return max(floor_to(qty, step), step)

    def _price(self, body: Json) -> Json:
        symbol, price = self._symbol(body), _positive(body, "price")
        size = self._in_steps(symbol, _positive(body, "size")) if "size" in body else None
        quote = self.sources.set_price(symbol, price, size, _now_s())
        return {"symbol": symbol, "bid": plain(quote.bid), "ask": plain(quote.ask)}

    def _trade(self, body: Json) -> Json:
        """A trade between others, which may fill the account's resting orders."""
        symbol, price = self._symbol(body), _positive(body, "price")
        qty = self._in_steps(symbol, _positive(body, "qty"))
        self.tape.trade(symbol, price, qty, bool(body.get("buyerIsMaker")))
        return {"price": plain(price), "qty": plain(qty)}

    def _buy(self, body: Json) -> Json:
        return placed(self.trader.buy(self._symbol(body), _positive(body, "quote")), "FULL")

    def _summary(self, body: Json) -> Json:
        self.journal.flush()
        trader = {"running": self.trader.go.is_set(), "refused": self.trader.refused}
        return describe(self.exchange) | {"trader": trader, "source": self.sources.state()}


def _positive(body: Json, name: str) -> Decimal:
    if name not in body:
        raise ControlError(f"{name} is missing")
    value = amount(str(body[name]))
    if value <= 0:
        raise ControlError(f"{name} is {plain(value)}, not above zero")
    return value


def _answer(body: Json, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


def _now_s() -> float:
    return asyncio.get_running_loop().time()
