from decimal import Decimal as D

from actors.pair_keeper.uncovered_lots import UncoveredLots
from lotkeeper.trading.book.lots import Lots
from lotkeeper.trading.lots.states import LotState
from tests.persistence.lots import lot


def book(*numbers):
    lots = Lots()
    for number in numbers:
        lots.store(lot(number, orders=(), state=LotState.PARKED, reason=f"reason {number}"))
    return lots


def test_only_what_lasts_for_over_a_minute_is_told_with_the_oldest_first():
    found, lots = UncoveredLots(), book(7, 8, 9)
    found.update({8: D(2)}, 0.0, is_halted=False)
    found.update({7: D(1), 8: D(2)}, 10.0, is_halted=False)
    assert found.report({7: D(1), 8: D(2)}, lots, 60.0) is None
    told = found.report({7: D(1), 8: D(2)}, lots, 65.0)
    assert (told.lot, told.lots, told.quantity, told.for_s, told.reason) == ("BTCUSDT-8", 1, D(2), 65.0, "reason 8")
    told = found.report({7: D(1), 8: D(2)}, lots, 71.0)
    assert (told.lot, told.lots, told.quantity) == ("BTCUSDT-8", 2, D(3))


def test_a_sell_begins_the_count_again():
    found, lots = UncoveredLots(), book(7)
    found.update({7: D(1)}, 0.0, is_halted=False)
    found.update({}, 50.0, is_halted=False)
    found.update({7: D(1)}, 55.0, is_halted=False)
    assert found.report({7: D(1)}, lots, 115.0) is None
    assert found.report({7: D(1)}, lots, 116.0) is not None


def test_a_pause_by_a_person_does_not_count():
    found, lots = UncoveredLots(), book(7)
    found.update({7: D(1)}, 0.0, is_halted=True)
    found.update({7: D(1)}, 100.0, is_halted=True)
    assert found.report({7: D(1)}, lots, 100.0) is None
    found.update({7: D(1)}, 100.0, is_halted=False)
    assert found.report({7: D(1)}, lots, 160.0) is None
