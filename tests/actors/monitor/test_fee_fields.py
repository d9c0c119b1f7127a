from decimal import Decimal as D

import pytest

from actors.ledger.positions import iso
from actors.monitor.fee_fields import fee_reserve_fields, fee_reserve_problem
from lotkeeper.trading.fee_reserve.reserve import FeePayer, Reserve
from lotkeeper.trading.fee_reserve.top_up import Hold, HoldReason
from messages.fees import FeeReserveReported
from tests.lotkeeper.trading.fee_reserve.test_top_up import report

LOW = Reserve(D("0.004"), D("0.02"), FeePayer.BNB, D("0.001"), D(4))
FULL = Reserve(D("0.2"), D("0.02"), FeePayer.TRADED, D(0), None)


def test_nothing_is_shown_where_nobody_looks_after_it():
    assert fee_reserve_fields(None, 0) is None
    assert fee_reserve_fields(FeeReserveReported(0, None), 0) is None
    assert fee_reserve_problem(None) == fee_reserve_problem(FeeReserveReported(0, None)) == ""


def test_the_fields():
    found = fee_reserve_fields(FeeReserveReported(1000, LOW, bought=report(0)), 3500)
    assert found == {
        "free": "0.004",
        "keep_at_least": "0.02",
        "low": True,
        "paid_in": "BNB",
        "per_day": "0.001",
        "lasts_days": "4",
        "hold": None,
        "bought": {
            "order_id": 7,
            "pair": "BNBUSDT",
            "quantity": "0.05",
            "cost": "30",
            "at": iso(0),
        },
        "trouble": "",
        "age_seconds": 2.5,
    }


TOO_LITTLE = "fees: 0.004 BNB are free, less than the 0.02 of fees.bnb.keep_at_least, and last 4 days"


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (FeeReserveReported(0, FULL), ""),
        (FeeReserveReported(0, FULL, trouble="HTTP 502"), ""),  # it was enough a moment ago
        (FeeReserveReported(0, None, trouble="free BNB: HTTP 502"), "fees: free BNB: HTTP 502"),
        (FeeReserveReported(0, LOW), f"{TOO_LITTLE}; buy some, or name what is bought in fees.bnb.top_up"),
        (FeeReserveReported(0, LOW, buys=True), TOO_LITTLE),
        (FeeReserveReported(0, LOW, buys=True, trouble="HTTP 502"), f"{TOO_LITTLE}; HTTP 502"),
        (
            FeeReserveReported(0, LOW, Hold(HoldReason.QUOTE_LACKING, D("30.6"), "USDT"), buys=True),
            f"{TOO_LITTLE}; to buy more 30.6 USDT would have to be free",
        ),
    ],
)
def test_too_little_is_a_problem_with_what_can_be_done(said, problem):
    assert fee_reserve_problem(said) == problem


@pytest.mark.parametrize("reason", HoldReason)
def test_each_reason_has_a_sentence(reason):
    said = fee_reserve_problem(FeeReserveReported(0, LOW, Hold(reason, D(1), "USDT"), buys=True))
    assert said.startswith(f"{TOO_LITTLE}; ")
    assert "{" not in said
