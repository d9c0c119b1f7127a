"""For how long an order without an answer keeps one of the same name from leaving."""

from decimal import Decimal as D

from actors.gateway_parts.doubts import Doubts
from messages.orders import PlaceSellOrder, SellOutcomeUnknown, SellRefused

ORDER = PlaceSellOrder("BTCUSDT", 1, "lk1-5eh-1", D(1), D(1), 0)
UNKNOWN = SellOutcomeUnknown("BTCUSDT", "lk1-5eh-1", "no answer")
REFUSED = SellRefused("BTCUSDT", "lk1-5eh-1", -2010, "no")
RECV_WINDOW_MS = 5000
DEAD_MS = 1000 + RECV_WINDOW_MS + 10_000


def doubting() -> Doubts:
    doubts = Doubts()
    doubts.answered(ORDER.client_id, UNKNOWN, 1000, RECV_WINDOW_MS)
    return doubts


def test_until_it_cannot_be_under_way_any_more():
    assert isinstance(doubting().about(ORDER, DEAD_MS), SellOutcomeUnknown)
    assert doubting().about(ORDER, DEAD_MS + 1) is None


def test_a_word_of_the_exchange_leaves_no_doubt():
    doubts = Doubts()
    doubts.answered(ORDER.client_id, REFUSED, 1000, RECV_WINDOW_MS)
    assert doubts.about(ORDER, 1001) is None


def test_being_held_back_does_not_make_it_wait_longer():
    doubts = doubting()
    doubts.about(ORDER, 15_000)
    assert doubts.about(ORDER, DEAD_MS + 1) is None
