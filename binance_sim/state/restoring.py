"""From the file to a running exchange: accounts and keys, then orders in the order in which they were placed."""

from collections.abc import Callable
from decimal import Decimal

from binance_sim.account.account import Account
from binance_sim.account.fees import Commission, Fees, Rates
from binance_sim.account.funds import Funds
from binance_sim.account.reserves import Reserve
from binance_sim.api.keys import HMAC, Keys, hmac_key, public_key
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.lists import OrderList
from binance_sim.matching.orders import Amendment, Order, PreventedMatch, Trade
from binance_sim.matching.tickets import Ticket
from binance_sim.state import writing
from binance_sim.state.packing import Json, read_amounts, unpack
from binance_sim.state.shelf import Shelf, StateError


def restore(shelf: Shelf, exchange: Exchange, keys: Keys) -> None:
    """Take up all that was kept; raises StateError where it cannot be."""
    try:
        Restoring(shelf, exchange, keys).run()
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise StateError(f"{shelf.path}: what was kept cannot be taken up ({error!r})") from error


def kept_pairs(shelf: Shelf) -> dict[str, Json]:
    """The elements of exchangeInfo that were kept, by symbol."""
    return dict(shelf.things(writing.PAIR))


def kept_bids(shelf: Shelf) -> dict[str, Decimal]:
    """The last bid of each pair."""
    return {symbol: Decimal(body["bid"]) for symbol, body in shelf.things(writing.DESK) if body["bid"] is not None}


