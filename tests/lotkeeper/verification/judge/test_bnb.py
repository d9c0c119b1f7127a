"""Fees in BNB are valued at a bid of BNBUSDT near the fill; the judge uses the lowest, in favour of the service.

0.01 BTC at 60000.01 costs 600.0001; 0.075 % of it is 0.45000007 USDT, or 0.00075 BNB at 600 (cut to eight decimals).
"""

from fractions import Fraction

import pytest

from tests.lotkeeper.verification.judge.bench import PLENTY, JournalBench

SECOND_NS = 1_000_000_000
# (600.0001 + 0.00075 * 600) * 1.005 / 0.01 / 0.999 = 60405.640..., without the fee 60360.370...
WITH_FEE, WITHOUT = "60405.65", "60360.38"


@pytest.fixture
def bench(tmp_path):
    bench = JournalBench(tmp_path / "journal.jsonl", PLENTY, in_bnb=True)
    bench.quote("600", symbol="BNBUSDT")
    return bench


def commission(bench):
    return next((event["n"], event["N"]) for event in bench.events if event.get("x") == "TRADE")


def test_by_hand():
    cost = Fraction("600.0001")
    with_fee = (cost + Fraction("0.00075") * 600) * Fraction("1.005") / Fraction("0.01") / Fraction("0.999")
    without = cost * Fraction("1.005") / Fraction("0.01") / Fraction("0.999")
    assert Fraction("60405.64") < with_fee <= Fraction(WITH_FEE)
    assert Fraction("60360.37") < without <= Fraction(WITHOUT)


def test_the_fee_belongs_to_the_cost(bench):
    bench.sell(bench.buy(), "0.01", WITH_FEE)
    assert commission(bench) == ("0.00075000", "BNB")
    assert bench.broken() == []
    bench.sell(bench.buy(), "0.01", "60405.64")
    assert [point for point, _ in bench.broken()] == [3]


def test_the_lowest_bid_near_the_fill_counts(bench):
    """The service may have used another bid than that at the time of the fill."""
    lot = bench.buy()
    bench.clock.pass_ms(200)
    bench.quote("500", symbol="BNBUSDT")
    bench.sell(lot, "0.01", "60398.10")
    assert bench.broken() == []
    set_apart(bench, 20)
    assert [point for point, _ in bench.broken(window_s=10)] == [3]
    assert bench.broken(window_s=30) == []


def test_a_bid_that_stood_for_a_moment_counts(bench):
    """The exchange answered it: the service asks for the price a moment after the fill."""
    lot = bench.buy()
    bench.clock.pass_ms(60)
    bench.quote("500", symbol="BNBUSDT")
    bench.clock.pass_ms(90)
    bench.quote("600", symbol="BNBUSDT")
    bench.sell(lot, "0.01", "60398.10")
    assert bench.broken() == []


def test_a_bid_of_zero_is_none(bench):
    """A moment in which nobody bought BNB: nothing was valued then."""
    bench.sell(bench.buy(), "0.01", "60405.64")
    bench.clock.pass_ms(200)
    bench.quote("590", symbol="BNBUSDT")
    bench.rewrite(lambda row: row | {"bid": "0"} if row.get("bid") == "590" else row)
    assert [point for point, _ in bench.broken()] == [3]


def set_apart(bench, seconds):
    """Move the second bid to a later time."""

    def change(row):
        late = row["kind"] == "top" and row["bid"] == "500"
        return row | {"wall_ns": row["wall_ns"] + seconds * SECOND_NS} if late else row

    bench.rewrite(change)


def test_without_any_bid_the_fee_counts_for_nothing(bench):
    """Without a price the fee counts as zero: the floor of the cost still holds."""
    bench.sell(bench.buy(), "0.01", WITHOUT)
    bench.rewrite(lambda row: None if row["kind"] == "top" else row)
    assert bench.broken() == []
    bench.sell(bench.buy(), "0.01", "60360.37")
    bench.rewrite(lambda row: None if row["kind"] == "top" else row)
    assert [point for point, _ in bench.broken()] == [3]


def test_bnb_that_runs_out_between_two_fills(bench):
    """The first fill's fee is in BNB, the second's in BTC: 0.01 + 0.00999 received."""
    bench.account.bnb_fills = 1
    other = bench.open_account("other", BTC="1")
    bench.quote("40000", ask="52000")
    for price in ("50000.00", "51000.00"):
        bench.place("SELL", qty="0.01", price=price, account=other)
    lot = bench.place("BUY", qty="0.02", price="51000.00")
    bench.sell(lot, "0.01999", "60500")
    verdict = bench.verdict()
    assert verdict.is_kept, verdict.violations
    (pair,) = verdict.pairs
    assert pair.received == Fraction("0.01999")


def test_a_commission_that_changed_counts_from_then_on(bench):
    """The lower rate counts while the service may know only the old one; before the change the new one is unknown."""
    fees = bench.account.fees
    bench.account.fees.in_bnb = False
    lot = bench.buy()
    bench.sell(lot, "0.00999", "60420.80")
    fees.by_symbol["BTCUSDT"] = fees.usual.__class__(fees.usual.standard.__class__())
    bench.facts.write_fees(bench.account)
    assert bench.broken() == []
    other = bench.buy()
    bench.sell(other, "0.01", "60300.02")
    assert bench.broken() == []
