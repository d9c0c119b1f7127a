from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.filters.base import FilterRefusal
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.selling.decisions import Park, ParkCause, PlaceSell, Situation
from lotkeeper.trading.selling.parking import park_for, retry_at
from tests.lotkeeper.trading import make


def placed(**changes: object) -> SellOrder:
    """The SELL of a lot, as it was sent."""
    book = make.book()
    book.apply_fill(make.buy())
    return replace(make.place(book), **{"sent_ms": make.NOW, "updated_ms": make.NOW, **changes})


# After a SELL that ended unfilled


@pytest.mark.parametrize(
    ("setbacks", "delay_ms"),
    [(1, 1_000), (2, 2_000), (3, 4_000), (8, 128_000), (9, 256_000), (10, 300_000), (99, 300_000)],
)
def test_after_refusals_it_waits_longer_and_longer(setbacks, delay_ms):
    order = placed()
    orders = tuple(replace(order, state=OrderState.REFUSED, name=SellName(7, number + 1)) for number in range(setbacks))
    lot = Lot(make.SYMBOL, "BTC", "USDT", 7, buys=(make.buy(),), orders=orders, reason="refused: no coin")
    assert retry_at(lot, Situation(make.NOW)) == make.NOW + delay_ms
    until = make.NOW + delay_ms
    assert make.decision(lot, at=until - 1) == Park(ParkCause.REFUSED, "refused: no coin", until)
    assert isinstance(make.decision(lot, at=until), PlaceSell)


def test_after_a_person_has_resumed_the_pair_it_is_tried_at_once_and_once():
    order = placed(state=OrderState.REFUSED)
    lot = Lot(make.SYMBOL, "BTC", "USDT", 7, buys=(make.buy(),), orders=(order,))
    expired = [replace(order, state=OrderState.EXPIRED, name=SellName(7, number)) for number in (1, 2)]
    for each, delay_ms in ((lot, 1_000), (replace(lot, orders=tuple(expired)), 2_000)):
        assert retry_at(each, Situation(make.NOW + 9, resumed_ms=make.NOW + 1)) == 0
        assert retry_at(each, Situation(make.NOW + 9, resumed_ms=make.NOW)) == make.NOW + delay_ms


@pytest.mark.parametrize("off_ms", [-3_600_000, 3_600_000])
def test_when_one_expired_says_our_clock_however_far_that_of_the_exchange_is_off(off_ms):
    order = placed(state=OrderState.EXPIRED, sent_ms=make.NOW, updated_ms=make.NOW + off_ms)
    orders = tuple(replace(order, name=SellName(7, number)) for number in (1, 2, 3))
    lot = Lot(make.SYMBOL, "BTC", "USDT", 7, buys=(make.buy(),), orders=orders)
    assert retry_at(lot, Situation(make.NOW)) == make.NOW + 4_000


def test_a_clock_that_was_set_back_holds_a_lot_back_no_longer_than_the_longest_wait():
    """The keeper before this one had a clock that was a day ahead."""
    order = placed(updated_ms=make.NOW + 86_400_000, state=OrderState.REFUSED)
    orders = tuple(replace(order, name=SellName(7, number)) for number in range(1, 20))
    lot = Lot(make.SYMBOL, "BTC", "USDT", 7, buys=(make.buy(),), orders=orders)
    for later_ms in (0, 200_000, 3_600_000):
        assert retry_at(lot, Situation(make.NOW + later_ms, begun_ms=make.NOW)) == make.NOW + 300_000


def test_one_that_expired_is_placed_again_at_once_and_the_second_time_later():
    """Self-trade prevention ends a SELL; the trader may cross it again and again."""
    order = placed()
    expired = [replace(order, state=OrderState.EXPIRED, name=SellName(7, number)) for number in (1, 2)]
    lot = Lot(make.SYMBOL, "BTC", "USDT", 7, buys=(make.buy(),), orders=(expired[0],))
    now = Situation(make.NOW)
    assert retry_at(lot, now) == 0
    assert retry_at(replace(lot, orders=tuple(expired)), now) == make.NOW + 2_000
    sold_some = replace(expired[1], executed=D("0.1"))
    assert retry_at(replace(lot, orders=(expired[0], sold_some)), now) == 0


# After a filter's refusal

LOT = Lot(make.SYMBOL, make.BASE, make.QUOTE, 7)
LATER = make.NOW + 30_000


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (
            FilterRefusal("NOTIONAL", "notional", D("4.0"), D(5)),
            Park(ParkCause.TOO_SMALL, "worth 4 USDT, below the smallest order of 5 (NOTIONAL)"),
        ),
        (
            FilterRefusal("PRICE_FILTER", "price", D(101), D(100)),
            Park(ParkCause.PRICE, "the floor 101 is above the highest price allowed, 100 (PRICE_FILTER)"),
        ),
        (
            FilterRefusal("PERCENT_PRICE", "price", D(101), D(100)),
            Park(ParkCause.PRICE, "the floor 101 is above the highest price allowed, 100 (PERCENT_PRICE)", LATER),
        ),
        (
            FilterRefusal("PERCENT_PRICE", "price", D(101), None),
            Park(ParkCause.PRICE, "the floor is 101, and the exchange allows no price now (PERCENT_PRICE)", LATER),
        ),
        (
            FilterRefusal("T_PLUS_SELL", "time", D(make.NOW), D(make.NOW + 60_000)),
            Park(
                ParkCause.RESTRICTED,
                "what was bought may not be sold before 2023-11-14T22:14:20+00:00 (T_PLUS_SELL)",
                make.NOW + 60_000,
            ),
        ),
        (
            FilterRefusal("T_PLUS_SELL", "time", D(make.NOW), D(10**30)),
            Park(
                ParkCause.RESTRICTED,
                f"what was bought may not be sold before {10**30} ms (T_PLUS_SELL)",
                10**30,
            ),
        ),
        (
            FilterRefusal("PRECISION", "quantity", D("0.125"), D("0.12")),
            Park(ParkCause.REFUSED, "PRECISION: quantity 0.125; the nearest allowed is 0.12", LATER),
        ),
        (
            FilterRefusal("MAX_ASSET", "quantity of BTC", D(1), None),
            Park(ParkCause.REFUSED, "MAX_ASSET: quantity of BTC 1; no value is allowed", LATER),
        ),
    ],
    ids=lambda each: getattr(each, "filter", ""),
)
def test_what_it_waits_for_and_until_when(refusal, expected):
    assert park_for((refusal,), LOT, LATER) == expected


def test_the_first_of_several_is_told():
    small = FilterRefusal("NOTIONAL", "notional", D(4), D(5))
    dear = FilterRefusal("PRICE_FILTER", "price", D(101), D(100))
    assert park_for((dear, small), LOT, LATER).cause is ParkCause.PRICE
    assert park_for((small, dear), LOT, LATER).cause is ParkCause.TOO_SMALL
