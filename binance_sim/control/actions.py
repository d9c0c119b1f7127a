"""The requests of the control API."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from binance_sim.api.shapes.orders import new_order_answer
from binance_sim.clock import milliseconds
from binance_sim.control.account_admin import AccountAdmin
from binance_sim.control.summary import describe
from binance_sim.control.wallet_admin import WalletAdmin
from binance_sim.faults.catalogue import describe_kinds
from binance_sim.faults.injector import FaultInjector
from binance_sim.journal.writer import Journal
from binance_sim.market.public_trades import PublicTrade
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import floor_to, format_plain, parse_amount, quote_amount
from binance_sim.sources.price_sources import PriceSources
from binance_sim.trader import Trader

Json = dict[str, Any]


class ControlError(ValueError):
    """A control request lacks a field or names something unknown."""


@dataclass(slots=True)
class ControlActions:
    """Each action takes the request's body and returns the answer's; raises ControlError, FaultError or ApiError."""

    exchange: Exchange
    sources: PriceSources
    trader: Trader
    faults: FaultInjector
    accounts: AccountAdmin
    wallet: WalletAdmin
    journal: Journal

    def table(self) -> Mapping[tuple[str, str], Callable[[Json], Json]]:
        """Actions by verb and path; an N at the end stands for a number."""
        return {
            ("GET", "summary"): self.summary,
            ("POST", "trader/start"): lambda _: self._switch_trader(True),
            ("POST", "trader/stop"): lambda _: self._switch_trader(False),
            ("POST", "source/start"): lambda _: self._switch_source(True),
            ("POST", "source/stop"): lambda _: self._switch_source(False),
            ("POST", "price"): self.price,
            ("POST", "trade"): self.trade,
            ("POST", "buy"): self.buy,
            ("GET", "faults"): lambda _: {"armed": [each.as_dict() for each in self.faults.armed]},
            ("GET", "faults/kinds"): lambda _: describe_kinds(),
            ("POST", "faults"): self.faults.inject,
            ("DELETE", "faults"): lambda _: {"lifted": self.faults.lift_all()},
            ("DELETE", "faults/N"): lambda body: {"lifted": int(self.faults.armed.lift(body["number"]))},
            ("POST", "drop/user"): lambda _: self.faults.inject({"name": "cut", "socket": "user"}),
            ("POST", "drop/market"): lambda _: self.faults.inject({"name": "cut", "socket": "market"}),
            ("GET", "accounts"): lambda _: self.accounts.describe(),
            ("POST", "accounts"): self.accounts.open_account,
            ("POST", "keys"): self.accounts.add_key,
            ("GET", "wallet"): lambda _: self.wallet.describe(),
            ("POST", "wallet"): self.wallet.change,
        }

    def _switch_trader(self, on: bool) -> Json:
        (self.trader.running.set if on else self.trader.running.clear)()
        return {"running": on}

    def _switch_source(self, on: bool) -> Json:
        (self.sources.running.set if on else self.sources.running.clear)()
        return {"running": on}

    def _market(self, body: Json) -> SymbolMarket:
        symbol = str(body.get("symbol"))
        if symbol not in self.exchange.markets:
            raise ControlError(f"symbol {symbol} is not among {', '.join(self.exchange.markets)}")
        return self.exchange.markets[symbol]

    def price(self, body: Json) -> Json:
        """Set the bid to `price` and the ask to one tick above, each with `size`."""
        market, price = self._market(body), positive(body, "price")
        size = in_steps(market, positive(body, "size")) if "size" in body else None
        quote = self.sources.set_price(market.name, price, size)
        return {"symbol": market.name, "bid": format_plain(quote.bid), "ask": format_plain(quote.ask)}

    def trade(self, body: Json) -> Json:
        """A trade of other market participants, which may fill the accounts' resting orders."""
        market, price = self._market(body), positive(body, "price")
        if not market.is_trading:
            raise ControlError(f"{market.name} is in {market.status}: nothing trades there")
        qty, buyer_is_maker = in_steps(market, positive(body, "qty")), bool(body.get("buyerIsMaker"))
        trade = PublicTrade(0, price, qty, quote_amount(price, qty), market.clock_us, buyer_is_maker)
        self.exchange.apply_external_trade(market.name, trade)
        return {"price": format_plain(price), "qty": format_plain(qty)}

    def buy(self, body: Json) -> Json:
        """The trader buys at the market now, for this amount of the quote asset."""
        return new_order_answer(self.trader.buy(self._market(body).name, positive(body, "quote")), "FULL", milliseconds)

    def summary(self, body: Json) -> Json:
        self.journal.flush()
        trader = {"running": self.trader.running.is_set(), "refused": self.trader.refused}
        found = describe(self.exchange, self.accounts.find(body))
        return found | {"trader": trader, "source": self.sources.state()}


def in_steps(market: SymbolMarket, qty: Decimal) -> Decimal:
    """The quantity in whole steps, at least one, so that no fill leaves an order with less than a step."""
    step = market.rules.step
    return max(floor_to(qty, step), step)


def positive(body: Json, name: str) -> Decimal:
    if name not in body:
        raise ControlError(f"{name} is missing")
    value = parse_amount(str(body[name]))
    if value <= 0:
        raise ControlError(f"{name} is {format_plain(value)}, not above zero")
    return value
