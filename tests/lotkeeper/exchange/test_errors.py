"""Which refusal a code and a text of the exchange stand for."""

import pytest

from lotkeeper.exchange.errors import refusal_kind
from lotkeeper.trading.orders.refusals import RefusalKind


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (-2010, "Duplicate order sent.", RefusalKind.DUPLICATE_ORDER),
        (-4116, "Duplicate order sent.", RefusalKind.DUPLICATE_ORDER),
        (-1121, "duplicate order", RefusalKind.DUPLICATE_ORDER),
        (-2010, "Duplicate Order sent.", RefusalKind.DUPLICATE_ORDER),
        (-2010, "Account has insufficient balance for requested action.", RefusalKind.INSUFFICIENT_BALANCE),
        (-1013, "Filter failure: MAX_NUM_ORDERS", RefusalKind.MAX_NUM_ORDERS),
        (-1013, "Filter failure: EXCHANGE_MAX_NUM_ORDERS", RefusalKind.MAX_NUM_ORDERS),
        (-1013, "Filter failure: MAX_NUM_ALGO_ORDERS", RefusalKind.MAX_NUM_ALGO_ORDERS),
        (-1013, "Filter failure: EXCHANGE_MAX_NUM_ALGO_ORDERS", RefusalKind.MAX_NUM_ALGO_ORDERS),
        (-2010, "Order would trigger immediately.", RefusalKind.WOULD_TRIGGER),
        (-1013, "Filter failure: PERCENT_PRICE", RefusalKind.PERCENT_PRICE),
        (-1013, "Filter failure: PERCENT_PRICE_BY_SIDE", RefusalKind.PERCENT_PRICE),
        (-1010, "Filter failure: NOTIONAL", RefusalKind.OTHER_FILTER),
        (-2010, "Market is closed.", RefusalKind.OTHER),
        (-2010, "Symbol not whitelisted for API key.", RefusalKind.FORBIDDEN),
        (-2010, "This symbol is not permitted for this account.", RefusalKind.FORBIDDEN),
        (-2010, "This action is disabled on this account.", RefusalKind.FORBIDDEN),
        (-1013, "Rest API trading is not enabled.", RefusalKind.FORBIDDEN),
        (-1111, "Precision is over the maximum defined for this asset.", RefusalKind.PRECISION),
        (-1121, "Invalid symbol.", RefusalKind.UNKNOWN_SYMBOL),
        (-1100, "Illegal characters found in parameter 'symbols'", RefusalKind.ILLEGAL_CHARACTERS),
        (-2011, "Unknown order sent.", RefusalKind.CANCEL_REJECTED),
        (-2013, "Order does not exist.", RefusalKind.UNKNOWN_ORDER),
        (-2013, "insufficient balance", RefusalKind.UNKNOWN_ORDER),
        (-2026, "Order was canceled or expired with no executed qty over 90 days ago.", RefusalKind.ARCHIVED_ORDER),
        (-1021, "", RefusalKind.CLOCK_SKEW),
        (-1022, "", RefusalKind.BAD_KEY),
        (-2014, "", RefusalKind.BAD_KEY),
        (-2015, "", RefusalKind.BAD_KEY),
        (-1102, "Mandatory parameter was not sent.", RefusalKind.OTHER),
    ],
)
def test_a_code_and_a_text_stand_for_a_kind(code: int, text: str, kind: RefusalKind) -> None:
    assert refusal_kind(code, text) is kind


FORBIDDEN, OTHER = RefusalKind.FORBIDDEN, RefusalKind.OTHER


@pytest.mark.parametrize(("status", "kind"), [(451, FORBIDDEN), (403, FORBIDDEN), (400, OTHER)])
def test_by_law_or_by_a_firewall_nothing_is_allowed_whatever_the_code(status: int, kind: RefusalKind) -> None:
    assert refusal_kind(0, "Service unavailable from a restricted location.", status) is kind
    assert refusal_kind(-2013, "Order does not exist.", status) is RefusalKind.UNKNOWN_ORDER
