"""When allocations of smart order routing are asked for, and which of them count."""

from dataclasses import replace

from lotkeeper.trading.recovery.allocations import allocations_after, bought, look_back_to
from lotkeeper.trading.recovery.questions import AllocationsOfOrder, AllocationsSince
from tests.persistence.lots import buy, sell

DAY_MS = 86_400_000


def test_they_are_those_of_a_day_and_never_from_before_the_history():
    assert look_back_to(None, 10 * DAY_MS) == 9 * DAY_MS
    assert look_back_to(10 * DAY_MS - 5, 10 * DAY_MS) == 10 * DAY_MS - 5


def test_a_sell_does_not_count():
    """It may have been accounted for, and nothing tells."""
    assert list(bought([buy(7, -1), sell(8, -2)])) == [buy(7, -1)]


def test_after_a_full_page_comes_the_next():
    page = [replace(buy(7, -1 - number), time_ms=100 + number // 2) for number in range(1000)]
    assert list(allocations_after(AllocationsSince(50), page)) == [AllocationsSince(599)]
    assert not list(allocations_after(AllocationsSince(50), page[:-1]))
    assert not list(allocations_after(AllocationsSince(599), page))  # all of one moment
    assert not list(allocations_after(AllocationsOfOrder(7), page))
