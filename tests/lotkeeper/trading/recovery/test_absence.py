"""What proves that an order that is not found is not there."""

from dataclasses import replace

import pytest

from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.absence import LONGEST_LAG_MS, Absence, ShownOrders
from lotkeeper.trading.recovery.trust import MARGIN_MS
from tests.actors.gateway.exchange_memory import NOW_MS, report

ARRIVES_BY = 15_000
NOT_FOUND = Absence("lk1-1-1", ARRIVES_BY, ARRIVES_BY + 1)
YOUNGER = ShownOrders(ARRIVES_BY + MARGIN_MS + 1, frozenset({"web-1"}))


def test_that_it_is_not_found_proves_nothing_alone():
    assert not NOT_FOUND.is_proven


@pytest.mark.parametrize(
    ("witness", "is_proven"),
    [
        ({"unsold_ms": ARRIVES_BY + 1}, True),
        ({"unsold_ms": ARRIVES_BY}, False),  # it may have arrived since
        ({"shown": YOUNGER}, True),
        ({"shown": replace(YOUNGER, newest_ms=ARRIVES_BY + MARGIN_MS)}, False),  # two clocks
        ({"shown": replace(YOUNGER, client_ids=frozenset({"lk1-1-1"}))}, False),  # there it is
        ({"asked_ms": ARRIVES_BY + LONGEST_LAG_MS + MARGIN_MS}, False),
        ({"asked_ms": ARRIVES_BY + LONGEST_LAG_MS + MARGIN_MS + 1}, True),
    ],
)
def test_what_does(witness, is_proven):
    assert replace(NOT_FOUND, **witness).is_proven is is_proven


def test_nothing_does_while_it_may_arrive():
    assert not replace(NOT_FOUND, asked_ms=ARRIVES_BY, unsold_ms=ARRIVES_BY + 1, shown=YOUNGER).is_proven


def test_the_youngest_order_counts_by_its_creation():
    one = replace(report(1, "a", Side.BUY, "FILLED", "1", "1", "5"), time_ms=NOW_MS + 9_000, created_ms=NOW_MS)
    other = replace(report(2, "b", Side.SELL, "NEW", "1", "0", "5"), created_ms=NOW_MS + 1)
    assert ShownOrders.of((other, one)) == ShownOrders(NOW_MS + 1, frozenset("ab"))
    assert ShownOrders.of((other, one), exchange_ahead_ms=3_600_000) == ShownOrders(
        NOW_MS + 1 - 3_600_000, frozenset("ab")
    )
    assert ShownOrders.of(()) is None
