"""A part of a lot that follows the price: how much, from which stop price on, and when nothing can."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.filters.amounts import PercentPriceBySide, TrailingDelta
from lotkeeper.trading.filters.counts import MaxNumAlgoOrders
from lotkeeper.trading.lots.attempts import setbacks
from lotkeeper.trading.lots.instructions import PriceKind, SellInstruction
from lotkeeper.trading.lots.lot import Lot, with_buy
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.trails import Trail
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import CancelSell, Decision, PlaceSell, Situation, Wait
from lotkeeper.trading.selling.refused_trails import TrailStart
from lotkeeper.trading.selling.trailing import NoTrail, limits_to_trail, stop_price, trailing_part, why_never
from tests.lotkeeper.trading import make
from tests.persistence import lots

MARKET = make.market(step=D("0.01"), min_quantity=D("0.01"))
FROM_STOP, AT_ONCE = TrailStart.FROM_STOP_PRICE, TrailStart.AT_ONCE


def trailing(share: object = 100, pct: str = "0.5", bips: int = 150, **more: object) -> ExitPolicy:
    return ExitPolicy(D(pct), trailing_bips=bips, trailing_share_pct=D(share), **more)


def bought(quantity: str = "1", price: str = "100", *, has_ended: bool = True) -> Lot:
    lot = Lot(make.SYMBOL, make.BASE, make.QUOTE, 7, buy_ended=has_ended)
    return with_buy(lot, make.buy(quantity=quantity, price=price))


def next_step(lot: Lot, by: ExitPolicy, on: Market = MARKET, start: TrailStart = FROM_STOP, **more: object) -> Decision:
    return decide(lot, on, by, Situation(make.NOW, trail_start=start, **more))[-1]


def placed(lot: Lot, by: ExitPolicy, on: Market = MARKET, start: TrailStart = FROM_STOP) -> PlaceSell:
    step = next_step(lot, by, on, start)
    assert isinstance(step, PlaceSell), step
    return step


def standing(lot: Lot, by: ExitPolicy, on: Market = MARKET, start: TrailStart = FROM_STOP) -> Lot:
    """The lot when all its SELLs stand."""
    book = make.book()
    book.lots.store(lot)
    number = 70 + 100 * len(lot.orders)
    while isinstance(step := next_step(book.lots[7], by, on, start), PlaceSell):
        book.apply_report(make.sell_report(book.lots.record_sell_sent(step, make.NOW), number))
        number += 1
    assert isinstance(step, Wait), step
    return book.lots[7]


def shapes(lot: Lot) -> list[tuple[str, Trail | None]]:
    return [(str(order.open_quantity), order.trail) for order in lot.orders if order.is_live]


# Its price and its stop price


def test_all_of_a_lot_follows_the_price() -> None:
    """100.5 / 0.999 = 100.6006..., so 100.61; 100.61 / 0.985 = 102.1421..., so 102.15."""
    step = placed(bought(), trailing())
    assert (step.price, step.quantity, step.trail) == (D("100.61"), D(1), Trail(150, D("102.15")))


@settings(deadline=None)
@given(
    floor=st.decimals(min_value=D("0.01"), max_value=10**6, places=2),
    bips=st.integers(1, 9999),
    tick=st.sampled_from([D("0.01"), D("0.05"), D("1E-8"), D(1)]),
)
def test_the_fall_from_the_stop_price_ends_at_the_floor_or_above_and_no_lower_tick_does(
    floor: D, bips: int, tick: D
) -> None:
    stop, left = stop_price(floor, bips, tick), F(10_000 - bips, 10_000)
    assert F(stop) * left >= F(floor) > F(stop - tick) * left
    assert F(stop) / F(tick) % 1 == 0


def test_once_the_market_has_reached_the_stop_price_it_follows_at_once() -> None:
    assert placed(bought(), trailing(), start=AT_ONCE).trail == Trail(150)


def test_without_a_slot_it_is_a_limit() -> None:
    assert placed(bought(), trailing(), start=TrailStart.NOT_NOW).trail is None


def test_a_policy_that_does_not_want_it_never_gets_it() -> None:
    assert placed(bought(), make.policy("0.5")).trail is None


# How much of a lot


def test_a_share_of_a_lot_follows_the_price_and_the_rest_stands_at_the_floor() -> None:
    lot = standing(bought(), trailing(70))
    assert shapes(lot) == [("0.70", Trail(150, D("102.15"))), ("0.30", None)]
    assert {order.price for order in lot.orders} == {D("100.61")}


def test_while_the_buy_goes_on_all_of_it_stands_as_limit() -> None:
    assert shapes(standing(bought(has_ended=False), trailing(70))) == [("1.00", None)]


@pytest.mark.parametrize(
    ("quantity", "share", "expected"),
    [
        ("0.10", 70, [("0.10", "trail")]),  # 0.03 BTC are worth 3 USDT: the rest is sold with it
        ("0.10", 30, [("0.10", "limit")]),  # 0.03 BTC are too small to follow: all is sold at the floor
        ("0.06", 50, [("0.06", "trail")]),  # neither half is enough for an order
        ("0.07", 45, [("0.07", "limit")]),  # neither is, and the part that is to follow is the smaller one
        ("0.12", 50, [("0.06", "trail"), ("0.06", "limit")]),
    ],
)
def test_a_part_that_is_too_small_for_an_order_is_sold_with_the_other(
    quantity: str, share: int, expected: list[tuple[str, str]]
) -> None:
    found = shapes(standing(bought(quantity), trailing(share)))
    assert [(each, "limit" if trail is None else "trail") for each, trail in found] == expected


def test_what_was_sold_at_the_floor_counts_to_the_rest_first() -> None:
    lot = standing(bought(), trailing(70), start=TrailStart.NOT_NOW)
    (limit,) = lot.orders
    for executed, follows in ((D("0.2"), D("0.70")), (D("0.5"), D("0.50"))):
        sold = replace(lot, orders=(replace(limit, executed=executed, state=OrderState.CANCELED),))
        assert placed(sold, trailing(70)).quantity == follows


def test_what_followed_and_was_sold_counts_to_the_part() -> None:
    lot = standing(bought(), trailing(70))
    trail, rest = lot.orders
    sold = replace(trail, executed=D("0.3"), state=OrderState.CANCELED)
    step = placed(replace(lot, orders=(sold, rest)), trailing(70))
    assert (step.quantity, step.trail) == (D("0.4"), trail.trail)


def test_a_part_whose_coins_stand_as_limit_is_not_placed_in_pieces() -> None:
    """The BUY ended after a first SELL of half of it: the rest stands as LIMIT, too, until it is the lot's turn."""
    lot = standing(bought(), trailing(), start=TrailStart.NOT_NOW)
    (limit,) = lot.orders
    half = replace(lot, orders=(replace(limit, quantity=D("0.5"), cost=D(50)),))
    step = placed(half, trailing())
    assert (step.quantity, step.trail) == (D("0.5"), None)


