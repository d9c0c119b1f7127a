"""What the journal begins with, and what is said of each account: all that a judge needs besides the events."""

from typing import Any

from binance_sim.account.account import Account
from binance_sim.account.fees import Commission, Rates
from binance_sim.api.shapes.orders import own_trade, queried
from binance_sim.clock import milliseconds
from binance_sim.journal.writer import FORMAT, Journal
from binance_sim.matching.desks import Desk
from binance_sim.matching.exchange import Exchange
from binance_sim.numbers import plain
from lotkeeper.version import __version__

Json = dict[str, Any]


class Openings:
    """Writes the lines `start`, `pair`, `account`, `fees` and `carried`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def begin(self, exchange: Exchange, seed: str, *, resumed: bool = False) -> None:
        """`resumed` is an exchange that took up what an earlier one left."""
        self._journal.write("start", format=FORMAT, version=__version__, seed=seed, resumed=resumed)
        for desk in exchange.desks.values():
            self.pair(desk)
        for account in exchange.accounts.values():
            self.account(account)
            self._carried(account)

    def _carried(self, account: Account) -> None:
        """Orders of an earlier life, with their trades."""
        for symbol, blotter in account.blotters.items():
            for order in blotter.orders.values():
                body = queried(order, milliseconds)
                trades = [own_trade(each, milliseconds) for each in order.trades]
                self._journal.write("carried", account=account.name, symbol=symbol, body=body, trades=trades)

    def pair(self, desk: Desk) -> None:
        """A pair's assets, status and filters, also when they change."""
        rules = desk.rules
        filters = [dict(each) for each in rules.document["filters"]]
        assets = {"base": rules.base, "quote": rules.quote}
        self._journal.write("pair", symbol=desk.name, **assets, status=desk.status, filters=filters)

    def account(self, account: Account) -> None:
        balances = {asset: plain(account.funds.total(asset)) for asset in account.funds.free}
        self._journal.write("account", account=account.name, uid=account.uid, balances=balances)
        self.fees(account)

    def fees(self, account: Account) -> None:
        """An account's commission rates, also when they change."""
        found = account.fees
        by_symbol = {symbol: described(each) for symbol, each in found.by_symbol.items()}
        usual = described(found.usual)
        self._journal.write("fees", account=account.name, in_bnb=found.in_bnb, usual=usual, by_symbol=by_symbol)


def described(commission: Commission) -> Json:
    return {
        "standard": _rates(commission.standard),
        "special": _rates(commission.special),
        "tax": _rates(commission.tax),
        "discounted": commission.discounted,
    }


def _rates(rates: Rates) -> Json:
    return {
        "maker": plain(rates.maker),
        "taker": plain(rates.taker),
        "buyer": plain(rates.buyer),
        "seller": plain(rates.seller),
    }
