"""What the Gateway makes of the exchange's refusal of a SELL."""

from decimal import Decimal as D

import pytest

from actors.gateway_parts.orders import placed
from lotkeeper.exchange.outcomes import RateLimited, Refused
from messages.orders import PlaceSellOrder, RefusalKind, SellRefused

ORDER = PlaceSellOrder("BTCUSDT", 1, "lk1-5eh-1", D(1), D(1), 1_700_000_000_000)


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (-2010, "Duplicate order sent.", RefusalKind.DUPLICATE),
        (-1010, "DUPLICATE ORDER SENT.", RefusalKind.DUPLICATE),
        (-2010, "Account has insufficient balance for requested action.", RefusalKind.INSUFFICIENT_BALANCE),
        (-1013, "Filter failure: PERCENT_PRICE", RefusalKind.PERCENT_PRICE),
        (-1013, "Filter failure: PERCENT_PRICE_BY_SIDE", RefusalKind.PERCENT_PRICE),
        (-1013, "Filter failure: MAX_NUM_ORDERS", RefusalKind.TOO_MANY_ORDERS),
        (-1013, "Filter failure: MAX_NUM_ALGO_ORDERS", RefusalKind.FILTER),
        (-1013, "Filter failure: LOT_SIZE", RefusalKind.FILTER),
        (-2010, "Market is closed.", RefusalKind.OTHER),
        (-1100, "Illegal characters found in a parameter.", RefusalKind.OTHER),
    ],
)
def test_a_refusal_says_what_the_keeper_is_wrong_about(code, text, kind):
    assert placed(ORDER, Refused(code, text)) == SellRefused("BTCUSDT", "lk1-5eh-1", code, text, kind=kind)


def test_what_was_never_sent_shows_nothing():
    refusal = placed(ORDER, RateLimited(7.0, False, "Too many requests"))
    assert isinstance(refusal, SellRefused)
    assert (refusal.kind, refusal.retry_s) == (RefusalKind.OTHER, 7.0)
