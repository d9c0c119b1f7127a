"""From whole numbers to amounts: candles and trades as the exchange shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from binance_sim.market.candle import Candle
from binance_sim.market.public_trades import PublicTrade
from binance_sim.numbers import ATOM, EXACT
from binance_sim.past.second import trades_of
from binance_sim.past.stretch import Stretch
from binance_sim.symbols.rules import SymbolRules

SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Units:
    """A tick, and a lot: so many steps that a tick times a lot has at most eight decimals, as every amount has."""

    tick: Decimal
    lot: Decimal

    def candle(self, each: Stretch) -> Candle:
        value = EXACT.multiply(self.tick, self.lot)
        return Candle(
            start=each.start * SECOND_US,
            open=EXACT.multiply(self.tick, each.open),
            high=EXACT.multiply(self.tick, each.high),
            low=EXACT.multiply(self.tick, each.low),
            close=EXACT.multiply(self.tick, each.close),
            volume=EXACT.multiply(self.lot, each.buys.qty + each.sells.qty),
            quote=EXACT.multiply(value, each.buys.value + each.sells.value),
            taker_base=EXACT.multiply(self.lot, each.buys.qty),
            taker_quote=EXACT.multiply(value, each.buys.value),
            count=each.count,
            first_id=each.first_id,
            last_id=each.last_id,
        )

    def trades(self, second: Stretch, seed: str) -> Iterator[PublicTrade]:
        """The trades of a second, at even distances within it."""
        made = trades_of(second, seed)
        for index, each in enumerate(made):
            price, qty = EXACT.multiply(self.tick, each.price), EXACT.multiply(self.lot, each.qty)
            time = second.start * SECOND_US + SECOND_US * (2 * index + 1) // (2 * len(made))
            quote = EXACT.multiply(price, qty)
            yield PublicTrade(second.first_id + index, price, qty, quote, time, buyer_is_maker=not each.buys)


def units_of(rules: SymbolRules) -> Units:
    tick, lot = rules.tick or ATOM, rules.step or ATOM
    while EXACT.multiply(tick, lot) % ATOM:
        lot *= 10
    return Units(tick, lot)
