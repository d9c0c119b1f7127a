"""A crowd of accounts that place random orders: every kind of order, list and change, in a moving market."""

import random
from collections import Counter
from decimal import Decimal as D

from binance_sim.account.fees import FeeRates, FeeSchedule, PairCommission
from binance_sim.api.endpoints.cancel_replace import cancel_replace
from binance_sim.api.params import RequestParams
from binance_sim.api.request import ApiRequest
from binance_sim.clock import FixedClock, milliseconds
from binance_sim.errors import ApiError
from binance_sim.market.public_trades import PublicTrade
from binance_sim.matching.amend_order import amend
from binance_sim.matching.end_order import cancel
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.external_liquidity import ExternalQuote
from binance_sim.matching.place_list import ListTicket, place_list
from binance_sim.matching.place_order import place
from binance_sim.matching.tickets import Ticket
from binance_sim.numbers import floor_to, quote_amount
from binance_sim.symbols.catalogue import default_document
from binance_sim.symbols.rules import rules_of

CENTRES = {"BTCUSDT": D(60000), "ETHBTC": D("0.04"), "BNBUSDT": D(600)}
FUNDS = {"USDT": D(400_000), "BTC": D(8), "ETH": D(150), "BNB": D(40)}
STP = ("NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT", "TRANSFER")
# Random choices: a name that appears more often is chosen more often.
ORDERS = ("limit",) * 7 + ("market",) * 4 + ("stop",) * 2 + ("list",) * 2 + ("replace",)
CHANGES = ("quote",) * 8 + ("print",) * 4 + ("take",) * 4 + ("cancel",) * 10 + ("amend",) * 4 + ("deposit",) * 2
CHANGES += ("cancel_all",)
STOPS = ("STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")


def roomy_rules(symbol):
    """The pair's default rules, but with many orders and every self-trade prevention mode allowed."""
    document = default_document(symbol)
    document["allowedSelfTradePreventionModes"] = list(STP)
    for each in document["filters"]:
        if each["filterType"].startswith("MAX_NUM"):
            name = next(name for name in each if name != "filterType")
            each[name] = 60
    return rules_of(document)


def fees(in_bnb):
    """A fee schedule with all three parts and many digits."""
    standard = FeeRates(D("0.00075"), D("0.001"), D("0.00000001"), D("0.00000003"))
    return FeeSchedule(PairCommission(standard, FeeRates(taker=D("0.0001")), FeeRates(buyer=D("0.00003"))), in_bnb)


