"""What the Gateway makes of the exchange's refusal of a SELL."""

from decimal import Decimal as D

import pytest

from actors.gateway.orders import placed
from lotkeeper.exchange.rest.outcomes import NotSent, RateLimited, Refused
from lotkeeper.trading.orders.refusals import RefusalKind
from messages.orders import PlaceSellOrder, SellRefused

ORDER = PlaceSellOrder("BTCUSDT", 1, "lk1-5eh-1", D(1), D(1), 1_700_000_000_000)


@pytest.mark.parametrize("kind", RefusalKind)
def test_a_refusal_keeps_its_kind(kind):
    told = placed(ORDER, Refused(-2010, "no", kind))
    assert told == SellRefused("BTCUSDT", "lk1-5eh-1", -2010, "no", kind=kind)


@pytest.mark.parametrize("outcome", [RateLimited(7.0, "Too many requests"), NotSent("nobody was reached")])
def test_what_was_never_sent_says_so_and_when_to_try_again(outcome):
    told = placed(ORDER, outcome)
    assert isinstance(told, SellRefused)
    assert told.kind is RefusalKind.NOT_SENT
    assert told.retry_s
