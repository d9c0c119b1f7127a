"""The exchange: all accounts and all pairs.

Everything that changes a pair happens in a `Transaction`, and is reported to `sink` at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from binance_sim.account.account import FIRST_UID, TradingAccount
from binance_sim.account.fees import BNB, FeeSchedule
from binance_sim.account.funds import Funds
from binance_sim.account.unfilled import DEFAULT_LIMITS, UnfilledCount
from binance_sim.account.wallet import Wallet
from binance_sim.clock import SimulatorClock
from binance_sim.errors import unknown_symbol
from binance_sim.market.public_trades import PublicTrade
from binance_sim.matching import liquidity
from binance_sim.matching.asset_ledger import AssetLedger
from binance_sim.matching.consequences import run_consequences
from binance_sim.matching.external_liquidity import ExternalQuote
from binance_sim.matching.orders import OrderList
from binance_sim.matching.settlement import LastPrices
from binance_sim.matching.sinks import Sink
from binance_sim.matching.symbol_market import FIRST_ORDER_ID, FIRST_TRADE_ID, SymbolMarket
from binance_sim.matching.transaction import Transaction
from binance_sim.numbers import format_plain
from binance_sim.symbols.rules import SymbolRules


class Exchange:
    """Accounts by name, pairs by symbol."""

    def __init__(self, rules: Mapping[str, SymbolRules], clock: SimulatorClock) -> None:
        self.clock, self.opened_us = clock, clock.us()
        self.markets = {name: SymbolMarket(each, clock) for name, each in rules.items()}
        self.unlisted: set[str] = set()  # pairs that are not shown to clients any more
        self.accounts: dict[str, TradingAccount] = {}
        self.wallet = Wallet()
        self.ledger = AssetLedger()
        self.prices = LastPrices(self.markets)
        self.sink = Sink()
        self.executions = 1_000_000
        self.next_list_id = 0

    # Accounts

    def open_account(
        self, name: str, balances: Mapping[str, Decimal], fees: FeeSchedule, limits: tuple[int, int] = DEFAULT_LIMITS
    ) -> TradingAccount:
        """Open an account, which lists every asset that is traded here."""
        funds = Funds(balances)
        for asset in self.assets():
            funds.list_asset(asset)
        uid = FIRST_UID + len(self.accounts)
        account = self.accounts[name] = TradingAccount(name, uid, funds, fees, UnfilledCount(self.clock, limits))
        account.updated_us = self.clock.us()
        return account

    def assets(self) -> dict[str, None]:
        """All assets of the pairs, BNB first."""
        found = {BNB: None}
        for market in self.markets.values():
            found |= {market.rules.base: None, market.rules.quote: None}
        return found

    def move_funds(self, account: TradingAccount, asset: str, change: Decimal) -> None:
        """A deposit, or a withdrawal (below zero); raises ApiError -2010 if not enough is free."""
        now = self.clock.us()
        account.funds.move(asset, change)
        account.updated_us = now
        self.sink.on_flow(account, asset, format_plain(change), now)
        self.sink.on_balances(account, (asset,), now)

    # Pairs

    def market(self, symbol: str) -> SymbolMarket:
        """The pair of this symbol; raises ApiError -1121 if it is not listed."""
        found = self.listed().get(symbol)
        if found is None:
            raise unknown_symbol()
        return found

    def listed(self) -> Mapping[str, SymbolMarket]:
        """The pairs that clients are told of."""
        if not self.unlisted:
            return self.markets
        return {symbol: market for symbol, market in self.markets.items() if symbol not in self.unlisted}

    def set_status(self, market: SymbolMarket, status: str) -> None:
        """Change a pair's status. A pair that trades again continues with the newest quote."""
        market.status = status
        quote, market.waiting_quote = market.waiting_quote, None
        if quote is not None:
            self.show_quote(market.name, quote)

    def transaction(self, market: SymbolMarket) -> Transaction:
        return Transaction(self, market, run_consequences)

    def order_lists(self, account: TradingAccount) -> list[OrderList]:
        """The account's order lists on all pairs, the oldest first."""
        lists = (each for market in self.markets.values() for each in market.blotter(account).lists.values())
        return sorted(lists, key=lambda each: each.list_id)

    def take_list_id(self) -> int:
        self.next_list_id += 1
        return self.next_list_id - 1

    # The external market

    def show_quote(self, symbol: str, quote: ExternalQuote) -> None:
        """Set the best external prices: orders that they reach trade, up to the sizes of the quote."""
        market = self.markets[symbol]
        if not market.is_trading:
            market.waiting_quote = quote
        elif market.open_orders:
            with self.transaction(market) as tx:
                liquidity.show_quote(tx, quote)
        elif market.defer_quote(quote):
            self.sink.on_top(market)

    def show_quote_again(self, market: SymbolMarket) -> None:
        """Restore the sizes of the current quote after trades."""
        if market.is_trading:
            with self.transaction(market) as tx:
                liquidity.show_quote_again(tx)

    def show_whole_book(self, market: SymbolMarket) -> None:
        """Put the whole external ladder into the book, because it is about to be read."""
        with self.transaction(market) as tx:
            liquidity.show_whole_book(tx)

    def apply_external_take(self, symbol: str, buys: bool, limit: Decimal, qty: Decimal) -> None:
        """Another market participant takes at most `qty` up (or down) to the price `limit`."""
        market = self.markets[symbol]
        if market.is_trading:
            with self.transaction(market) as tx:
                liquidity.take_externally(tx, buys, limit, qty)

    def apply_external_trade(self, symbol: str, trade: PublicTrade) -> None:
        """Others traded at this price: the accounts' orders at better prices, or earlier at this price, are filled."""
        market = self.markets[symbol]
        if market.is_replayed and not (market.open_orders and market.is_trading):
            self.sink.on_trades(market, [trade], market.history.record([trade]))
            return
        if not market.is_trading:
            return
        with self.transaction(market) as tx:
            liquidity.fill_by_external_trade(tx, trade)


def wipe(exchange: Exchange) -> None:
    """Delete orders, lists and trades, restart ids, reset balances, as a testnet does monthly. No event is sent."""
    for market in exchange.markets.values():
        _wipe_market(market)
    for account in exchange.accounts.values():
        account.funds = account.funds.copy_of_start()
    exchange.ledger = AssetLedger()
    exchange.next_list_id = 0
    exchange.sink.on_wipe()


def _wipe_market(market: SymbolMarket) -> None:
    for order in market.orders.values():
        market.book.side(order.ticket.buys).remove(order)
    market.orders.clear()
    market.waiting.clear()
    market.blotters.clear()
    market.open_orders = 0
    market.history.wipe_trades()
    past = market.history.past
    market.next_order_id, market.next_match_id = FIRST_ORDER_ID, 0
    market.next_trade_id = FIRST_TRADE_ID if past is None else past.last_id + 1
