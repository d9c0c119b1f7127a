"""Which SELLs with our names prove that another keeper trades the pair, and which are our own of an earlier life."""

from dataclasses import replace

import pytest

from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.other_keeper import SoleSenderSince, is_of_another, tenure_from
from tests.actors.gateway.exchange_memory import NOW_MS, report

TENURE = tenure_from(NOW_MS, 1000.0, 15_000, 5_000)
SEEN = report(9001, "lk1-5eh-1", Side.SELL, "NEW", "0.001", "0", "60360")


def test_a_keeper_is_settled_when_nothing_of_the_life_before_can_be_alive():
    """It may leave the Gateway within 15 s, is good for 5 s, and the exchange's backend takes 10 s at most."""
    assert SoleSenderSince(NOW_MS + 30_000, 1030.0) == TENURE
    assert [TENURE.is_settled(now) for now in (1000.0, 1029.9, 1030.0)] == [False, False, True]


@pytest.mark.parametrize(
    ("created_ms", "seen_at", "is_foreign"),
    [
        (NOW_MS + 30_001, 1030.0, True),
        (NOW_MS + 30_000, 1030.0, False),  # the last moment at which the life before may have sent it
        (NOW_MS - 86_400_000, 9000.0, False),  # the notebook is older than the order
        (NOW_MS + 3_600_000, 1029.0, False),  # the exchange's clock, or ours, is wrong
        (None, 9000.0, False),  # silence proves nothing
    ],
)
def test_it_takes_a_late_order_that_was_seen_late(created_ms, seen_at, is_foreign):
    assert is_of_another(replace(SEEN, created_ms=created_ms), TENURE, seen_at) is is_foreign
