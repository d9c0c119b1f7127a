"""The exchange's error codes and texts (Binance errors.md): nothing else in lotkeeper knows them."""

import re

from lotkeeper.trading.orders.refusals import RefusalKind

# For these the execution status is unknown, whatever the HTTP status. -2021: a replacement of which only half was done.
UNKNOWN_EXECUTION = frozenset({-1000, -1001, -1006, -1007, -1008, -2021})
TOO_MANY_ORDERS = -1015
TOO_MANY_REQUESTS = frozenset({-1003, TOO_MANY_ORDERS})
TOO_MANY_CONNECTIONS = -1034  # of the WebSocket API

_BY_CODE = {
    -1002: RefusalKind.BAD_KEY,
    -1021: RefusalKind.CLOCK_SKEW,
    -1022: RefusalKind.BAD_KEY,
    -1100: RefusalKind.ILLEGAL_CHARACTERS,
    -1111: RefusalKind.PRECISION,
    -1121: RefusalKind.UNKNOWN_SYMBOL,
    -2011: RefusalKind.CANCEL_REJECTED,
    -2013: RefusalKind.UNKNOWN_ORDER,
    -2014: RefusalKind.BAD_KEY,
    -2015: RefusalKind.BAD_KEY,
    -2026: RefusalKind.ARCHIVED_ORDER,
}
_DUPLICATE = "duplicate order"  # under any code: taken for a plain refusal, it would lead to a second SELL
# One code has many causes, and one cause comes under several codes: the text decides. The first that is found counts.
_TEXT_CODES = frozenset({-1010, -1013, -2010})
_BY_TEXT = (
    ("insufficient balance", RefusalKind.INSUFFICIENT_BALANCE),
    ("max_num_orders", RefusalKind.MAX_NUM_ORDERS),
    ("max_num_algo_orders", RefusalKind.MAX_NUM_ALGO_ORDERS),  # of the pair, or EXCHANGE_... of the account
    ("would trigger immediately", RefusalKind.WOULD_TRIGGER),
    ("percent_price", RefusalKind.PERCENT_PRICE),
    ("filter failure", RefusalKind.OTHER_FILTER),
    # Binance errors.md, "Messages for -1010, -2010, -2011, -1013"
    ("not whitelisted for api key", RefusalKind.FORBIDDEN),
    ("not permitted for this account", RefusalKind.FORBIDDEN),
    ("restricted for this account", RefusalKind.FORBIDDEN),
    ("disabled on this account", RefusalKind.FORBIDDEN),
    ("may not place or cancel orders", RefusalKind.FORBIDDEN),
    ("trading is not enabled", RefusalKind.FORBIDDEN),
)
# HTTP statuses by which the exchange, or what stands before it, refuses this key, account or address: not authorized,
# the firewall, the law of the country.
FORBIDDEN_STATUSES = frozenset({401, 403, 451})
_BAN_END = re.compile(r"banned until (\d{13})\b")


def refusal_kind(code: int, text: str, status: int = 400) -> RefusalKind:
    """What a refusal with this code, text and HTTP status means."""
    lower = text.lower()
    if _DUPLICATE in lower:
        return RefusalKind.DUPLICATE_ORDER
    otherwise = RefusalKind.FORBIDDEN if status in FORBIDDEN_STATUSES else RefusalKind.OTHER
    if code not in _TEXT_CODES:
        return _BY_CODE.get(code, otherwise)
    return next((kind for words, kind in _BY_TEXT if words in lower), otherwise)


def ban_end_ms(text: str) -> int | None:
    """When a ban of this address ends, by the exchange's clock (ms); None where the text names no end."""
    found = _BAN_END.search(text)
    return int(found[1]) if found else None
