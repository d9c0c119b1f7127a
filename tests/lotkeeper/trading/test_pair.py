"""The rules of a pair together: what passes keeps them all, and what does not is told by the right name."""

from decimal import Decimal as D
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.filters.amounts import MarketLotSize, MinNotional, Notional, PercentPriceBySide, TPlusSell
from lotkeeper.trading.filters.base import Draft, MarketContext, OrderCounts, OrderType
from lotkeeper.trading.filters.counts import MaxNumOrders
from lotkeeper.trading.orders.fills import Side
from tests.lotkeeper.trading import make

SIDES = PercentPriceBySide(D(2), D("0.25"), D(3), D("0.5"))
PAIR = make.pair(
    SIDES,
    MarketLotSize(D(0), D(0), D(40)),
    MinNotional(D(4), to_market=False),
    TPlusSell(500),
    tick=D("0.05"),
    step=D("0.004"),
    min_price=D(1),
    max_price=D(90),
    min_quantity=D("0.1"),
    max_quantity=D(50),
    min_notional=D(6),
    max_notional=D(900),
    max_orders=3,
)


def broken(draft, around):
    """The names of the filters that an order breaks, worked out in fractions from the exchange's own words."""
    quantity, is_sell = Fraction(draft.quantity), draft.side is Side.SELL
    price = None if draft.price is None else Fraction(draft.price)
    at = price if price is not None else None if around.reference_price is None else Fraction(around.reference_price)
    found = set()
    amounts = [quantity] if price is None else [quantity, price]
    if any(each % Fraction(1, 10**8) for each in amounts):
        found.add("PRECISION")
    if price is not None and (price % Fraction(1, 20) or not 1 <= price <= 90):
        found.add("PRICE_FILTER")
    if quantity % Fraction(4, 1000) or not Fraction(1, 10) <= quantity <= 50:
        found.add("LOT_SIZE")
    if price is None and quantity > 40:
        found.add("MARKET_LOT_SIZE")
    if price is not None and around.reference_price is not None:
        low, high = (Fraction(1, 2), 3) if is_sell else (Fraction(1, 4), 2)
        if not low * Fraction(around.reference_price) <= price <= high * Fraction(around.reference_price):
            found.add("PERCENT_PRICE_BY_SIDE")
    if at is not None and (at * quantity < 6 or (price is not None and at * quantity > 900)):
        found.add("NOTIONAL")
    if price is not None and at * quantity < 4:
        found.add("MIN_NOTIONAL")
    if around.pair.orders is not None and around.pair.orders >= 3:
        found.add("MAX_NUM_ORDERS")
    if is_sell and around.now_ms < 500:
        found.add("T_PLUS_SELL")
    return found


amounts = st.one_of(
    st.decimals(min_value=D("1E-9"), max_value=100, places=9),
    st.integers(1, 25_000).map(lambda n: n * D("0.004")),
    st.integers(1, 2_000).map(lambda n: n * D("0.05")),
)


@given(
    side=st.sampled_from(Side),
    quantity=amounts,
    price=st.none() | amounts,
    reference=st.none() | st.sampled_from([D(1), D(10), D(40), D(80)]),
    orders=st.none() | st.integers(0, 5),
    now_ms=st.sampled_from([0, 499, 500, 9999]),
)
def test_what_passes_keeps_every_rule_and_what_does_not_is_told_by_the_right_name(
    side, quantity, price, reference, orders, now_ms
):
    draft = Draft(side, OrderType.LIMIT if price is not None else OrderType.MARKET, quantity, price)
    around = MarketContext(reference_price=reference, pair=OrderCounts(orders=orders), now_ms=now_ms)
    assert {refusal.filter for refusal in PAIR.refusals(draft, around)} == broken(draft, around)


def test_the_numbers_of_a_pair():
    assert (PAIR.tick, PAIR.step, PAIR.min_quantity) == (D("0.05"), D("0.004"), D("0.1"))
    assert (PAIR.min_notional, PAIR.max_notional, PAIR.max_orders) == (6, 900, 3)  # the stricter of the two


def test_what_is_switched_off_falls_back_to_the_precision_of_the_asset():
    free = make.pair(tick=D(0), step=D(0), min_quantity=D(0), min_notional=D(0))
    assert (free.tick, free.step, free.min_quantity) == (D("1E-8"), D("1E-8"), D("1E-8"))
    assert (free.min_notional, free.max_notional, free.max_orders) == (0, 0, None)


def test_of_several_bounds_the_strictest_holds():
    pair = make.pair(Notional(D(7), D(50)), MaxNumOrders(9), max_notional=D(60), max_orders=10)
    assert (pair.min_notional, pair.max_notional, pair.max_orders) == (7, 50, 9)


@given(
    side=st.sampled_from(Side),
    price=st.decimals(min_value=D("0.05"), max_value=90, places=2),
    reference=st.decimals(min_value=D("0.01"), max_value=90, places=4),
)
def test_the_nearest_price_of_a_band_is_on_the_tick_and_allowed(side, price, reference):
    around = MarketContext(reference)
    order = Draft(side, OrderType.LIMIT, D(10), price)
    for refusal in PAIR.refusals(order, around):
        if refusal.filter == SIDES.name and refusal.nearest is not None:
            assert Fraction(refusal.nearest) % Fraction(1, 20) == 0
            assert SIDES.refusal(Draft(side, OrderType.LIMIT, D(10), refusal.nearest), around) is None


def test_a_band_that_no_tick_meets_has_no_nearest_price():
    narrow = make.pair(PercentPriceBySide(D(2), D(0), D("1.004"), D("0.996")), tick=D(1))
    (refusal,) = narrow.refusals(Draft(Side.SELL, OrderType.LIMIT, D(1), D(101)), MarketContext(D("100.5")))
    assert str(refusal) == "PERCENT_PRICE_BY_SIDE: price 101; no value is allowed"
    (refusal,) = narrow.refusals(Draft(Side.SELL, OrderType.LIMIT, D(1), D(100)), MarketContext(D("100.5")))
    assert refusal.nearest is None
    (refusal,) = narrow.refusals(Draft(Side.SELL, OrderType.LIMIT, D(1), D(103)), MarketContext(D("101.7")))
    assert refusal.nearest == 102
