"""Why the exchange would refuse an order, for people: a price outside the band around its reference price comes first.

Both ends of the band are allowed (Binance filters.md, PERCENT_PRICE and PERCENT_PRICE_BY_SIDE).
"""

from decimal import Decimal

from lotkeeper.trading.filters.base import Draft, FilterRefusal, MarketContext
from lotkeeper.trading.money import Ratio, floor_to, plain, product, ratio_ceil_to
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.pair import BAND_FILTERS, TradePair

_NAMES = frozenset(each.name for each in BAND_FILTERS)


def why_refused(pair: TradePair, draft: Draft, around: MarketContext) -> str:
    """What is wrong with the order and what is allowed; empty if no filter refuses it.

    Where `around` has no reference price there is no band, and the exchange decides.
    """
    refusals = pair.refusals(draft, around)
    if not refusals:
        return ""
    of_price = next((each for each in refusals if each.filter in _NAMES), None)
    if of_price is None or around.reference_price is None:
        return str(refusals[0])
    return _sentence(pair, draft.side, of_price, around.reference_price)


def _sentence(pair: TradePair, side: Side, refusal: FilterRefusal, reference: Decimal) -> str:
    what = f"the price {plain(refusal.value)} {pair.quote} of a {side} on {pair.symbol} is"
    least, most = _band(pair, side, reference)
    if most is not None and most < least:
        return f"{what} refused: the exchange allows no price now ({refusal.filter})"
    ends = f"{plain(least)} {pair.quote} on" if most is None else f"{plain(least)} to {plain(most)} {pair.quote}"
    return f"{what} outside the band from {ends} that the exchange allows now ({refusal.filter})"


def _band(pair: TradePair, side: Side, reference: Decimal) -> tuple[Decimal, Decimal | None]:
    """The lowest and the highest price (quote) on the tick that all filters allow; None: there is no highest."""
    factors = [each.factors(side) for each in pair.filters if isinstance(each, BAND_FILTERS)]
    lows = [product(reference, down) for down, _ in factors]
    highs = [product(reference, up) for _, up in factors if up]
    if pair.price.most:
        highs.append(pair.price.most)
    least = ratio_ceil_to(Ratio(max((*lows, pair.price.least, pair.tick))), pair.tick)
    return least, floor_to(min(highs), pair.tick) if highs else None
