"""How long the exchange wants to be left alone."""

import pytest

from lotkeeper.exchange.budget.holds import Hold, hold_of, later

NOW = 1_700_000_000_000
BAN = "Way too much request weight used; IP banned until {}. Please use WebSocket Streams"


@pytest.mark.parametrize(
    ("retry_after_s", "text", "wait_ms"),
    [
        (7, "Too many requests.", 7_000),
        (0.4, "", 1_000),
        (0, "", 1_000),
        (7, BAN.format(NOW + 120_000), 120_000),
        (300, BAN.format(NOW + 120_000), 300_000),
        (7, BAN.format(NOW - 5_000), 7_000),
        (7, BAN.format(9_999_999_999_999), 345_600_000),
        (1e300, "", 345_600_000),
    ],
)
def test_the_later_of_what_is_said_counts(retry_after_s: float, text: str, wait_ms: int) -> None:
    assert hold_of(retry_after_s, text, NOW).until_ms == NOW + wait_ms


def test_it_has_a_reason_in_any_case() -> None:
    assert hold_of(1, " \n", NOW).reason == "the exchange says wait"


def test_a_shorter_wait_never_ends_a_longer_one() -> None:
    long, short = Hold(NOW + 2, "long"), Hold(NOW + 1, "short")
    assert later(None, short) is later(short, short) is short
    assert later(long, short) is later(short, long) is long