@settings(deadline=None)
@given(
    quantity=st.integers(6, 400),
    share=st.integers(1, 100),
    price=st.decimals(min_value=1, max_value=10_000, places=2),
    sold=st.integers(0, 399),
    start=st.sampled_from(TrailStart),
)
def test_its_parts_cover_the_lot_once_and_none_is_under_the_floor(
    quantity: int, share: int, price: D, sold: int, start: TrailStart
) -> None:
    """Whatever of it a LIMIT sold before. The floor by fractions: cost and profit over the quantity after its fee."""
    by, lot = trailing(share), bought(str(D(quantity) / 100), str(price))
    if price * lot.received < 10:
        return
    lot = standing(lot, by, start=TrailStart.NOT_NOW)
    (limit,) = lot.orders
    executed = D(min(sold, quantity - 1)) / 100
    lot = replace(lot, orders=(replace(limit, executed=executed, state=OrderState.CANCELED),))
    if not isinstance(next_step(lot, by, start=start), PlaceSell):
        return  # what is left is too little for an order
    lot = standing(lot, by, start=start)
    floor = F(price) * F(201, 200) / F(999, 1000)
    live = [order for order in lot.orders if order.is_live]
    assert lot.remainder == 0
    assert lot.sold + sum(order.open_quantity for order in live) == lot.received
    assert sum(order.trail is not None for order in live) <= 1
    assert all(F(order.price) >= floor for order in live)
    for order in live:
        if order.trail is not None and order.trail.stop_price is not None:
            assert F(order.trail.stop_price) * F(9850, 10_000) >= F(order.price)


