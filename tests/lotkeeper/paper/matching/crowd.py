"""A crowd of accounts that orders at random, and what has to be true after whatever they did."""

import random
from collections import Counter, defaultdict
from decimal import Decimal as D

from lotkeeper.paper.account.fees import Commission, Fees, Rates
from lotkeeper.paper.clock import FixedClock
from lotkeeper.paper.errors import ApiError
from lotkeeper.paper.market.prints import Print
from lotkeeper.paper.matching.amending import amend
from lotkeeper.paper.matching.ending import cancel
from lotkeeper.paper.matching.exchange import Exchange
from lotkeeper.paper.matching.listing import ListTicket, place_list
from lotkeeper.paper.matching.outside import Quote
from lotkeeper.paper.matching.placing import place
from lotkeeper.paper.matching.tickets import Ticket
from lotkeeper.paper.numbers import floor_to, quote_amount
from lotkeeper.paper.symbols.catalogue import usual_document
from lotkeeper.paper.symbols.rules import rules_of

CENTRES = {"BTCUSDT": D(60000), "ETHBTC": D("0.04"), "BNBUSDT": D(600)}
FUNDS = {"USDT": D(400_000), "BTC": D(8), "ETH": D(150), "BNB": D(40)}
STP = ("NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT", "TRANSFER")
STOPS = ("STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")


def roomy_rules(symbol):
    """The pair's usual rules, with room for many orders and every self-trade prevention mode."""
    document = usual_document(symbol)
    document["allowedSelfTradePreventionModes"] = list(STP)
    for each in document["filters"]:
        if each["filterType"].startswith("MAX_NUM"):
            name = next(name for name in each if name != "filterType")
            each[name] = 60
    return rules_of(document)


def fees(in_bnb):
    """All three parts, with rates of many digits."""
    standard = Rates(D("0.00075"), D("0.001"), D("0.00000001"), D("0.00000003"))
    return Fees(Commission(standard, Rates(taker=D("0.0001")), Rates(buyer=D("0.00003"))), in_bnb)


