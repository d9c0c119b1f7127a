"""Restores an exchange from a state file: accounts and keys, then orders in the order of placement."""

from collections.abc import Callable
from decimal import Decimal

from binance_sim.account.account import TradingAccount
from binance_sim.account.fees import FeeRates, FeeSchedule, PairCommission
from binance_sim.account.funds import Funds
from binance_sim.account.reserves import Reserve
from binance_sim.account.wallet import Wallet
from binance_sim.api.keys import HMAC, KeyStore, hmac_key, public_key
from binance_sim.matching.blotters import Blotter
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.orders import AccountTrade, Amendment, Order, OrderList, PreventedMatch
from binance_sim.matching.tickets import Ticket
from binance_sim.state import records
from binance_sim.state.records import Json, read_amounts, unpack
from binance_sim.state.state_file import StateError, StateFile


def restore(state_file: StateFile, exchange: Exchange, keys: KeyStore) -> None:
    """Restore everything; raises StateError if the file cannot be used."""
    try:
        StateRestorer(state_file, exchange, keys).run()
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise StateError(f"{state_file.path}: the state cannot be restored ({error!r})") from error


def load_pairs(state_file: StateFile) -> dict[str, Json]:
    """The saved elements of exchangeInfo, by symbol."""
    return dict(state_file.records(records.PAIR))


def load_bids(state_file: StateFile) -> dict[str, Decimal]:
    """The last bid of each pair."""
    return {
        symbol: Decimal(body["bid"]) for symbol, body in state_file.records(records.MARKET) if body["bid"] is not None
    }