def test_at_the_most_sells_of_a_lot_what_follows_is_not_sold_together_with_the_rest() -> None:
    """Else it would be cancelled for it and placed again without end."""
    by = trailing(60, max_sells=2)
    lot = standing(bought(), by)
    trail, rest = lot.orders
    more = replace(lot, orders=(trail, replace(rest, quantity=D("0.1"), cost=D(10))))
    step = next_step(more, by)
    assert isinstance(step, CancelSell)
    assert step.name == rest.name
    only_trail = replace(lot, orders=(trail, replace(trail, name=rest.name, quantity=D("0.1"), cost=D(10))))
    assert isinstance(next_step(only_trail, by), PlaceSell)


# When it cannot


@pytest.mark.parametrize(
    ("on", "by", "lot", "why"),
    [
        (MARKET, trailing(), bought(has_ended=False), NoTrail.BUY_GOES_ON),
        (MARKET, trailing(3), bought(), NoTrail.TOO_SMALL),
        (make.market(max_quantity=D("0.5")), trailing(), bought(), NoTrail.TOO_LARGE),
        (make.market(max_notional=D(90)), trailing(), bought(), NoTrail.TOO_LARGE),
        (make.market("0.001", TrailingDelta(10, 100, 10, 100)), trailing(), bought(), NoTrail.FILTER),
        (make.market(max_price=D("102")), trailing(), bought(), NoTrail.FILTER),
        (replace(MARKET, pair=replace(MARKET.pair, allows_trailing=False)), trailing(), bought(), NoTrail.PAIR),
    ],
)
def test_why_nothing_can_follow(on: Market, by: ExitPolicy, lot: Lot, why: NoTrail) -> None:
    assert trailing_part(lot, on, by).why_not is why
    assert placed(lot, by, on).trail is None


def test_a_delta_outside_the_filter_is_told_with_the_nearest_that_is_allowed() -> None:
    part = trailing_part(bought(), make.market("0.001", TrailingDelta(10, 100, 10, 100)), trailing())
    assert str(part.refusal) == "TRAILING_DELTA: trailing delta 150; the nearest allowed is 100"


def test_a_stop_price_above_the_highest_price_is_told() -> None:
    """The floor of 100.61 is allowed, its stop price of 102.15 is not."""
    part = trailing_part(bought(), make.market(max_price=D(102)), trailing())
    assert str(part.refusal) == "PRICE_FILTER: stop price 102.15; the nearest allowed is 102"


def test_a_price_that_is_too_far_from_the_reference_parks_the_lot_as_without_it() -> None:
    on = make.market("0.001", PercentPriceBySide(D(2), D("0.5"), D("1.1"), D("0.5")))
    found = decide(bought(), on, trailing(), Situation(make.NOW, reference_price=D(80), trail_start=FROM_STOP))
    assert found == decide(bought(), on, make.policy("0.5"), Situation(make.NOW, reference_price=D(80)))


@pytest.mark.parametrize(
    ("on", "by", "why"),
    [
        (MARKET, trailing(), ""),
        (make.market("0.001", MaxNumAlgoOrders(1)), make.policy(), ""),
        (make.market("0.001", MaxNumAlgoOrders(2)), trailing(), ""),
        (
            make.market("0.001", MaxNumAlgoOrders(1)),
            trailing(),
            "all 1 slots for such orders are left to you (free_algo_slots)",
        ),
        (
            make.market("0.001", TrailingDelta(10, 100, 10, 2000)),
            trailing(),
            "distance_pct is 1.5, and the exchange takes 0.1 to 1 (TRAILING_DELTA)",
        ),
        (
            replace(MARKET, pair=replace(MARKET.pair, allows_trailing=False)),
            trailing(),
            "the exchange takes no such orders on the pair",
        ),
    ],
)
def test_why_no_lot_of_a_pair_ever_follows(on: Market, by: ExitPolicy, why: str) -> None:
    assert why_never(on.pair, by) == why


