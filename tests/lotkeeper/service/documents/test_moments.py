"""Moments as people write them."""

from datetime import UTC, datetime

import pytest

from lotkeeper.service.documents.moments import parse_moment

NOW = datetime(2026, 11, 30, 5, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "is_end", "moment"),
    [
        ("2026-11-30", False, "2026-11-30T00:00:00+00:00"),
        ("2026-11-30", True, "2026-12-01T00:00:00+00:00"),  # with all of its day
        ("2026-11-30T12:00", True, "2026-11-30T12:00:00+00:00"),
        ("2026-11-30 12:00:30", False, "2026-11-30T12:00:30+00:00"),
        ("2026-11-30T12:00+02:00", False, "2026-11-30T10:00:00+00:00"),
        ("7d", False, "2026-11-23T05:14:00+00:00"),
        ("4w", False, "2026-11-02T05:14:00+00:00"),
        ("90m", True, "2026-11-30T03:44:00+00:00"),
        ("12h", False, "2026-11-29T17:14:00+00:00"),
    ],
)
def test_all_ways_are_utc(text, is_end, moment):
    assert parse_moment(text, NOW, is_end=is_end).isoformat() == moment


@pytest.mark.parametrize("text", ["", "yesterday", "7", "7y", "2026-13-01", "30.11.2026", "999999w", "-7d"])
def test_what_is_no_time_gets_a_sentence(text):
    with pytest.raises(ValueError, match="is no time; allowed is a date such as 2026-11-30"):
        parse_moment(text, NOW, is_end=False)
