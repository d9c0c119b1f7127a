"""Why the exchange refused a request, as a value: what a refusal tells about our belief depends on its kind."""

from collections.abc import Mapping
from enum import StrEnum


class RefusalKind(StrEnum):
    """The refusals that lotkeeper tells apart. Every refusal is definite: nothing happened."""

    NOT_SENT = "not sent"  # refused on our side, or by a rate limit: the exchange never looked at the request
    DUPLICATE_ORDER = "duplicate order"  # an open order has this client order id: an earlier copy did arrive
    INSUFFICIENT_BALANCE = "insufficient balance"  # the account has fewer free coins than we believe
    MAX_NUM_ORDERS = "max num orders"  # filter MAX_NUM_ORDERS: more orders are open than we know of
    MAX_NUM_ALGO_ORDERS = "max num algo orders"  # likewise, for orders that wait for a price
    WOULD_TRIGGER = "would trigger"  # the market has reached its stop price already
    PERCENT_PRICE = "percent price"  # filter PERCENT_PRICE or PERCENT_PRICE_BY_SIDE: too far from the reference price
    OTHER_FILTER = "other filter"  # any other filter: the rules of the pair may have changed
    PRECISION = "precision"  # more digits than the exchange takes: the rules of the pair have changed
    UNKNOWN_SYMBOL = "unknown symbol"  # the exchange does not list the pair
    ILLEGAL_CHARACTERS = "illegal characters"  # a parameter, such as a symbol, that cannot be valid
    UNKNOWN_ORDER = "unknown order"  # asked about: the exchange knows no such order (yet: it may still be under way)
    CANCEL_REJECTED = "cancel rejected"  # the order to cancel has ended or never was
    ARCHIVED_ORDER = "archived order"  # older than 90 days and without a fill: the exchange no longer shows it
    CLOCK_SKEW = "clock skew"  # our timestamp was outside the receive window
    BAD_KEY = "bad key"  # the key, its permissions, its IP list or the signature is wrong; no retry helps
    FORBIDDEN = "forbidden"  # the account, or the key, may not sell this pair; no retry helps before a person acts
    OTHER = "other"


# These concern every SELL of the pair alike: one is tried now and then, and the others wait for it.
OF_WHOLE_PAIR = frozenset(
    {RefusalKind.BAD_KEY, RefusalKind.FORBIDDEN, RefusalKind.UNKNOWN_SYMBOL, RefusalKind.ILLEGAL_CHARACTERS}
)
# What a person can do about a refusal, for people.
ADVICE: Mapping[RefusalKind, str] = {
    RefusalKind.BAD_KEY: "check that the key may trade on spot, and that the addresses it allows have this one",
    RefusalKind.FORBIDDEN: "check the pairs that the key allows, and what the exchange allows this account",
    RefusalKind.UNKNOWN_SYMBOL: "check whether the exchange still lists the pair",
    RefusalKind.ILLEGAL_CHARACTERS: "check the name of the pair",
}
