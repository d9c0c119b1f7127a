"""Best bids and asks of the pairs that commissions in a third asset are valued by, in the journal.

Every change would drown the rest: at most ten a second of each pair, and what stood when such a commission was charged.
"""

from binance_sim.account.fees import BNB
from binance_sim.clock import Clock
from binance_sim.journal.writer import Journal
from binance_sim.matching.desks import Desk
from binance_sim.matching.exchange import Exchange
from binance_sim.matching.sinks import Execution, Sink
from binance_sim.numbers import plain

EVERY_US = 100_000


class Tops(Sink):
    """Writes the lines `top`."""

    def __init__(self, exchange: Exchange, journal: Journal) -> None:
        self._exchange, self._journal = exchange, journal
        self._clock: Clock = exchange.clock
        self._written: dict[str, int] = {}

    def top(self, desk: Desk) -> None:
        if not self._journal.is_on or desk.rules.base != BNB:
            return
        now = self._clock.us()
        if now - self._written.get(desk.name, 0) >= EVERY_US:
            self._write(desk, now)

    def execution(self, execution: Execution) -> None:
        trade, rules = execution.trade, execution.order.rules
        if not self._journal.is_on or trade is None or trade.commission_asset in (rules.base, rules.quote):
            return
        desk = self._exchange.desks.get(trade.commission_asset + rules.quote)
        if desk is not None:
            self._write(desk, self._clock.us())

    def _write(self, desk: Desk, now: int) -> None:
        self._written[desk.name] = now
        bid, _, ask, _ = desk.book.top()
        self._journal.write("top", symbol=desk.name, bid=plain(bid), ask=plain(ask))
