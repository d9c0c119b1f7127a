"""Which trade proves that the account's stream is deaf."""

from dataclasses import replace

import pytest

from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.recovery.stream_audit import MARGIN_MS, missed_by_stream
from tests.actors.gateway.exchange_memory import fill

SINCE_MS, ASKED_MS = 1_795_000_000_000, 1_795_000_120_000
BUY = replace(fill(7, 101, Side.BUY, "1", "100", "0", "BTC"), time_ms=SINCE_MS + 60_000)


def test_a_buy_in_the_time_in_which_the_stream_was_proven():
    assert missed_by_stream([BUY], SINCE_MS, ASKED_MS) == BUY


@pytest.mark.parametrize(
    "time_ms",
    [SINCE_MS - 1, SINCE_MS + MARGIN_MS, ASKED_MS - MARGIN_MS, ASKED_MS],
    ids=["before", "just", "late", "now"],
)
def test_what_may_have_been_missed_for_another_reason_proves_nothing(time_ms):
    assert missed_by_stream([replace(BUY, time_ms=time_ms)], SINCE_MS, ASKED_MS) is None


def test_sells_may_be_anybodys():
    assert missed_by_stream([replace(BUY, side=Side.SELL)], SINCE_MS, ASKED_MS) is None


def test_the_first_of_them_is_named():
    others = [replace(BUY, trade_id=number) for number in (102, 103)]
    assert missed_by_stream([replace(BUY, side=Side.SELL), *others], SINCE_MS, ASKED_MS) == others[0]
