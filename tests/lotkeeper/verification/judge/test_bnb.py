"""Fees in BNB are worth a bid of BNBUSDT near the fill; the judge takes the lowest one, to blame nobody wrongly.

0.01 BTC at 60000.01 costs 600.0001; 0.075 % of it is 0.45000007 USDT, or 0.00075 BNB at 600 (cut to eight decimals).
"""

from fractions import Fraction

import pytest

from tests.lotkeeper.verification.judge.hall import PLENTY, Hall

SECOND_NS = 1_000_000_000
# (600.0001 + 0.00075 * 600) * 1.005 / 0.01 / 0.999 = 60405.640..., without the fee 60360.370...
WITH_FEE, WITHOUT = "60405.65", "60360.38"


@pytest.fixture
def hall(tmp_path):
    hall = Hall(tmp_path / "journal.jsonl", PLENTY, in_bnb=True)
    hall.quote("600", symbol="BNBUSDT")
    return hall


def commission(hall):
    return next((event["n"], event["N"]) for event in hall.events if event.get("x") == "TRADE")


def test_by_hand():
    cost = Fraction("600.0001")
    with_fee = (cost + Fraction("0.00075") * 600) * Fraction("1.005") / Fraction("0.01") / Fraction("0.999")
    without = cost * Fraction("1.005") / Fraction("0.01") / Fraction("0.999")
    assert Fraction("60405.64") < with_fee <= Fraction(WITH_FEE)
    assert Fraction("60360.37") < without <= Fraction(WITHOUT)


def test_the_fee_belongs_to_the_cost(hall):
    hall.sell(hall.buy(), "0.01", WITH_FEE)
    assert commission(hall) == ("0.00075000", "BNB")
    assert hall.broken() == []
    hall.sell(hall.buy(), "0.01", "60405.64")
    assert [point for point, _ in hall.broken()] == [3]


def test_the_lowest_bid_near_the_fill_counts(hall):
    """The service may have seen another one than that of the very moment."""
    lot = hall.buy()
    hall.clock.pass_ms(200)
    hall.quote("500", symbol="BNBUSDT")
    hall.sell(lot, "0.01", "60398.10")
    assert hall.broken() == []
    set_apart(hall, 20)
    assert [point for point, _ in hall.broken(window_s=10)] == [3]
    assert hall.broken(window_s=30) == []


def set_apart(hall, seconds):
    """The second bid came so much later."""

    def change(row):
        late = row["kind"] == "top" and row["bid"] == "500"
        return row | {"wall_ns": row["wall_ns"] + seconds * SECOND_NS} if late else row

    hall.rewrite(change)


def test_without_any_bid_the_fee_counts_for_nothing(hall):
    """No price is invented: the floor of the cost alone still holds."""
    hall.sell(hall.buy(), "0.01", WITHOUT)
    hall.rewrite(lambda row: None if row["kind"] == "top" else row)
    assert hall.broken() == []
    hall.sell(hall.buy(), "0.01", "60360.37")
    hall.rewrite(lambda row: None if row["kind"] == "top" else row)
    assert [point for point, _ in hall.broken()] == [3]


def test_bnb_that_runs_out_between_two_fills(hall):
    """The first fill's fee is in BNB, the second's in BTC: 0.01 + 0.00999 received."""
    hall.account.bnb_fills = 1
    other = hall.open_account("other", BTC="1")
    hall.quote("40000", ask="52000")
    for price in ("50000.00", "51000.00"):
        hall.place("SELL", qty="0.01", price=price, account=other)
    lot = hall.place("BUY", qty="0.02", price="51000.00")
    hall.sell(lot, "0.01999", "60500")
    verdict = hall.verdict()
    assert verdict.is_kept, verdict.violations
    (pair,) = verdict.pairs
    assert pair.received == Fraction("0.01999")


def test_a_commission_that_changed_counts_from_then_on(hall):
    """While the service may know only the old rate, the lower one counts; before a change nobody knows the new one."""
    fees = hall.account.fees
    hall.account.fees.in_bnb = False
    lot = hall.buy()
    hall.sell(lot, "0.00999", "60420.80")
    fees.by_symbol["BTCUSDT"] = fees.usual.__class__(fees.usual.standard.__class__())
    hall.facts.write_fees(hall.account)
    assert hall.broken() == []
    other = hall.buy()
    hall.sell(other, "0.01", "60300.02")
    assert hall.broken() == []