class StateRestorer:
    """Restores one exchange, which must be new and have all pairs of the file."""

    def __init__(self, state_file: StateFile, exchange: Exchange, keys: KeyStore) -> None:
        self._state_file, self._exchange, self._keys = state_file, exchange, keys
        self._orders: dict[str, Order] = {}
        self._bodies: dict[str, Json] = {}

    def run(self) -> None:
        for kind, take in self._table():
            for key, body in self._state_file.records(kind):
                take(key, body)
        for account in self._exchange.accounts.values():
            for asset in self._exchange.assets():
                account.funds.list_asset(asset)
        by_age = sorted(self._orders.items(), key=lambda item: item[1].order_id)
        for name, order in by_age:
            self._share(order, self._bodies[name])
            self._put_back(order)
        for _, order in sorted(by_age, key=lambda item: item[1].working_us):
            self._rest(order)

    def _table(self) -> tuple[tuple[str, Callable[[str, Json], None]], ...]:
        """The kinds of records and their readers, in the order of reading."""
        return (
            (records.COUNTERS, self._counters),
            (records.LEDGER, self._ledger),
            (records.ACCOUNT, self._account),
            (records.FUNDS, self._funds),
            (records.KEY, self._key),
            (records.WALLET, self._wallet),
            (records.MARKET, self._market),
            (records.ORDER, self._order),
            (records.LIST, self._list),
            (records.TRADE, self._trade),
            (records.MATCH, self._match),
            (records.AMENDMENT, self._amendment),
        )

    def _counters(self, _: str, body: Json) -> None:
        self._exchange.executions, self._exchange.next_list_id = body["executions"], body["next_list_id"]

    def _ledger(self, asset: str, body: Json) -> None:
        ledger = self._exchange.ledger
        ledger.external[asset], ledger.commissions[asset] = Decimal(body["outside"]), Decimal(body["commissions"])

    # Accounts

    def _account(self, name: str, body: Json) -> None:
        by_symbol = {symbol: read_commission(each) for symbol, each in body["by_symbol"].items()}
        fees = FeeSchedule(read_commission(body["usual"]), body["in_bnb"], by_symbol)
        account = self._exchange.open_account(name, {}, fees, tuple(body["order_limits"]))
        account.funds = Funds({})
        account.unfilled.load(body["unfilled"])
        account.limits = read_amounts(body["limits"])
        for field in ("uid", "group", "can_trade", "updated_us", "bnb_fills"):
            setattr(account, field, body[field])

    def _funds(self, _: str, body: Json) -> None:
        asset, held = body["asset"], self._exchange.accounts[body["account"]].funds
        held.list_asset(asset)
        parts = {"free": held.free, "locked": held.locked, "start": held.start, "flows": held.flows}
        for name in parts.keys() & body.keys():
            parts[name][asset] = Decimal(body[name])

    def _key(self, api_key: str, body: Json) -> None:
        make = hmac_key if body["kind"] == HMAC else public_key
        account = self._exchange.accounts[body["account"]]
        self._keys.add(make(api_key, account, body["material"], frozenset(body["permissions"])))

    def _wallet(self, _: str, body: Json) -> None:
        self._exchange.wallet = Wallet(**unpack(Wallet, body))

    # Pairs and their orders

    def _market(self, symbol: str, body: Json) -> None:
        market = self._exchange.markets[symbol]
        market.status = body["status"]
        market.next_order_id, market.next_trade_id = body["next_order_id"], body["next_trade_id"]
        market.next_match_id = body["next_match_id"]
        history, reference = market.history, body["reference_price"]
        history.has_reference, history.reference_us = body["has_reference"], body["reference_us"]
        history.reference_price = None if reference is None else Decimal(reference)

    def _order(self, name: str, body: Json) -> None:
        market, account = self._exchange.markets[body["symbol"]], self._exchange.accounts[body["account"]]
        ticket = Ticket(rules=market.rules, **unpack(Ticket, body["ticket"]))
        reserve = read_reserve(account, body["reserve"])
        order = Order(ticket=ticket, account=account, reserve=reserve, **unpack(Order, without(body, *records.LINKED)))
        self._orders[name], self._bodies[name] = order, body

    def _list(self, _: str, body: Json) -> None:
        account, symbol = self._exchange.accounts[body["account"]], body["symbol"]

        def found(order_id: int) -> Order:
            return self._orders[f"{symbol}/{order_id}"]

        plain = {name: body[name] for name in ("list_id", "client_id", "created", "updated", "reject_reason")}
        order_list = OrderList(rules=self._exchange.markets[symbol].rules, account=account, **plain)
        order_list.status = None if body["status"] is None else tuple(body["status"])
        order_list.orders = [found(each) for each in body["orders"]]
        order_list.working = None if body["working"] is None else found(body["working"])
        order_list.pending, order_list.pair = tuple(map(found, body["pending"])), tuple(map(found, body["pair"]))
        order_list.proceeds = None if body["proceeds"] is None else read_reserve(account, body["proceeds"])
        self._exchange.markets[symbol].blotter(account).lists[order_list.list_id] = order_list
        for order in order_list.orders:
            order.order_list = order_list

    def _share(self, order: Order, body: Json) -> None:
        """Let orders share a reserve again: that of the oldest of them."""
        if body["shares"]:
            order.reserve = self._orders[f"{body['symbol']}/{min(body['shares'])}"].reserve

    def _put_back(self, order: Order) -> None:
        """Add the order to its pair and account, and to the waiting orders if it waits for a stop price."""
        market = self._exchange.markets[order.rules.name]
        market.orders[order.order_id] = order
        market.blotter(order.account).restore(order)
        market.open_orders += order.is_open
        if order.is_waiting:
            market.waiting[order.order_id] = order

    def _rest(self, order: Order) -> None:
        """Add an open order to the book; call it by the time at which orders began to work."""
        if order.is_open and order.is_working:
            self._exchange.markets[order.rules.name].book.side(order.ticket.buys).add(order)

    def _blotter(self, order: Order) -> Blotter:
        return self._exchange.markets[order.rules.name].blotter(order.account)

    # What happened to orders

    def _trade(self, _: str, body: Json) -> None:
        order = self._orders[body["order"]]
        trade = AccountTrade(order=order, **unpack(AccountTrade, without(body, "order")))
        order.trades.append(trade)
        self._blotter(order).trades.append(trade)

    def _match(self, _: str, body: Json) -> None:
        taker, maker = self._orders[body["taker"]], self._orders[body["maker"]]
        match = PreventedMatch(taker=taker, maker=maker, **unpack(PreventedMatch, without(body, "taker", "maker")))
        for blotter in dict.fromkeys((self._blotter(taker), self._blotter(maker))):
            blotter.prevented.append(match)
        taker.matches.append(match)
        if match.maker_qty:
            maker.matches.append(match)

    def _amendment(self, _: str, body: Json) -> None:
        order = self._orders[body["order"]]
        amendment = Amendment(order=order, **unpack(Amendment, without(body, "order")))
        self._blotter(order).amendments.append(amendment)


def without(body: Json, *names: str) -> Json:
    return {name: value for name, value in body.items() if name not in names}


def read_reserve(account: TradingAccount, body: Json) -> Reserve:
    return Reserve(account.funds, body["asset"], Decimal(body["amount"]), body["holders"])


def read_commission(body: Json) -> PairCommission:
    parts = {name: FeeRates(**read_amounts(body[name])) for name in ("standard", "special", "tax")}
    return PairCommission(**parts, discounted=body["discounted"])
