"""Why the exchange would refuse an order, for people: a price outside the band around its reference price comes first.

Both ends of the band are allowed (Binance filters.md, PERCENT_PRICE and PERCENT_PRICE_BY_SIDE).
"""

from collections.abc import Iterable
from decimal import Decimal

from lotkeeper.trading.filters.base import Draft, FilterRefusal, MarketContext, OrderType
from lotkeeper.trading.money import ZERO, Ratio, floor_to, plain, product, ratio_ceil_to
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


def why_price_refused(
    pair: TradePair, prices: Iterable[tuple[Side, Decimal]], reference: Decimal | None, code: int
) -> str:
    """What to say of an order that the exchange has refused for its distance from the reference price.

    `prices` (quote) are those of the order, with its side; `code` is the exchange's. The band is told where `reference`
    (quote; None: not known) puts a price outside it; otherwise the code, since the band has moved or is not known.
    """
    named = tuple(prices)
    around = MarketContext(reference_price=reference)
    for side, price in named:
        if reference is not None and (refusal := _of_band(pair, Draft(side, OrderType.LIMIT, ZERO, price), around)):
            return _sentence(pair, side, refusal, reference)
    of_side = {side: " or ".join(plain(price) for each, price in named if each is side) for side, _ in named}
    which = " or ".join(f"{prices} {pair.quote} of a {side}" for side, prices in of_side.items())
    filters = ", ".join(each.name for each in pair.filters if isinstance(each, BAND_FILTERS)) or "PERCENT_PRICE"
    what = f"the price {which} on {pair.symbol} is too far from what the exchange measures it by now"
    return f"{what} ({filters}, code {code})"


def _of_band(pair: TradePair, draft: Draft, around: MarketContext) -> FilterRefusal | None:
    refusals = (each.refusal(draft, around) for each in pair.filters if isinstance(each, BAND_FILTERS))
    return next((each for each in refusals if each is not None), None)


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