class Crowd:
    """Accounts "a" to "e" at one exchange; "b" and "c" share a trade group. The same seed does the same."""

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

    # Draws

    def draw_price(self, symbol, spread=40):
        rules = self.exchange.desks[symbol].rules
        share = 1 + D(self.random.randint(-spread, spread)) / 10_000
        return floor_to(CENTRES[symbol] * share, rules.tick)

    def draw_qty(self, symbol):
        rules = self.exchange.desks[symbol].rules
        worth = D(self.random.choice((20, 60, 200, 1500, 9000))) * (1 + D(self.random.randint(0, 99)) / 100)
        in_quote = worth if symbol.endswith("USDT") else worth / 60000
        return max(floor_to(in_quote / CENTRES[symbol], rules.step), rules.step)

    def draw_id(self):
        self.count += 1
        return f"order-{self.count}"

    def draw_open(self):
        account = self.exchange.accounts[self.random.choice("abcde")]
        symbol = self.random.choice(tuple(CENTRES))
        orders = tuple(account.blotter(symbol).open.values())
        return self.random.choice(orders) if orders else None

    def ticket(self, symbol, side, kind, **more):
        fields = {"tif": "GTC", "client_id": self.draw_id(), "stp": self.random.choice(STP)}
        return Ticket(self.exchange.desks[symbol].rules, side, kind, **(fields | more))

    # What is done

    def do_quote(self, symbol):
        bid = self.draw_price(symbol, 25)
        tick = self.exchange.desks[symbol].rules.tick
        sizes = (self.draw_qty(symbol) * self.random.randint(1, 4) for _ in range(2))
        bid_qty, ask_qty = sizes
        self.count += 1
        quote = Quote(bid, bid_qty, bid + tick * self.random.randint(1, 6), ask_qty, self.count)
        self.exchange.quote(symbol, quote)

    def do_print(self, symbol):
        price, qty = self.draw_price(symbol, 25), self.draw_qty(symbol)
        maker = self.random.random() < 0.5
        trade = Print(0, price, qty, quote_amount(price, qty), self.clock.us(), maker)
        self.exchange.printed(symbol, trade)

    def do_take(self, symbol):
        buys = self.random.random() < 0.5
        self.exchange.taken(symbol, buys, self.draw_price(symbol), self.draw_qty(symbol))

    def do_limit(self, symbol, side):
        kind = self.random.choice(("LIMIT", "LIMIT", "LIMIT", "LIMIT_MAKER"))
        tif = self.random.choice(("GTC", "GTC", "GTC", "IOC", "FOK")) if kind == "LIMIT" else "GTC"
        qty = self.draw_qty(symbol)
        iceberg = qty if tif == "GTC" and self.random.random() < 0.2 else D(0)
        step = self.exchange.desks[symbol].rules.step
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
        with self.exchange.transaction(self.exchange.desks[symbol]) as tx:
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
        with self.exchange.transaction(self.exchange.desks[symbol]) as tx:
            place_list(tx, account, wanted)

    def do_cancel(self, symbol):
        order = self.draw_open()
        if order is not None:
            with self.exchange.transaction(self.exchange.desks[order.rules.name]) as tx:
                cancel(tx, order, self.draw_id())

    def do_amend(self, symbol):
        order = self.draw_open()
        if order is not None:
            qty = floor_to(order.qty * self.random.randint(1, 9) / 10, order.rules.step)
            with self.exchange.transaction(self.exchange.desks[order.rules.name]) as tx:
                amend(tx, order, qty, self.draw_id())

    def do_deposit(self, symbol):
        account = self.exchange.accounts[self.random.choice("abcde")]
        asset = self.random.choice(tuple(FUNDS))
        self.exchange.move_funds(account, asset, FUNDS[asset] * self.random.randint(-5, 8) / 100)

    def order_something(self):
        """One new order or list, whatever becomes of it."""
        symbol, side = self.random.choice(tuple(CENTRES)), self.random.choice(("BUY", "SELL"))
        name = self.random.choice(("limit", "limit", "limit", "limit", "market", "market", "stop", "list"))
        self.try_to(name, symbol, side)

    def stir(self):
        """Something else that happens between orders."""
        self.clock.pass_ms(self.random.randint(1, 400))
        name = self.random.choice(("quote", "quote", "print", "take", "cancel", "cancel", "cancel", "amend", "deposit"))
        self.try_to(name, self.random.choice(tuple(CENTRES)))

    def try_to(self, name, *arguments):
        try:
            getattr(self, f"do_{name}")(*arguments)
        except ApiError as error:
            self.done[f"{name}: {error.text}"] += 1
        else:
            self.done[name] += 1

    # What has to be true

    def check(self, every_order=True):
        """Everything; without `every_order`, orders that ended long ago are not looked at again."""
        self.check_assets()
        for desk in self.exchange.desks.values():
            assert not desk.book.is_crossed()
            check_book(desk)
            accounts = self.exchange.accounts.values()
            still = (order for account in accounts for order in account.blotter(desk.name).open.values())
            check_orders(desk, desk.orders.values() if every_order else still)

    def check_assets(self):
        """No asset came from nowhere and none is lost; what is locked is what open orders hold."""
        assert self.exchange.ledger.surplus(self.exchange.accounts.values()) == {}
        for account in self.exchange.accounts.values():
            assert min(account.funds.free.values()) >= 0
            assert {asset: held for asset, held in account.funds.locked.items() if held} == reserved(account)


def reserved(account):
    """What the account's open orders and lists hold, by asset; a shared reserve counts once."""
    found, total = {}, defaultdict(D)
    for symbol in CENTRES:
        for order in account.blotter(symbol).open.values():
            found[id(order.reserve)] = order.reserve
            assert order.is_open
    for whole in account.lists.values():
        if whole.proceeds is not None:
            found[id(whole.proceeds)] = whole.proceeds
    for reserve in found.values():
        assert reserve.amount >= 0
        total[reserve.asset] += reserve.amount
    return {asset: held for asset, held in total.items() if held}


def check_book(desk):
    """Each level's total is right, prices are in order, nothing rests that is used up."""
    for buys in (True, False):
        prices = []
        for level in desk.book.side(buys).from_best():
            prices.append(level.price)
            assert level.total == sum(each.shown for each in level.queue.values())
            assert all(each.shown > 0 and each.price == level.price for each in level.queue.values())
        assert prices == sorted(prices, reverse=buys)


def check_orders(desk, orders):
    """The book holds just what is open and working; what waits for a price is where it should be."""
    for order in orders:
        assert order.filled + order.prevented <= order.qty or order.is_pending
        level = desk.book.side(order.ticket.buys).at(order.price)
        rests = level is not None and id(order) in level.queue
        assert rests == (order.is_open and order.is_working)
        assert order.is_waiting == (order.order_id in desk.waiting)
