"""Dust may go with the SELL of another lot of the pair: never more than there is, and never for nothing."""

from lotkeeper.verification.judge.naming import lot_name
from lotkeeper.verification.judge.verdict import NO_BUY_LOST, NOT_BELOW_FLOOR, NOTHING_TWICE
from tests.lotkeeper.verification.judge.hall import PLENTY, Hall

HIGH = "60500"
TEN = "0.00999"  # what 0.01 BTC leaves after 0.1 % in BTC


def dusty(hall, price=HIGH):
    """A lot whose SELL leaves 0.00000235 of 0.00764235 BTC: less than a step."""
    hall.sell(hall.buy("0.00765"), "0.00764", price)


def test_a_sell_may_cover_the_dust_of_others(hall):
    for _ in range(5):
        dusty(hall)  # leave 0.00001175 together
    hall.sell(hall.buy(), "0.01", HIGH)
    verdict = hall.verdict()
    assert verdict.is_kept, verdict.violations


def test_one_step_more_than_all_dust_is_twice(hall):
    for _ in range(5):
        dusty(hall)
    lot = hall.buy()
    hall.sell(lot, "0.01001", HIGH)
    assert hall.broken() == [(NOTHING_TWICE, lot_name(lot.order_id))]


def test_two_lots_may_not_sell_the_same_dust(hall):
    for _ in range(5):
        dusty(hall)
    first, second = hall.buy(), hall.buy()
    hall.sell(first, "0.01", HIGH)
    hall.sell(second, "0.01", HIGH)
    (found,) = hall.verdict().violations
    assert found.point == NOTHING_TWICE
    assert "too many over all lots" in found.text


def test_what_can_be_sold_alone_is_no_dust(hall):
    """A whole lot without a SELL is no reason to sell more of another."""
    hall.buy()
    lot = hall.buy()
    hall.sell(lot, "0.0102", HIGH)
    assert (NOTHING_TWICE, lot_name(lot.order_id)) in hall.broken()


def test_dust_of_another_pair_is_none(tmp_path):
    hall = Hall(tmp_path / "journal.jsonl", {**PLENTY, "ETH": "1"})
    hall.quote("0.04", symbol="ETHBTC", bid_qty="9", ask_qty="9")
    for _ in range(5):
        dusty(hall)
    lot = hall.buy("0.01", symbol="ETHBTC")  # 0.00999 ETH, steps of 0.0001
    hall.sell(lot, "0.01", "0.05", symbol="ETHBTC")
    assert hall.broken() == [(NOTHING_TWICE, lot_name(lot.order_id))]


def test_dust_lowers_a_floor_by_its_share_and_no_more(hall):
    """0.00001175 of 0.01 may be dust, whose cost is not known: 71 USDT of the floor, which is 60420.80."""
    for _ in range(5):
        dusty(hall)
    hall.sell(hall.buy(), "0.01", "60360")
    assert hall.broken() == []
    lot = hall.buy()
    hall.sell(lot, TEN, "60290")
    assert hall.broken() == [(NOT_BELOW_FLOOR, lot_name(lot.order_id))]


def test_what_one_lot_saves_on_dust_is_asked_of_all_lots_together(hall):
    for _ in range(5):
        dusty(hall, "60420.80")
    hall.sell(hall.buy(), "0.01", "60360")
    (found,) = hall.verdict().violations
    assert found.point == NOT_BELOW_FLOOR
    assert "the SELLs of all lots bring 0.6" in found.text


def test_a_lot_is_not_missing_what_another_sold_for_it(hall):
    """0.00015 BTC can be sold alone; of it 0.00009, which was too little when it came, went with another lot's SELL."""
    first = hall.place("BUY", qty="0.00015", price="60000.01")
    assert hall.broken() == [(NO_BUY_LOST, lot_name(first.order_id))]
    hall.sell(hall.buy(), "0.01008", "61000")  # with 0.00009 of the first
    assert hall.broken() == []
