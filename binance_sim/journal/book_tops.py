"""Best bids and asks in the journal, of the pairs that value commissions in a third asset.

To keep the journal small, there are at most ten lines a second for each pair, and one for each such commission. A bid
that is lower than that of the newest line is written at once all the same, however short it stands: a client may have
been shown it. So no bid was lower than the newest line then.
"""

from decimal import Decimal

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
        self._newest: dict[str, tuple[int, Decimal]] = {}  # by pair: when its newest line was written (us), its bid

    def on_top(self, market: SymbolMarket) -> None:
        if not self._journal.is_on or market.rules.base != BNB:
            return
        now, bid = self._clock.us(), market.book.top()[0]
        at, least = self._newest.get(market.name, (0, bid))
        if now - at >= EVERY_US or bid < least:
            self._write(market, now)

    def on_execution(self, execution: ExecutionEvent) -> None:
        trade, rules = execution.trade, execution.order.rules
        if not self._journal.is_on or trade is None or trade.commission_asset in (rules.base, rules.quote):
            return
        market = self._exchange.markets.get(trade.commission_asset + rules.quote)
        if market is not None:
            self._write(market, self._clock.us())

    def _write(self, market: SymbolMarket, now: int) -> None:
        """Nothing while nobody buys: that is no price."""
        bid, _, ask, _ = market.book.top()
        if bid:
            self._newest[market.name] = now, bid
            self._journal.write("top", symbol=market.name, bid=format_plain(bid), ask=format_plain(ask))
