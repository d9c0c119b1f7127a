"""Best bids and asks in the journal, of the pairs that value commissions in a third asset.

To keep the journal small, there are at most ten lines a second for each pair, and one for each such commission.
"""

from binance_sim.account.fees import BNB
from binance_sim.clock import SimulatorClock
from binance_sim.journal.writer import Journal
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.sinks import ExecutionEvent, Sink
from binance_sim.matching.symbol_market import SymbolMarket
from binance_sim.numbers import format_plain

EVERY_US = 100_000


class BookTopJournal(Sink):
    """Writes the lines `top`."""

    def __init__(self, exchange: Exchange, journal: Journal) -> None:
        self._exchange, self._journal = exchange, journal
        self._clock: SimulatorClock = exchange.clock
        self._written: dict[str, int] = {}

    def on_top(self, market: SymbolMarket) -> None:
        if not self._journal.is_on or market.rules.base != BNB:
            return
        now = self._clock.us()
        if now - self._written.get(market.name, 0) >= EVERY_US:
            self._write(market, now)

    def on_execution(self, execution: ExecutionEvent) -> None:
        trade, rules = execution.trade, execution.order.rules
        if not self._journal.is_on or trade is None or trade.commission_asset in (rules.base, rules.quote):
            return
        market = self._exchange.markets.get(trade.commission_asset + rules.quote)
        if market is not None:
            self._write(market, self._clock.us())

    def _write(self, market: SymbolMarket, now: int) -> None:
        self._written[market.name] = now
        bid, _, ask, _ = market.book.top()
        self._journal.write("top", symbol=market.name, bid=format_plain(bid), ask=format_plain(ask))
