"""What the control API does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from binance_sim.api.shapes.orders import placed
from binance_sim.clock import milliseconds
from binance_sim.control.people import People
from binance_sim.control.summary import describe
from binance_sim.faults.catalogue import described
from binance_sim.faults.desk import FaultDesk
from binance_sim.journal.writer import Journal
from binance_sim.market.prints import Print
from binance_sim.matching.desks import Desk
from binance_sim.matching.exchange import Exchange
from binance_sim.numbers import amount, floor_to, plain, quote_amount
from binance_sim.sources.sources import Sources
from binance_sim.trader import Trader

Json = dict[str, Any]


class ControlError(ValueError):
    """A control request lacks something or names what is not there."""


@dataclass(slots=True)
class Actions:
    """Each takes the request's body and gives the answer's; raises ControlError, FaultError or ApiError."""

    exchange: Exchange
    sources: Sources
    trader: Trader
    faults: FaultDesk
    people: People
    journal: Journal

    def table(self) -> Mapping[tuple[str, str], Callable[[Json], Json]]:
        """By verb and path; an N at the end stands for a number."""
        return {
            ("GET", "summary"): self.summary,
            ("POST", "trader/start"): lambda _: self._switch_trader(True),
            ("POST", "trader/stop"): lambda _: self._switch_trader(False),
            ("POST", "source/start"): lambda _: self._switch_source(True),
            ("POST", "source/stop"): lambda _: self._switch_source(False),
            ("POST", "price"): self.price,
            ("POST", "trade"): self.trade,
            ("POST", "buy"): self.buy,
            ("GET", "faults"): lambda _: {"armed": [each.described() for each in self.faults.armed]},
            ("GET", "faults/kinds"): lambda _: described(),
            ("POST", "faults"): self.faults.take,
            ("DELETE", "faults"): lambda _: {"lifted": self.faults.lift_all()},
            ("DELETE", "faults/N"): lambda body: {"lifted": int(self.faults.armed.lift(body["number"]))},
            ("POST", "drop/user"): lambda _: self.faults.take({"name": "cut", "socket": "user"}),
            ("POST", "drop/market"): lambda _: self.faults.take({"name": "cut", "socket": "market"}),
            ("GET", "accounts"): lambda _: self.people.described(),
            ("POST", "accounts"): self.people.open_account,
            ("POST", "keys"): self.people.add_key,
        }

    def _switch_trader(self, on: bool) -> Json:
        (self.trader.go.set if on else self.trader.go.clear)()
        return {"running": on}

    def _switch_source(self, on: bool) -> Json:
        (self.sources.go.set if on else self.sources.go.clear)()
        return {"running": on}

    def _desk(self, body: Json) -> Desk:
        symbol = str(body.get("symbol"))
        if symbol not in self.exchange.desks:
            raise ControlError(f"symbol {symbol} is not among {', '.join(self.exchange.desks)}")
        return self.exchange.desks[symbol]

    def price(self, body: Json) -> Json:
        """The bid outside is now `price`, the ask a tick above, each with `size`."""
        desk, price = self._desk(body), positive(body, "price")
        size = in_steps(desk, positive(body, "size")) if "size" in body else None
        quote = self.sources.set_price(desk.name, price, size)
        return {"symbol": desk.name, "bid": plain(quote.bid), "ask": plain(quote.ask)}

    def trade(self, body: Json) -> Json:
        """A trade between others, which may fill the accounts' resting orders."""
        desk, price = self._desk(body), positive(body, "price")
        if not desk.is_trading:
            raise ControlError(f"{desk.name} is in {desk.status}: nothing trades there")
        qty, buyer_is_maker = in_steps(desk, positive(body, "qty")), bool(body.get("buyerIsMaker"))
        trade = Print(0, price, qty, quote_amount(price, qty), desk.clock_us, buyer_is_maker)
        self.exchange.printed(desk.name, trade)
        return {"price": plain(price), "qty": plain(qty)}

    def buy(self, body: Json) -> Json:
        """The trader buys at the market for so much of the quote asset, now."""
        return placed(self.trader.buy(self._desk(body).name, positive(body, "quote")), "FULL", milliseconds)

    def summary(self, body: Json) -> Json:
        self.journal.flush()
        trader = {"running": self.trader.go.is_set(), "refused": self.trader.refused}
        found = describe(self.exchange, self.people.named(body))
        return found | {"trader": trader, "source": self.sources.state()}


def in_steps(desk: Desk, qty: Decimal) -> Decimal:
    """Whole steps, as all quantities of the market are: no fill leaves an order with less than one."""
    step = desk.rules.step
    return max(floor_to(qty, step), step)


def positive(body: Json, name: str) -> Decimal:
    if name not in body:
        raise ControlError(f"{name} is missing")
    value = amount(str(body[name]))
    if value <= 0:
        raise ControlError(f"{name} is {plain(value)}, not above zero")
    return value
