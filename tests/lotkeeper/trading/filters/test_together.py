"""Every order that is let through keeps all the rules, and one that is refused breaks just those that are named.

The rules stand here once more, in fractions, as the exchange writes them (Binance filters.md).
"""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction as F

from hypothesis import event, given
from hypothesis import strategies as st

from lotkeeper.trading.filters.amounts import (
    MarketLotSize,
    MaxPosition,
    MinNotional,
    PercentPrice,
    PercentPriceBySide,
    TPlusSell,
)
from lotkeeper.trading.filters.base import Draft, MarketContext, OrderCounts, OrderType
from lotkeeper.trading.filters.counts import MaxNumAlgoOrders
from lotkeeper.trading.orders.fills import Side
from tests.lotkeeper.trading import make

PAIR = make.pair(
    PercentPrice(up=D(3), down=D("0.5")),
    PercentPriceBySide(bid_up=D("1.5"), bid_down=D("0.2"), ask_up=D(5), ask_down=D("0.8")),
    MarketLotSize(step=D(0), least=D(0), most=D(3)),
    MinNotional(least=D(8), to_market=False),
    MaxNumAlgoOrders(2),
    MaxPosition(D(10)),
    TPlusSell(make.NOW),
    tick=D("0.05"),
    step=D("0.001"),
    min_price=D(1),
    max_price=D(300),
    min_quantity=D("0.01"),
    max_quantity=D(5),
    min_notional=D(5),
    max_notional=D(400),
    max_orders=4,
)

drafts = st.builds(
    Draft,
    side=st.sampled_from(Side),
    order_type=st.sampled_from([OrderType.LIMIT, OrderType.MARKET]),
    quantity=st.decimals(min_value=D("0.001"), max_value=6, places=3)
    | st.just(D("0.0005"))
    | st.just(D("0.000000001")),
    price=st.decimals(min_value=1, max_value=310, places=1).map(lambda each: each / 2) | st.just(D("10.01")),
).map(lambda draft: replace(draft, price=None) if draft.order_type is OrderType.MARKET else draft)
around = st.builds(
    MarketContext,
    reference_price=st.none() | st.decimals(min_value=10, max_value=200, places=2),
    position=st.none() | st.decimals(min_value=0, max_value=10, places=2),
    pair=st.builds(OrderCounts, orders=st.none() | st.integers(0, 5)),
    now_ms=st.sampled_from([make.NOW - 1, make.NOW]),
)


def is_multiple(value: D, step: str) -> bool:
    return (F(value) / F(step)).denominator == 1


def broken(draft: Draft, now: MarketContext) -> set[str]:
    """The names of the rules that the order breaks."""
    price, quantity, reference, is_sell = draft.price, draft.quantity, now.reference_price, draft.side is Side.SELL
    amounts = [each for each in (price, quantity) if each is not None]
    bounds = {"PRECISION": all(is_multiple(each, "1e-8") for each in amounts)}
    bounds["LOT_SIZE"] = F("0.01") <= F(quantity) <= 5 and is_multiple(quantity, "0.001")
    bounds["MAX_NUM_ORDERS"] = now.pair.orders is None or now.pair.orders < 4
    bounds["MAX_POSITION"] = is_sell or now.position is None or F(now.position) + F(quantity) <= 10
    bounds["T_PLUS_SELL"] = not is_sell or now.now_ms >= make.NOW
    worth = price if price is not None else reference
    notional = None if worth is None else F(worth) * F(quantity)
    if price is None:
        bounds["MARKET_LOT_SIZE"] = quantity <= 3
        bounds["NOTIONAL"] = notional is None or notional >= 5
        return {name for name, keeps in bounds.items() if not keeps}
    bounds["PRICE_FILTER"] = 1 <= price <= 300 and is_multiple(price, "0.05")
    bounds["NOTIONAL"] = 5 <= notional <= 400
    bounds["MIN_NOTIONAL"] = notional >= 8
    if reference is not None:
        up, down = (F(5), F("0.8")) if is_sell else (F("1.5"), F("0.2"))
        bounds["PERCENT_PRICE"] = F(reference) / 2 <= F(price) <= 3 * F(reference)
        bounds["PERCENT_PRICE_BY_SIDE"] = F(reference) * down <= F(price) <= F(reference) * up
    return {name for name, keeps in bounds.items() if not keeps}


@given(draft=drafts, now=around)
def test_what_is_refused_names_just_the_rules_that_it_breaks(draft, now):
    refusals = PAIR.refusals(draft, now)
    names = [each.filter for each in refusals]
    event("refused" if names else "let through")
    assert len(names) == len(set(names))
    assert set(names) == broken(draft, now)


@given(draft=drafts, now=around)
def test_with_the_nearest_allowed_value_the_same_filter_has_nothing_to_say(draft, now):
    for refusal in PAIR.refusals(draft, now):
        if refusal.of in ("price", "quantity") and refusal.nearest:
            better = replace(draft, **{refusal.of: refusal.nearest})
            assert refusal.filter not in broken(better, now)
