"""The exchange itself: all accounts and all desks, and what can be asked of them.

Whatever changes a pair happens in a `Transaction`; what happens is told to `sink` at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from binance_sim.account.account import FIRST_UID, Account
from binance_sim.account.fees import BNB, Fees
from binance_sim.account.funds import Funds
from binance_sim.account.unfilled import DEFAULT_LIMITS, UnfilledCount
from binance_sim.clock import Clock
from binance_sim.errors import unknown_symbol
from binance_sim.market.prints import Print
from binance_sim.matching import liquidity
from binance_sim.matching.desks import Desk
from binance_sim.matching.ledger import Ledger
from binance_sim.matching.outside import Quote
from binance_sim.matching.prices import Prices
from binance_sim.matching.sinks import Sink
from binance_sim.matching.transaction import Transaction
from binance_sim.numbers import plain
from binance_sim.symbols.rules import Rules


class Exchange:
    """Accounts by name, desks by symbol."""

    def __init__(self, rules: Mapping[str, Rules], clock: Clock) -> None:
        self.clock = clock
        self.desks = {name: Desk(each, clock) for name, each in rules.items()}
        self.accounts: dict[str, Account] = {}
        self.ledger = Ledger()
        self.prices = Prices(self.desks)
        self.sink = Sink()
        self.executions = 1_000_000
        self.next_list_id = 0

    # Accounts

    def open_account(
        self, name: str, balances: Mapping[str, Decimal], fees: Fees, limits: tuple[int, int] = DEFAULT_LIMITS
    ) -> Account:
        """A new account; it lists every asset that is traded here."""
        funds = Funds(balances)
        for asset in self.assets():
            funds.know(asset)
        uid = FIRST_UID + len(self.accounts)
        account = self.accounts[name] = Account(name, uid, funds, fees, UnfilledCount(self.clock, limits))
        account.updated_us = self.clock.us()
        return account

    def assets(self) -> dict[str, None]:
        """All assets of the pairs, BNB first."""
        found = {BNB: None}
        for desk in self.desks.values():
            found |= {desk.rules.base: None, desk.rules.quote: None}
        return found

    def move_funds(self, account: Account, asset: str, change: Decimal) -> None:
        """A deposit, or a withdrawal (below zero); raises ApiError -2010 if that much is not free."""
        now = self.clock.us()
        account.funds.move(asset, change)
        account.updated_us = now
        self.sink.flow(account, asset, plain(change), now)
        self.sink.balances(account, (asset,), now)

    # Pairs

    def desk(self, symbol: str) -> Desk:
        """Raises ApiError -1121 for a pair that is not listed."""
        found = self.desks.get(symbol)
        if found is None:
            raise unknown_symbol()
        return found

    def set_status(self, desk: Desk, status: str) -> None:
        """A pair that trades again goes on with the newest quote."""
        desk.status = status
        quote, desk.parked = desk.parked, None
        if quote is not None:
            self.quote(desk.name, quote)

    def transaction(self, desk: Desk) -> Transaction:
        return Transaction(self, desk)

    def take_list_id(self) -> int:
        self.next_list_id += 1
        return self.next_list_id - 1

    # The market outside

    def quote(self, symbol: str, quote: Quote) -> None:
        """The top of the book outside is now `quote`: orders that it reaches trade, at most what it shows."""
        desk = self.desks[symbol]
        if not desk.is_trading:
            desk.parked = quote
        elif desk.open_orders:
            with self.transaction(desk) as tx:
                liquidity.show(tx, quote)
        elif desk.put_off(quote):
            self.sink.top(desk)

    def show_again(self, desk: Desk) -> None:
        """Fill up what was taken from a quote that still stands."""
        if desk.is_trading:
            with self.transaction(desk) as tx:
                liquidity.show_again(tx)

    def deepen(self, desk: Desk) -> None:
        """Have the whole book stand, for whoever looks at it."""
        with self.transaction(desk) as tx:
            liquidity.deepen(tx)

    def taken(self, symbol: str, buys: bool, limit: Decimal, qty: Decimal) -> None:
        """Someone outside takes at most `qty` up (or down) to `limit`."""
        desk = self.desks[symbol]
        if desk.is_trading:
            with self.transaction(desk) as tx:
                liquidity.take_outside(tx, buys, limit, qty)

    def printed(self, symbol: str, trade: Print) -> None:
        """Someone outside traded at that price: orders that stood better, or as well and earlier, were served."""
        desk = self.desks[symbol]
        if desk.is_replayed and not (desk.open_orders and desk.is_trading):
            self.sink.trades(desk, [trade], desk.market.record([trade]))
            return
        if not desk.is_trading:
            return
        with self.transaction(desk) as tx:
            liquidity.pass_through(tx, trade)
