"""Dust may be sold with the SELL of another lot of the pair: never more than exists, and never below its cost."""

from lotkeeper.verification.judge.naming import lot_name
from lotkeeper.verification.judge.verdict import NO_BUY_LOST, NOT_BELOW_FLOOR, NOTHING_TWICE
from tests.lotkeeper.verification.judge.bench import PLENTY, JournalBench

HIGH = "60500"
TEN = "0.00999"  # what 0.01 BTC leaves after 0.1 % in BTC


def dusty(bench, price=HIGH):
    """A lot whose SELL leaves 0.00000235 of 0.00764235 BTC: less than a step."""
    bench.sell(bench.buy("0.00765"), "0.00764", price)


def test_a_sell_may_cover_the_dust_of_others(bench):
    for _ in range(5):
        dusty(bench)  # leave 0.00001175 together
    bench.sell(bench.buy(), "0.01", HIGH)
    verdict = bench.verdict()
    assert verdict.is_kept, verdict.violations


def test_one_step_more_than_all_dust_is_twice(bench):
    for _ in range(5):
        dusty(bench)
    lot = bench.buy()
    bench.sell(lot, "0.01001", HIGH)
    assert bench.broken() == [(NOTHING_TWICE, lot_name(lot.order_id))]


def test_two_lots_may_not_sell_the_same_dust(bench):
    for _ in range(5):
        dusty(bench)
    first, second = bench.buy(), bench.buy()
    bench.sell(first, "0.01", HIGH)
    bench.sell(second, "0.01", HIGH)
    (found,) = bench.verdict().violations
    assert found.point == NOTHING_TWICE
    assert "too many over all lots" in found.text


def test_what_can_be_sold_alone_is_no_dust(bench):
    """A complete lot without a SELL does not allow to sell more of another lot."""
    bench.buy()
    lot = bench.buy()
    bench.sell(lot, "0.0102", HIGH)
    assert (NOTHING_TWICE, lot_name(lot.order_id)) in bench.broken()


def test_dust_of_another_pair_is_none(tmp_path):
    bench = JournalBench(tmp_path / "journal.jsonl", {**PLENTY, "ETH": "1"})
    bench.quote("0.04", symbol="ETHBTC", bid_qty="9", ask_qty="9")
    for _ in range(5):
        dusty(bench)
    lot = bench.buy("0.01", symbol="ETHBTC")  # 0.00999 ETH, steps of 0.0001
    bench.sell(lot, "0.01", "0.05", symbol="ETHBTC")
    assert bench.broken() == [(NOTHING_TWICE, lot_name(lot.order_id))]


def test_dust_lowers_a_floor_by_its_share_and_no_more(bench):
    """0.00001175 of 0.01 may be dust of unknown cost: 71 USDT of the floor, which is 60420.80."""
    for _ in range(5):
        dusty(bench)
    bench.sell(bench.buy(), "0.01", "60360")
    assert bench.broken() == []
    lot = bench.buy()
    bench.sell(lot, TEN, "60290")
    assert bench.broken() == [(NOT_BELOW_FLOOR, lot_name(lot.order_id))]


def test_what_one_lot_saves_on_dust_is_asked_of_all_lots_together(bench):
    for _ in range(5):
        dusty(bench, "60420.80")
    bench.sell(bench.buy(), "0.01", "60360")
    (found,) = bench.verdict().violations
    assert found.point == NOT_BELOW_FLOOR
    assert "the SELLs of all lots bring 0.6" in found.text


def test_a_lot_is_not_missing_what_another_sold_for_it(bench):
    """0.00015 BTC can be sold alone; 0.00009 of it, which was too little at first, was sold with another lot's SELL."""
    first = bench.place("BUY", qty="0.00015", price="60000.01")
    assert bench.broken() == [(NO_BUY_LOST, lot_name(first.order_id))]
    bench.sell(bench.buy(), "0.01008", "61000")  # with 0.00009 of the first
    assert bench.broken() == []
