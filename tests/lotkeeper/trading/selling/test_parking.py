"""A refusal in the words of the one who waits for it."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.filters.base import FilterRefusal
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.selling.decisions import Park, ParkCause
from lotkeeper.trading.selling.parking import park_for
from tests.lotkeeper.trading import make

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
