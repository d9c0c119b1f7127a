"""Stops of a pair that the exchange refuses one after the other are held back for a while."""

import pytest

from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.selling.refused_stops import RefusedStops

NOW = 1_700_000_000_000


def after(*kinds: RefusalKind) -> RefusedStops:
    stops = RefusedStops()
    for kind in kinds:
        stops.note(kind, NOW)
    return stops


def held_for_s(stops: RefusedStops) -> int:
    return next(seconds for seconds in range(1000) if not stops.are_held_back(NOW + seconds * 1000))


def test_one_refusal_holds_no_other_back() -> None:
    assert held_for_s(after()) == held_for_s(after(RefusalKind.OTHER)) == 0


@pytest.mark.parametrize(("refusals", "seconds"), [(2, 10), (3, 20), (4, 40), (8, 640), (50, 640)])
def test_from_the_second_in_a_row_on_they_are_held_back_ever_longer(refusals: int, seconds: int) -> None:
    assert held_for_s(after(*[RefusalKind.OTHER] * refusals)) == seconds


def test_one_that_the_exchange_took_ends_it() -> None:
    stops = after(*[RefusalKind.OTHER] * 5)
    stops.note_standing()
    assert held_for_s(stops) == 0
    stops.note(RefusalKind.OTHER, NOW)
    assert held_for_s(stops) == 0


@pytest.mark.parametrize("kind", [RefusalKind.NOT_SENT, RefusalKind.INSUFFICIENT_BALANCE, RefusalKind.DUPLICATE_ORDER])
def test_what_says_nothing_about_stops_changes_nothing(kind: RefusalKind) -> None:
    assert held_for_s(after(*[kind] * 5)) == 0


def test_a_clock_that_was_set_back_holds_nothing_back() -> None:
    assert not after(*[RefusalKind.OTHER] * 50).are_held_back(NOW - 86_400_000)
