"""The states of an order of ours, and every way from one to another.

Two rules: whatever moves an order stands in this table, and an absent entry is the error. "Surprise" marks what a tidy
protocol would forbid and a real exchange does: events late, twice, or before the reply.
"""

from enum import StrEnum


class OrderState(StrEnum):
    PLACING = "PLACING"  # sent, no answer yet
    UNKNOWN = "UNKNOWN"  # the answer was lost: asked about by its client id
    OPEN = "OPEN"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"  # ended by the exchange: self-trade prevention, maintenance, delisting
    REFUSED = "REFUSED"  # never on the book, by the exchange's own word


class OrderEvent(StrEnum):
    ACCEPTED = "ACCEPTED"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    REFUSED = "REFUSED"
    ANSWER_LOST = "ANSWER_LOST"
    SENT_AGAIN = "SENT_AGAIN"


class ImpossibleError(Exception):
    """An event met a state in which it cannot happen: our belief or the report is wrong; reconcile."""


S, E = OrderState, OrderEvent

_ENDED = {
    # a surprise all of them: late copies of earlier news change nothing
    E.ACCEPTED: None,
    E.PARTIALLY_FILLED: None,
    E.ANSWER_LOST: None,
    E.REFUSED: None,  # surprise: a cancel or a second copy was refused; the order itself has ended
}

_TABLE: dict[OrderState, dict[OrderEvent, OrderState | None]] = {
    S.PLACING: {
        E.ACCEPTED: S.OPEN,
        E.PARTIALLY_FILLED: S.PARTIALLY_FILLED,
        E.FILLED: S.FILLED,
        E.CANCELED: S.CANCELED,
        E.EXPIRED: S.EXPIRED,
        E.REFUSED: S.REFUSED,
        E.ANSWER_LOST: S.UNKNOWN,
        E.SENT_AGAIN: None,
    },
    S.UNKNOWN: {
        E.ACCEPTED: S.OPEN,
        E.PARTIALLY_FILLED: S.PARTIALLY_FILLED,
        E.FILLED: S.FILLED,
        E.CANCELED: S.CANCELED,
        E.EXPIRED: S.EXPIRED,
        E.REFUSED: S.REFUSED,
        E.ANSWER_LOST: None,
        E.SENT_AGAIN: S.PLACING,
    },
    S.OPEN: {
        E.ACCEPTED: None,
        E.PARTIALLY_FILLED: S.PARTIALLY_FILLED,
        E.FILLED: S.FILLED,
        E.CANCELED: S.CANCELED,
        E.EXPIRED: S.EXPIRED,
        E.REFUSED: None,  # surprise: the refusal of a copy ("Duplicate order sent."), the order stands
        E.ANSWER_LOST: None,  # surprise: the event came before the reply was lost
    },
    S.PARTIALLY_FILLED: {
        E.ACCEPTED: None,  # surprise: a late NEW
        E.PARTIALLY_FILLED: None,
        E.FILLED: S.FILLED,
        E.CANCELED: S.CANCELED,
        E.EXPIRED: S.EXPIRED,
        E.REFUSED: None,
        E.ANSWER_LOST: None,
    },
    S.FILLED: {**_ENDED, E.FILLED: None, E.CANCELED: None, E.EXPIRED: None},
    S.CANCELED: {**_ENDED, E.FILLED: S.FILLED, E.CANCELED: None, E.EXPIRED: None},  # surprise: filled after cancel
    S.EXPIRED: {**_ENDED, E.FILLED: S.FILLED, E.CANCELED: None, E.EXPIRED: None},
    S.REFUSED: {
        E.REFUSED: None,
        E.ANSWER_LOST: None,
        # surprise: a refusal belonged to a copy, and the first one stands on the book after all
        E.ACCEPTED: S.OPEN,
        E.PARTIALLY_FILLED: S.PARTIALLY_FILLED,
        E.FILLED: S.FILLED,
        E.CANCELED: S.CANCELED,
        E.EXPIRED: S.EXPIRED,
    },
}

LIVE = frozenset({S.PLACING, S.UNKNOWN, S.OPEN, S.PARTIALLY_FILLED})
IN_FLIGHT = frozenset({S.PLACING, S.UNKNOWN})
ON_BOOK = frozenset({S.OPEN, S.PARTIALLY_FILLED})

# Binance enums.md, "Order status"; PENDING_CANCEL is unused by the exchange, PENDING_NEW waits for another leg.
_STATUS = {
    "NEW": E.ACCEPTED,
    "PENDING_NEW": E.ACCEPTED,
    "PENDING_CANCEL": E.ACCEPTED,
    "PARTIALLY_FILLED": E.PARTIALLY_FILLED,
    "FILLED": E.FILLED,
    "CANCELED": E.CANCELED,
    "EXPIRED": E.EXPIRED,
    "EXPIRED_IN_MATCH": E.EXPIRED,
    "REJECTED": E.REFUSED,
}
FINAL_STATUS = frozenset({"FILLED", "CANCELED", "EXPIRED", "EXPIRED_IN_MATCH", "REJECTED"})


def moved(state: OrderState, event: OrderEvent) -> OrderState:
    """The state after `event`; raises ImpossibleError where the table has no entry."""
    row = _TABLE[state]
    if event not in row:
        raise ImpossibleError(f"an order that is {state} cannot be {event}")
    return row[event] or state


def event_of(status: str) -> OrderEvent:
    """The event that an order status of the exchange stands for; raises ImpossibleError for a status not known."""
    event = _STATUS.get(status)
    if event is None:
        raise ImpossibleError(f"the exchange reports the order status {status!r}, which is not known")
    return event