class Restoring:
    """One pass; the exchange must be new, with all pairs that the file has."""

    def __init__(self, shelf: Shelf, exchange: Exchange, keys: Keys) -> None:
        self._shelf, self._exchange, self._keys = shelf, exchange, keys
        self._orders: dict[str, Order] = {}
        self._bodies: dict[str, Json] = {}

    def run(self) -> None:
        for kind, take in self._table():
            for key, body in self._shelf.things(kind):
                take(key, body)
        for account in self._exchange.accounts.values():
            for asset in self._exchange.assets():
                account.funds.know(asset)
        by_age = sorted(self._orders.items(), key=lambda item: item[1].order_id)
        for name, order in by_age:
            self._share(order, self._bodies[name])
            self._put_back(order)
        for _, order in sorted(by_age, key=lambda item: item[1].working_us):
            self._rest(order)

    def _table(self) -> tuple[tuple[str, Callable[[str, Json], None]], ...]:
        """What is taken up, in this order."""
        return (
            (writing.COUNTERS, self._counters),
            (writing.LEDGER, self._ledger),
            (writing.ACCOUNT, self._account),
            (writing.FUNDS, self._funds),
            (writing.KEY, self._key),
            (writing.DESK, self._desk),
            (writing.ORDER, self._order),
            (writing.LIST, self._list),
            (writing.TRADE, self._trade),
            (writing.MATCH, self._match),
            (writing.AMENDMENT, self._amendment),
        )

    def _counters(self, _: str, body: Json) -> None:
        self._exchange.executions, self._exchange.next_list_id = body["executions"], body["next_list_id"]

    def _ledger(self, asset: str, body: Json) -> None:
        ledger = self._exchange.ledger
        ledger.outside[asset], ledger.commissions[asset] = Decimal(body["outside"]), Decimal(body["commissions"])

    # Accounts

    def _account(self, name: str, body: Json) -> None:
        by_symbol = {symbol: read_commission(each) for symbol, each in body["by_symbol"].items()}
        fees = Fees(read_commission(body["usual"]), body["in_bnb"], by_symbol)
        account = self._exchange.open_account(name, {}, fees, tuple(body["order_limits"]))
        account.funds = Funds({})
        account.unfilled.take_up(body["unfilled"])
        account.limits = read_amounts(body["limits"])
        for field in ("uid", "group", "can_trade", "updated_us", "bnb_fills"):
            setattr(account, field, body[field])

    def _funds(self, _: str, body: Json) -> None:
        asset, held = body["asset"], self._exchange.accounts[body["account"]].funds
        held.know(asset)
        parts = {"free": held.free, "locked": held.locked, "start": held.start, "flows": held.flows}
        for name in parts.keys() & body.keys():
            parts[name][asset] = Decimal(body[name])

    def _key(self, api_key: str, body: Json) -> None:
        make = hmac_key if body["kind"] == HMAC else public_key
        account = self._exchange.accounts[body["account"]]
        self._keys.add(make(api_key, account, body["material"], frozenset(body["permissions"])))

    # Pairs and their orders

    def _desk(self, symbol: str, body: Json) -> None:
        desk = self._exchange.desks[symbol]
        desk.status = body["status"]
        desk.next_order_id, desk.next_trade_id = body["next_order_id"], body["next_trade_id"]
        desk.next_match_id = body["next_match_id"]
        market, reference = desk.market, body["reference_price"]
        market.has_reference, market.reference_us = body["has_reference"], body["reference_us"]
        market.reference_price = None if reference is None else Decimal(reference)

    def _order(self, name: str, body: Json) -> None:
        desk, account = self._exchange.desks[body["symbol"]], self._exchange.accounts[body["account"]]
        ticket = Ticket(rules=desk.rules, **unpack(Ticket, body["ticket"]))
        reserve = read_reserve(account, body["reserve"])
        order = Order(ticket=ticket, account=account, reserve=reserve, **unpack(Order, without(body, *writing.LINKED)))
        self._orders[name], self._bodies[name] = order, body

    def _list(self, _: str, body: Json) -> None:
        account, symbol = self._exchange.accounts[body["account"]], body["symbol"]

        def found(order_id: int) -> Order:
            return self._orders[f"{symbol}/{order_id}"]

        plain = {name: body[name] for name in ("list_id", "client_id", "created", "updated", "reject_reason")}
        whole = OrderList(rules=self._exchange.desks[symbol].rules, account=account, **plain)
        whole.status = None if body["status"] is None else tuple(body["status"])
        whole.orders = [found(each) for each in body["orders"]]
        whole.working = None if body["working"] is None else found(body["working"])
        whole.pending, whole.pair = tuple(map(found, body["pending"])), tuple(map(found, body["pair"]))
        whole.proceeds = None if body["proceeds"] is None else read_reserve(account, body["proceeds"])
        account.lists[whole.list_id] = whole
        for order in whole.orders:
            order.order_list = whole

    def _share(self, order: Order, body: Json) -> None:
        """The orders that hold one reserve hold the same object again: that of the oldest."""
        if body["shares"]:
            order.reserve = self._orders[f"{body['symbol']}/{min(body['shares'])}"].reserve

    def _put_back(self, order: Order) -> None:
        """Among the orders of its pair and account and, while it waits for a price, among those that do."""
        desk = self._exchange.desks[order.rules.name]
        desk.orders[order.order_id] = order
        order.account.blotter(desk.name).take_up(order)
        desk.open_orders += order.is_open
        if order.is_waiting:
            desk.waiting[order.order_id] = order

    def _rest(self, order: Order) -> None:
        """Into the book, by the time at which it began to work."""
        if order.is_open and order.is_working:
            self._exchange.desks[order.rules.name].book.side(order.ticket.buys).add(order)

    # What happened to orders

    def _trade(self, _: str, body: Json) -> None:
        order = self._orders[body["order"]]
        trade = Trade(order=order, **unpack(Trade, without(body, "order")))
        order.trades.append(trade)
        order.account.blotter(order.rules.name).trades.append(trade)

    def _match(self, _: str, body: Json) -> None:
        taker, maker = self._orders[body["taker"]], self._orders[body["maker"]]
        match = PreventedMatch(taker=taker, maker=maker, **unpack(PreventedMatch, without(body, "taker", "maker")))
        for account in dict.fromkeys((taker.account, maker.account)):
            account.blotter(taker.rules.name).prevented.append(match)
        taker.matches.append(match)
        if match.maker_qty:
            maker.matches.append(match)

    def _amendment(self, _: str, body: Json) -> None:
        order = self._orders[body["order"]]
        amendment = Amendment(order=order, **unpack(Amendment, without(body, "order")))
        order.account.blotter(order.rules.name).amendments.append(amendment)


def without(body: Json, *names: str) -> Json:
    return {name: value for name, value in body.items() if name not in names}


def read_reserve(account: Account, body: Json) -> Reserve:
    return Reserve(account.funds, body["asset"], Decimal(body["amount"]), body["holders"])


def read_commission(body: Json) -> Commission:
    parts = {name: Rates(**read_amounts(body[name])) for name in ("standard", "special", "tax")}
    return Commission(**parts, discounted=body["discounted"])
