import pytest

from lotkeeper.verification.staging.round_trip import NO_DISTANCE, RoundTrip


@pytest.mark.parametrize(
    ("round_trip", "options"),
    [
        (NO_DISTANCE, ()),
        (RoundTrip(100), ("--round-trip-ms", "100")),
        (RoundTrip(0.5, 20), ("--round-trip-ms", "0.5", "--jitter-ms", "20")),
    ],
)
def test_the_options_that_make_this_distance(round_trip, options):
    assert round_trip.options() == options


def test_the_longest_round_trip_has_all_of_the_jitter():
    assert RoundTrip(100, 20).longest_s == 0.12
