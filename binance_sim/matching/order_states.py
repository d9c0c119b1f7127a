"""Every transition of an order and of an order list. A missing entry is an error of the engine.

The names of the states are Binance's (source: "ENUM Definitions", order status).
"""

NEW, PENDING_NEW, PARTIALLY_FILLED = "NEW", "PENDING_NEW", "PARTIALLY_FILLED"
FILLED, CANCELED, EXPIRED, EXPIRED_IN_MATCH = "FILLED", "CANCELED", "EXPIRED", "EXPIRED_IN_MATCH"
OPEN = frozenset({NEW, PENDING_NEW, PARTIALLY_FILLED})
ON_BOOK = frozenset({NEW, PARTIALLY_FILLED})

ACCEPT, WAIT, START, TRIGGER = "accept", "wait", "start", "trigger"
FILL_PART, FILL_ALL = "fill a part", "fill all that is left"
PREVENT_PART, PREVENT_ALL = "prevent a part", "prevent all that is left"
CANCEL, EXPIRE, REJECT, AMEND = "cancel", "expire", "reject", "amend"

ORDER_TRANSITIONS: dict[tuple[str, str], str] = {
    ("", ACCEPT): NEW,
    ("", WAIT): PENDING_NEW,
    # A pending order of a list: it starts, or the list ends before.
    (PENDING_NEW, START): NEW,
    (PENDING_NEW, REJECT): EXPIRED,
    (PENDING_NEW, AMEND): PENDING_NEW,
    (PENDING_NEW, CANCEL): CANCELED,
    (PENDING_NEW, EXPIRE): EXPIRED,
    # The stop price of an order was reached: it works from now on, with the same status.
    (NEW, TRIGGER): NEW,
    (NEW, REJECT): EXPIRED,
    (NEW, FILL_PART): PARTIALLY_FILLED,
    (NEW, FILL_ALL): FILLED,
    (NEW, PREVENT_PART): NEW,
    (NEW, PREVENT_ALL): EXPIRED_IN_MATCH,
    (NEW, AMEND): NEW,
    (NEW, CANCEL): CANCELED,
    (NEW, EXPIRE): EXPIRED,
    (PARTIALLY_FILLED, FILL_PART): PARTIALLY_FILLED,
    (PARTIALLY_FILLED, FILL_ALL): FILLED,
    (PARTIALLY_FILLED, PREVENT_PART): PARTIALLY_FILLED,
    (PARTIALLY_FILLED, PREVENT_ALL): EXPIRED_IN_MATCH,
    (PARTIALLY_FILLED, AMEND): PARTIALLY_FILLED,
    (PARTIALLY_FILLED, CANCEL): CANCELED,
    (PARTIALLY_FILLED, EXPIRE): EXPIRED,
}

# (listStatusType, listOrderStatus) of an order list.
STARTED, RUNNING, RENAMED, DONE = ("EXEC_STARTED", "EXECUTING"), "run", "rename", "end"
UPDATED, ENDED = ("UPDATED", "EXECUTING"), ("ALL_DONE", "ALL_DONE")

LIST_TRANSITIONS: dict[tuple[tuple[str, str] | None, str], tuple[str, str]] = {
    (None, RUNNING): STARTED,
    (STARTED, RUNNING): STARTED,
    (STARTED, RENAMED): UPDATED,
    (STARTED, DONE): ENDED,
    (UPDATED, RUNNING): STARTED,
    (UPDATED, RENAMED): UPDATED,
    (UPDATED, DONE): ENDED,
}


class TransitionError(AssertionError):
    """Something happened to an order that cannot happen in its state: an error of the engine."""


def next_order_status(status: str, what: str) -> str:
    """The order's next status; raises TransitionError."""
    try:
        return ORDER_TRANSITIONS[status, what]
    except KeyError:
        raise TransitionError(f"{what!r} cannot happen to an order that is {status or 'not there'}") from None


def next_list_status(status: tuple[str, str] | None, what: str) -> tuple[str, str]:
    """The order list's next status; raises TransitionError."""
    try:
        return LIST_TRANSITIONS[status, what]
    except KeyError:
        raise TransitionError(f"{what!r} cannot happen to an order list that is {status}") from None
