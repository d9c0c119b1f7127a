from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.recovery.unknown_orders import AskAgain, GiveUp, SendAgain, not_found
from tests.lotkeeper.trading import make

# Sent at 100 s with a window of 5 s: the request may live until 115 s (5 s of its own, 10 s of the exchange's backend).
ORDER = SellOrder("BTCUSDT", SellName(7, 1), D(101), D(1), D(100), OrderState.UNKNOWN, sent_ms=100_000)
LOT = replace(make.selling()[0].lots[7], orders=(ORDER,))


@pytest.mark.parametrize(
    ("asked", "after_s"), [(1, 0.25), (2, 0.5), (3, 1.0), (4, 2.0), (5, 4.0), (6, 5.0), (7, 5.0), (10_000, 5.0)]
)
def test_it_asks_later_and_later_while_the_request_may_live(asked, after_s):
    assert not_found(ORDER, LOT, asked, 115_000, 5_000) == AskAgain(after_s)


def test_it_sends_again_once_the_request_cannot_live():
    assert not_found(ORDER, LOT, 1, 115_001, 5_000) == SendAgain()


def test_a_longer_window_is_waited_out():
    assert not_found(ORDER, LOT, 9, 169_999, 60_000) == AskAgain(5.0)
    assert not_found(ORDER, LOT, 9, 170_001, 60_000) == SendAgain()


def test_a_clock_set_back_only_waits_longer():
    assert not_found(ORDER, LOT, 1, 0, 5_000) == AskAgain(0.25)


def test_what_other_sells_cover_meanwhile_is_not_sent_again():
    """The notebook was behind: the order had been refused, and another one stands on the book for the same coins."""
    other = replace(ORDER, name=SellName(7, 2), state=OrderState.OPEN, order_id=71)
    lot = replace(LOT, orders=(ORDER, other))
    assert not_found(ORDER, lot, 1, 115_000, 5_000) == AskAgain(0.25)
    assert not_found(ORDER, lot, 1, 115_001, 5_000) == GiveUp()
