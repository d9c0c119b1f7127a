"""Facts at the start of the journal, and their changes: pairs, accounts, fees, orders of an earlier process."""

from typing import Any

from binance_sim import __version__
from binance_sim.account.account import TradingAccount
from binance_sim.account.fees import FeeRates, PairCommission
from binance_sim.api.shapes.orders import order_row, own_trade_row
from binance_sim.clock import milliseconds
from binance_sim.journal.writer import FORMAT, Journal
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import format_plain

Json = dict[str, Any]


class JournalFacts:
    """Writes the lines `start`, `pair`, `account`, `fees` and `carried`."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def write_start(self, exchange: Exchange, seed: str, *, resumed: bool = False, round_trip_ms: float = 0) -> None:
        """Write all facts; `resumed` means that the exchange continues with the state of an earlier process."""
        self._journal.write(
            "start", format=FORMAT, version=__version__, seed=seed, resumed=resumed, round_trip_ms=round_trip_ms
        )
        for market in exchange.markets.values():
            self.write_pair(market)
        for account in exchange.accounts.values():
            self.write_account(account)
            self._write_carried(exchange, account)

    def _write_carried(self, exchange: Exchange, account: TradingAccount) -> None:
        """Orders of an earlier process, with their trades."""
        for symbol, market in exchange.markets.items():
            for order in market.blotter(account).orders.values():
                body = order_row(order, milliseconds)
                trades = [own_trade_row(each, milliseconds) for each in order.trades]
                self._journal.write("carried", account=account.name, symbol=symbol, body=body, trades=trades)

    def write_pair(self, market: SymbolMarket) -> None:
        """A pair's assets, status and filters, at the start and when they change."""
        rules = market.rules
        filters = [dict(each) for each in rules.document["filters"]]
        assets = {"base": rules.base, "quote": rules.quote}
        self._journal.write("pair", symbol=market.name, **assets, status=market.status, filters=filters)

    def write_account(self, account: TradingAccount) -> None:
        balances = {asset: format_plain(account.funds.total(asset)) for asset in account.funds.free}
        self._journal.write("account", account=account.name, uid=account.uid, balances=balances)
        self.write_fees(account)

    def write_fees(self, account: TradingAccount) -> None:
        """An account's commission rates, at the start and when they change."""
        found = account.fees
        by_symbol = {symbol: commission_fields(each) for symbol, each in found.by_symbol.items()}
        usual = commission_fields(found.usual)
        self._journal.write("fees", account=account.name, in_bnb=found.in_bnb, usual=usual, by_symbol=by_symbol)


def commission_fields(commission: PairCommission) -> Json:
    return {
        "standard": _rates(commission.standard),
        "special": _rates(commission.special),
        "tax": _rates(commission.tax),
        "discounted": commission.discounted,
    }


def _rates(rates: FeeRates) -> Json:
    return {
        "maker": format_plain(rates.maker),
        "taker": format_plain(rates.taker),
        "buyer": format_plain(rates.buyer),
        "seller": format_plain(rates.seller),
    }
