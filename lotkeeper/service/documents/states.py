"""The states by which lists are asked for, in the words in which a person gives them."""

_LOTS = ("open", "selling", "parked", "queued", "held", "closed")
LOT_STATES = {each: (each.upper(),) for each in _LOTS}
OPEN_LOT_STATES = frozenset(each.upper() for each in _LOTS if each != "closed")
# SELLs have states of ours, BUYs those of the exchange.
ORDER_STATES = {
    "open": ("OPEN", "NEW", "PENDING_NEW"),
    "partially_filled": ("PARTIALLY_FILLED",),
    "filled": ("FILLED",),
    "canceled": ("CANCELED",),
    "expired": ("EXPIRED", "EXPIRED_IN_MATCH"),
    "refused": ("REFUSED", "REJECTED"),
    "ended": ("ENDED",),
    "placing": ("PLACING",),
    "unknown": ("UNKNOWN",),
    "canceling": ("CANCELING",),
    "not_sent": ("NOT_SENT",),
}
