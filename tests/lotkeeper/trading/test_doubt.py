from decimal import Decimal as D

import pytest

from lotkeeper.trading.client_ids import SellName
from lotkeeper.trading.doubt import AskAgain, SendAgain, not_found
from lotkeeper.trading.order_states import OrderState
from lotkeeper.trading.orders import SellOrder

# Sent at 100 s with a window of 5 s: the request may live until 115 s (5 s of its own, 10 s of the exchange's backend).
ORDER = SellOrder("BTCUSDT", SellName(7, 1), D(101), D(1), D(100), OrderState.UNKNOWN, sent_ms=100_000)


@pytest.mark.parametrize(
    ("asked", "after_s"), [(1, 0.25), (2, 0.5), (3, 1.0), (4, 2.0), (5, 4.0), (6, 5.0), (7, 5.0), (10_000, 5.0)]
)
def test_it_asks_later_and_later_while_the_request_may_live(asked, after_s):
    assert not_found(ORDER, asked, 115_000, 5_000) == AskAgain(after_s)


def test_it_sends_again_once_the_request_cannot_live():
    assert not_found(ORDER, 1, 115_001, 5_000) == SendAgain()


def test_a_longer_window_is_waited_out():
    assert not_found(ORDER, 9, 169_999, 60_000) == AskAgain(5.0)
    assert not_found(ORDER, 9, 170_001, 60_000) == SendAgain()


def test_a_clock_set_back_only_waits_longer():
    assert not_found(ORDER, 1, 0, 5_000) == AskAgain(0.25)
