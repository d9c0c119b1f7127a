"""When a round need not be waited for any longer."""

import pytest

from lotkeeper.verification.drill.rounds import is_irreparable
from lotkeeper.verification.judge.verdict import NO_BUY_LOST, NOT_BELOW_FLOOR, NOTHING_TWICE, JudgeFinding


def finding(point: int, lot: str = "lk1-5eh") -> JudgeFinding:
    return JudgeFinding(point, "main", "BTCUSDT", lot, "text")


@pytest.mark.parametrize(
    ("found", "irreparable"),
    [
        ([], False),
        ([finding(NO_BUY_LOST)], False),
        ([finding(NOTHING_TWICE), finding(NO_BUY_LOST)], True),
        ([finding(NOT_BELOW_FLOOR)], True),
        ([finding(NOT_BELOW_FLOOR), finding(NO_BUY_LOST)], False),  # a SELL is still to come, at a price that brings it
        ([finding(NOT_BELOW_FLOOR), finding(NO_BUY_LOST, "lk1-5ei")], True),
    ],
)
def test_only_what_waiting_cannot_mend_is_irreparable(found: list[JudgeFinding], irreparable: bool) -> None:
    assert is_irreparable(found) is irreparable
