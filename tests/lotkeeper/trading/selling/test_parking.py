"""A refusal in the words of the one who waits for it."""

from decimal import Decimal as D

import pytest

from lotkeeper.trading.filters.base import Refusal
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.selling.decisions import Cause, Park
from lotkeeper.trading.selling.parking import parked
from tests.lotkeeper.trading import make

LOT = Lot(make.SYMBOL, make.BASE, make.QUOTE, 7)
LATER = make.NOW + 30_000


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (
            Refusal("NOTIONAL", "notional", D("4.0"), D(5)),
            Park(Cause.TOO_SMALL, "worth 4 USDT, below the smallest order of 5 (NOTIONAL)"),
        ),
        (
            Refusal("PRICE_FILTER", "price", D(101), D(100)),
            Park(Cause.PRICE, "the floor 101 is above the highest price allowed, 100 (PRICE_FILTER)"),
        ),
        (
            Refusal("PERCENT_PRICE", "price", D(101), D(100)),
            Park(Cause.PRICE, "the floor 101 is above the highest price allowed, 100 (PERCENT_PRICE)", LATER),
        ),
        (
            Refusal("T_PLUS_SELL", "time", D(make.NOW), D(make.NOW + 60_000)),
            Park(
                Cause.RESTRICTED,
                "what was bought may not be sold before 2023-11-14T22:14:20+00:00 (T_PLUS_SELL)",
                make.NOW + 60_000,
            ),
        ),
        (
            Refusal("T_PLUS_SELL", "time", D(make.NOW), D(10**30)),
            Park(
                Cause.RESTRICTED,
                f"what was bought may not be sold before {10**30} ms (T_PLUS_SELL)",
                10**30,
            ),
        ),
        (
            Refusal("PRECISION", "quantity", D("0.125"), D("0.12")),
            Park(Cause.REFUSED, "PRECISION: quantity 0.125; the nearest allowed is 0.12", LATER),
        ),
        (
            Refusal("MAX_ASSET", "quantity of BTC", D(1), None),
            Park(Cause.REFUSED, "MAX_ASSET: quantity of BTC 1; no value is allowed", LATER),
        ),
    ],
    ids=lambda each: getattr(each, "filter", ""),
)
def test_what_it_waits_for_and_until_when(refusal, expected):
    assert parked((refusal,), LOT, LATER) == expected


def test_the_first_of_several_is_told():
    small = Refusal("NOTIONAL", "notional", D(4), D(5))
    dear = Refusal("PRICE_FILTER", "price", D(101), D(100))
    assert parked((dear, small), LOT, LATER).cause is Cause.PRICE
    assert parked((small, dear), LOT, LATER).cause is Cause.TOO_SMALL