class Crowd:
    """Accounts "a" to "e" at one exchange; "b" and "c" share a trade group. The same seed gives the same actions."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.clock = FixedClock()
        self.exchange = Exchange({name: roomy_rules(name) for name in CENTRES}, self.clock)
        for index, name in enumerate("abcde"):
            account = self.exchange.open_account(name, FUNDS, fees(in_bnb=index % 2 == 0), (0, 0))
            account.group = 7 if name in "bc" else -1
        self.done = Counter()
        self.count = 0
        for symbol in CENTRES:
            self.do_quote(symbol)

    # Random values

    def draw_price(self, symbol, spread=40):
        rules = self.exchange.markets[symbol].rules
        share = 1 + D(self.random.randint(-spread, spread)) / 10_000
        return floor_to(CENTRES[symbol] * share, rules.tick)

    def draw_qty(self, symbol):
        rules = self.exchange.markets[symbol].rules
        worth = D(self.random.choice((20, 60, 200, 1500, 9000))) * (1 + D(self.random.randint(0, 99)) / 100)
        in_quote = worth if symbol.endswith("USDT") else worth / 60000
        return max(floor_to(in_quote / CENTRES[symbol], rules.step), rules.step)

    def draw_id(self):
        self.count += 1
        return f"order-{self.count}"

    def draw_open(self):
        account = self.exchange.accounts[self.random.choice("abcde")]
        symbol = self.random.choice(tuple(CENTRES))
        orders = tuple(self.exchange.markets[symbol].blotter(account).open.values())
        return self.random.choice(orders) if orders else None

    def ticket(self, symbol, side, kind, **more):
        fields = {"tif": "GTC", "client_id": self.draw_id(), "stp": self.random.choice((*STP, "TRANSFER"))}
        return Ticket(self.exchange.markets[symbol].rules, side, kind, **(fields | more))

    # Actions

    def do_quote(self, symbol):
        bid = self.draw_price(symbol, 25)
        tick = self.exchange.markets[symbol].rules.tick
        sizes = (self.draw_qty(symbol) * self.random.randint(1, 4) for _ in range(2))
        bid_qty, ask_qty = sizes
        self.count += 1
        quote = ExternalQuote(bid, bid_qty, bid + tick * self.random.randint(1, 6), ask_qty, self.count)
        self.exchange.show_quote(symbol, quote)

    def do_print(self, symbol):
        price, qty = self.draw_price(symbol, 25), self.draw_qty(symbol)
        maker = self.random.random() < 0.5
        trade = PublicTrade(0, price, qty, quote_amount(price, qty), self.clock.us(), maker)
        self.exchange.apply_external_trade(symbol, trade)

    def do_take(self, symbol):
        buys = self.random.random() < 0.5
        self.exchange.apply_external_take(symbol, buys, self.draw_price(symbol), self.draw_qty(symbol))

    def do_limit(self, symbol, side):
        kind = self.random.choice(("LIMIT", "LIMIT", "LIMIT", "LIMIT_MAKER"))
        tif = self.random.choice(("GTC", "GTC", "GTC", "IOC", "FOK")) if kind == "LIMIT" else "GTC"
        qty = self.draw_qty(symbol)
        iceberg = qty if tif == "GTC" and self.random.random() < 0.2 else D(0)
        step = self.exchange.markets[symbol].rules.step
        iceberg = max(floor_to(iceberg / self.random.randint(2, 9), step), step) if iceberg else D(0)
        price = self.draw_price(symbol)
        self.place(symbol, self.ticket(symbol, side, kind, price=price, qty=qty, tif=tif, iceberg_qty=iceberg))

    def do_market(self, symbol, side):
        qty = self.draw_qty(symbol)
        if self.random.random() < 0.5:
            self.place(symbol, self.ticket(symbol, side, "MARKET", qty=qty))
        else:
            worth = quote_amount(qty, CENTRES[symbol])
            self.place(symbol, self.ticket(symbol, side, "MARKET", quote_qty=worth))

    def stop_ticket(self, symbol, side, kind, qty):
        fields = {"stop_price": self.draw_price(symbol, 30)}
        if self.random.random() < 0.3:
            fields |= {"trailing_delta": self.random.randint(10, 40)}
            fields |= {"stop_price": D(0)} if self.random.random() < 0.5 else {}
        if kind.endswith("_LIMIT"):
            fields |= {"price": self.draw_price(symbol), "tif": self.random.choice(("GTC", "GTC", "IOC", "FOK"))}
        return self.ticket(symbol, side, kind, qty=qty, **fields)

    def do_stop(self, symbol, side):
        self.place(symbol, self.stop_ticket(symbol, side, self.random.choice(STOPS), self.draw_qty(symbol)))

    def place(self, symbol, ticket):
        account = self.exchange.accounts[self.random.choice("abcde")]
        with self.exchange.transaction(self.exchange.markets[symbol]) as tx:
            place(tx, account, ticket)

    def pair(self, symbol, side, qty):
        maker = self.ticket(symbol, side, "LIMIT_MAKER", qty=qty, price=self.draw_price(symbol, 60))
        stop = self.stop_ticket(symbol, side, self.random.choice(STOPS[:2]), qty)
        return (maker, stop) if side == "SELL" else (stop, maker)

    def do_list(self, symbol, side):
        account, qty = self.exchange.accounts[self.random.choice("abcde")], self.draw_qty(symbol)
        kind = self.random.choice(("OCO", "OTO", "OTOCO", "OPO", "OPOCO"))
        pays = kind.startswith("OPO")
        other = "SELL" if pays else self.random.choice(("BUY", "SELL"))
        working = self.ticket(symbol, "BUY" if pays else side, "LIMIT", qty=qty, price=self.draw_price(symbol))
        others = self.pair(symbol, side if kind == "OCO" else other, D(0) if pays else qty)
        if kind in ("OTO", "OPO"):
            single = self.random.choice((*others, self.ticket(symbol, other, "MARKET", qty=D(0) if pays else qty)))
            others = (single,)
        wanted = ListTicket(self.draw_id(), None if kind == "OCO" else working, others, pays)
        with self.exchange.transaction(self.exchange.markets[symbol]) as tx:
            place_list(tx, account, wanted)

    def do_cancel(self, symbol):
        order = self.draw_open()
        if order is not None:
            with self.exchange.transaction(self.exchange.markets[order.rules.name]) as tx:
                cancel(tx, order, self.draw_id())

    def do_cancel_all(self, symbol):
        account = self.exchange.accounts[self.random.choice("abcde")]
        with self.exchange.transaction(self.exchange.markets[symbol]) as tx:
            for order in tuple(self.exchange.markets[symbol].blotter(account).open.values()):
                if order.is_open:
                    cancel(tx, order, self.draw_id())

    def do_replace(self, symbol, side):
        """Cancel and replace by a request, where one half may fail."""
        order = self.draw_open()
        if order is None:
            return
        symbol, kind = order.rules.name, self.random.choice(("LIMIT", "LIMIT_MAKER", "MARKET"))
        values = {"symbol": symbol, "side": side, "type": kind}
        values |= {"quantity": str(self.draw_qty(symbol)), "cancelOrderId": str(order.order_id)}
        values |= {"cancelReplaceMode": self.random.choice(("STOP_ON_FAILURE", "ALLOW_FAILURE"))}
        values |= {} if kind == "MARKET" else {"price": str(self.draw_price(symbol))}
        values |= {"timeInForce": self.random.choice(("GTC", "IOC", "FOK"))} if kind == "LIMIT" else {}
        values |= {"newClientOrderId": self.draw_id(), "cancelNewClientOrderId": self.draw_id()}
        cancel_replace(ApiRequest(self.exchange, RequestParams(values), milliseconds, order.account))

    def do_amend(self, symbol):
        order = self.draw_open()
        if order is not None:
            qty = floor_to(order.qty * self.random.randint(1, 9) / 10, order.rules.step)
            with self.exchange.transaction(self.exchange.markets[order.rules.name]) as tx:
                amend(tx, order, qty, self.draw_id())

    def do_deposit(self, symbol):
        account = self.exchange.accounts[self.random.choice("abcde")]
        asset = self.random.choice(tuple(FUNDS))
        self.exchange.move_funds(account, asset, FUNDS[asset] * self.random.randint(-5, 8) / 100)

    def order_something(self):
        """Try one new order or list."""
        symbol, side = self.random.choice(tuple(CENTRES)), self.random.choice(("BUY", "SELL"))
        name = self.random.choice(ORDERS)
        self.try_to(name, symbol, side)

    def stir(self):
        """Try something else that happens between orders."""
        self.clock.pass_ms(self.random.randint(1, 400))
        self.try_to(self.random.choice(CHANGES), self.random.choice(tuple(CENTRES)))

    def try_to(self, name, *arguments):
        try:
            getattr(self, f"do_{name}")(*arguments)
        except ApiError as error:
            self.done[f"{name}: {error.text}"] += 1
        else:
            self.done[name] += 1