# From LIMIT to following, and back


def test_a_lot_whose_turn_it_is_has_its_limits_cancelled() -> None:
    lot = standing(bought(), trailing(70), start=TrailStart.NOT_NOW)
    step = next_step(lot, trailing(70), arms_trail=True)
    assert isinstance(step, CancelSell)
    assert step.why == "0.7 BTC of it follows the price from now on"
    assert isinstance(next_step(lot, trailing(70)), Wait)  # it is not its turn
    assert isinstance(next_step(lot, trailing(70), start=TrailStart.NOT_NOW, arms_trail=True), Wait)


def test_what_a_person_has_sold_is_left_alone() -> None:
    lot = standing(bought(), trailing(70), start=TrailStart.NOT_NOW)
    (limit,) = lot.orders
    instructed = replace(lot, orders=(replace(limit, name=replace(limit.name, is_instructed=True)),))
    assert limits_to_trail(instructed, MARKET, trailing(70)) == ()
    asked = SellInstruction(
        1, "a", PriceKind.AT, D(1), D(200), True, False, D(0), 2, make.NOW, "anna", "", is_recorded=True
    )
    told = replace(lot, instructions=(asked,))
    assert limits_to_trail(told, MARKET, trailing(70)) == ()
    assert trailing_part(told, MARKET, trailing(70)).why_not is NoTrail.INSTRUCTED


def test_the_rest_at_the_floor_stands_on() -> None:
    lot = standing(bought(), trailing(70))
    trail, rest = lot.orders
    limit = replace(trail, trail=None)
    now = Situation(make.NOW, trail_start=FROM_STOP, arms_trail=True)
    (step,) = decide(replace(lot, orders=(limit, rest)), MARKET, trailing(70), now)
    assert isinstance(step, CancelSell)
    assert step.name == limit.name
    assert isinstance(next_step(lot, trailing(70), arms_trail=True), Wait)


@pytest.mark.parametrize("by", [trailing(bips=100), make.policy("0.5")])
def test_another_distance_in_the_configuration_replaces_it(by: ExitPolicy) -> None:
    lot = standing(bought(), trailing())
    (step,) = decide(lot, MARKET, by, Situation(make.NOW))
    assert isinstance(step, CancelSell)
    assert [*decide(lot, MARKET, trailing(), Situation(make.NOW))] == [next_step(lot, trailing())]


def test_a_refusal_of_it_is_no_setback_of_the_lot() -> None:
    """A LIMIT is tried at once."""
    book = make.book()
    book.lots.store(bought())
    order = book.lots.record_sell_sent(placed(bought(), trailing()), make.NOW)
    lot = replace(book.lots[7], orders=(replace(order, state=OrderState.REFUSED),))
    assert setbacks(lot) == 0
    assert placed(lot, trailing(), start=TrailStart.NOT_NOW).trail is None
    as_limit = replace(lot, orders=(replace(order, state=OrderState.REFUSED, trail=None),))
    assert setbacks(as_limit) == 1


def test_what_a_person_wants_sold_does_not_follow_the_price() -> None:
    """Its SELL stands, and the share is one of the rest."""
    lot = bought()
    half = lots.order(7, name=SellName(7, 1, is_instructed=True), quantity=D("0.5"), cost=D(50))
    instructed = replace(lot, orders=(half,))
    assert limits_to_trail(instructed, MARKET, trailing()) == ()
    assert trailing_part(instructed, MARKET, trailing()).quantity == D("0.5")
    step = placed(instructed, trailing())
    assert (step.quantity, step.trail) == (D("0.5"), Trail(150, D("102.15")))
