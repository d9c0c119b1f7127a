"""What a refusal of a SELL that was to follow the price tells about the next one of its lot."""

import pytest

from lotkeeper.trading.orders.refusals import OF_WHOLE_PAIR, RefusalKind
from lotkeeper.trading.selling.refused_trails import RefusedTrails, TrailStart

NOW = 1_700_000_000_000
LOT, OTHER = 7, 8


def after(kind: RefusalKind, *, had_stop_price: bool = True) -> RefusedTrails:
    refused = RefusedTrails()
    refused.note(LOT, kind, had_stop_price=had_stop_price, now_ms=NOW)
    return refused


def test_a_stop_price_that_the_market_has_reached_is_left_out_for_a_moment() -> None:
    refused = after(RefusalKind.WOULD_TRIGGER)
    assert refused.start_of(LOT, NOW) is TrailStart.AT_ONCE
    assert refused.start_of(LOT, NOW + 10_000) is TrailStart.FROM_STOP_PRICE
    assert refused.start_of(OTHER, NOW) is TrailStart.FROM_STOP_PRICE


@pytest.mark.parametrize(
    "kind", [RefusalKind.MAX_NUM_ALGO_ORDERS, RefusalKind.OTHER_FILTER, RefusalKind.OTHER, RefusalKind.PERCENT_PRICE]
)
def test_any_other_refusal_makes_it_a_limit_for_ten_minutes(kind: RefusalKind) -> None:
    refused = after(kind)
    assert refused.start_of(LOT, NOW + 599_999) is TrailStart.NOT_NOW
    assert refused.start_of(LOT, NOW + 600_000) is TrailStart.FROM_STOP_PRICE
    assert refused.start_of(OTHER, NOW) is TrailStart.FROM_STOP_PRICE


def test_one_that_was_refused_without_a_stop_price_is_a_limit() -> None:
    assert after(RefusalKind.WOULD_TRIGGER, had_stop_price=False).start_of(LOT, NOW) is TrailStart.NOT_NOW


@pytest.mark.parametrize("kind", [*sorted(OF_WHOLE_PAIR), RefusalKind.NOT_SENT, RefusalKind.INSUFFICIENT_BALANCE])
def test_what_says_nothing_about_it_changes_nothing(kind: RefusalKind) -> None:
    assert after(kind).start_of(LOT, NOW) is TrailStart.FROM_STOP_PRICE


def test_a_clock_that_was_set_back_blocks_nobody() -> None:
    assert after(RefusalKind.OTHER).start_of(LOT, NOW - 1) is TrailStart.FROM_STOP_PRICE
