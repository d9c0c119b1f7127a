"""The past of each pair that a price walk moves: it ends at the walk's first price, and is as busy as the walk."""

from statistics import fmean

from binance_sim.matching.exchange import Exchange
from binance_sim.matching.symbol_market import FIRST_TRADE_ID, SymbolMarket
from binance_sim.past.past import BEGINNING_S, SECOND_US, Ending, Past, most_trades_since_beginning
from binance_sim.past.units import units_of
from binance_sim.past.volumes import Activity
from binance_sim.sources.walk import TAKERS, PriceWalk

# Trades in a second, however slow or fast the walk is.
FEWEST, MOST = 8.0, 40.0


def give_past(exchange: Exchange, walk: PriceWalk, seed: str, step_s: float) -> None:
    """Give the walk's pair a past that ends with the second before this one; without trades on it so far."""
    market, end = exchange.markets[walk.symbol], exchange.clock.us() // SECOND_US
    if end > BEGINNING_S:
        market.follow(_past(market, walk, seed, end, step_s))


def _past(market: SymbolMarket, walk: PriceWalk, seed: str, end: int, step_s: float) -> Past:
    """Trade ids grow with time, so that those of a later process with the same state file are higher."""
    units, bid = units_of(market.rules), walk.first_bid
    trades = min(max(fmean(TAKERS) / max(step_s, 0.001), FEWEST), MOST)
    activity = Activity(trades, walk.usual_trade / float(bid * units.lot))
    last_id = max(FIRST_TRADE_ID + most_trades_since_beginning(activity, end), market.next_trade_id - 1)
    ending = Ending(end, int((bid / units.tick).to_integral_value()), last_id)
    return Past(units, f"past/{seed}/{market.name}", activity, ending)
