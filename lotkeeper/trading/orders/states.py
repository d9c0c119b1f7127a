"""The states of an order of ours, and every way from one to another.

Every move of an order stands in this table. An event that has no entry in its row is impossible, for the reason that
stands in `IMPOSSIBLE`. "Surprise" marks what a tidy protocol would forbid and a real exchange does: events that come
late, twice, or before the reply.
"""

from enum import StrEnum


class OrderState(StrEnum):
    PLACING = "PLACING"  # sent, no answer yet
    UNKNOWN = "UNKNOWN"  # the answer was lost: the keeper asks the exchange by its client id
    OPEN = "OPEN"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    CANCELING = "CANCELING"  # we asked for its cancel: it stands on the book until the exchange says otherwise
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"  # ended by the exchange: self-trade prevention, maintenance, delisting
    REFUSED = "REFUSED"  # never on the book, as the exchange said
    NOT_SENT = "NOT_SENT"  # never left the Gateway: the next SELL of its lot takes its name


class OrderEvent(StrEnum):
    ACCEPTED = "ACCEPTED"
    PARTIALLY_FILLED = "PARTIALLY_FILLED"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    EXPIRED = "EXPIRED"
    REFUSED = "REFUSED"
    NOT_SENT = "NOT_SENT"  # the Gateway did not send it, or the exchange did not look at it
    AMENDED = "AMENDED"  # somebody made it smaller (the exchange says REPLACED)
    ANSWER_LOST = "ANSWER_LOST"
    SENT_AGAIN = "SENT_AGAIN"
    CANCEL_SENT = "CANCEL_SENT"
    NEVER_ARRIVED = "NEVER_ARRIVED"  # a person says so, once the request cannot arrive any more
    CANCEL_REFUSED = "CANCEL_REFUSED"  # refused or never arrived: the order stands


class ImpossibleError(Exception):
    """An event met a state in which it cannot happen: our data or the report is wrong, so reconcile."""


S, E = OrderState, OrderEvent

# None: the event changes nothing.
_ENDED = {
    # all of them are surprises: late copies of earlier events change nothing
    E.ACCEPTED: None,
    E.PARTIALLY_FILLED: None,
    E.AMENDED: None,
    E.ANSWER_LOST: None,
    E.REFUSED: None,  # surprise: a cancel or a second copy was refused; the order itself has ended
    E.NOT_SENT: None,
    E.CANCEL_REFUSED: None,  # surprise: it ended before its cancel arrived
}

_WAS_NOT_ON_BOOK = {
    E.NOT_SENT: None,
    E.ANSWER_LOST: None,
    # surprise: what was refused or not sent was a copy, and the first one stands on the book after all
    E.ACCEPTED: S.OPEN,
    E.PARTIALLY_FILLED: S.PARTIALLY_FILLED,
    E.FILLED: S.FILLED,
    E.CANCELED: S.CANCELED,
    E.EXPIRED: S.EXPIRED,
    E.AMENDED: S.OPEN,
}

_TABLE: dict[OrderState, dict[OrderEvent, OrderState | None]] = {
    S.PLACING: {
        E.ACCEPTED: S.OPEN,
        E.PARTIALLY_FILLED: S.PARTIALLY_FILLED,
        E.FILLED: S.FILLED,
        E.CANCELED: S.CANCELED,
        E.EXPIRED: S.EXPIRED,
        E.REFUSED: S.REFUSED,
        E.NOT_SENT: S.NOT_SENT,
        E.AMENDED: S.OPEN,  # surprise: amended before our reply arrived, so it stands
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
        E.NOT_SENT: S.NOT_SENT,
        E.AMENDED: S.OPEN,
        E.ANSWER_LOST: None,
        E.SENT_AGAIN: S.PLACING,
        E.NEVER_ARRIVED: S.REFUSED,
    },
    S.OPEN: {
        E.ACCEPTED: None,
        E.PARTIALLY_FILLED: S.PARTIALLY_FILLED,
        E.FILLED: S.FILLED,
        E.CANCELED: S.CANCELED,
        E.EXPIRED: S.EXPIRED,
        E.AMENDED: None,
        E.REFUSED: None,  # surprise: the refusal of a copy ("Duplicate order sent."), the order stands
        E.NOT_SENT: None,  # surprise: a copy was not sent
        E.ANSWER_LOST: None,  # surprise: the event came before the reply was lost
        E.CANCEL_SENT: S.CANCELING,
        E.CANCEL_REFUSED: None,
    },
    S.PARTIALLY_FILLED: {
        E.ACCEPTED: None,  # surprise: a late NEW
        E.PARTIALLY_FILLED: None,
        E.FILLED: S.FILLED,
        E.CANCELED: S.CANCELED,
        E.EXPIRED: S.EXPIRED,
        E.AMENDED: None,
        E.REFUSED: None,
        E.NOT_SENT: None,
        E.ANSWER_LOST: None,
        E.CANCEL_SENT: S.CANCELING,
        E.CANCEL_REFUSED: None,
    },
    S.CANCELING: {
        E.ACCEPTED: None,  # it is still on the book; a failed cancel is another event
        E.PARTIALLY_FILLED: None,
        E.FILLED: S.FILLED,  # surprise: the cancel lost the race
        E.CANCELED: S.CANCELED,
        E.EXPIRED: S.EXPIRED,
        E.AMENDED: None,
        E.REFUSED: None,
        E.NOT_SENT: None,
        E.ANSWER_LOST: None,  # asked about by its order id until the exchange answers
        E.CANCEL_SENT: None,
        E.CANCEL_REFUSED: S.OPEN,
    },
    S.FILLED: {**_ENDED, E.FILLED: None, E.CANCELED: None, E.EXPIRED: None},
    S.CANCELED: {**_ENDED, E.FILLED: S.FILLED, E.CANCELED: None, E.EXPIRED: None},  # surprise: filled after cancel
    S.EXPIRED: {**_ENDED, E.FILLED: S.FILLED, E.CANCELED: None, E.EXPIRED: None},
    S.REFUSED: {E.REFUSED: None, **_WAS_NOT_ON_BOOK},
    S.NOT_SENT: {E.REFUSED: S.REFUSED, **_WAS_NOT_ON_BOOK},
}

_ANSWERED = "what has answered is never sent again"
_NOT_STANDING = "only an order that is known to stand is cancelled by us"
_NO_CANCEL = "no cancel of it was sent"
_NO_DOUBT = "only an order whose outcome is not known is settled by a person"
IMPOSSIBLE: dict[tuple[OrderState, OrderEvent], str] = {
    **{(state, E.SENT_AGAIN): _ANSWERED for state in S if state not in (S.PLACING, S.UNKNOWN)},
    **{(state, E.CANCEL_SENT): _NOT_STANDING for state in S if E.CANCEL_SENT not in _TABLE[state]},
    **{(state, E.NEVER_ARRIVED): _NO_DOUBT for state in S if state is not S.UNKNOWN},
    **{(state, E.CANCEL_REFUSED): _NO_CANCEL for state in (S.PLACING, S.UNKNOWN, S.REFUSED, S.NOT_SENT)},
}

LIVE = frozenset({S.PLACING, S.UNKNOWN, S.OPEN, S.PARTIALLY_FILLED, S.CANCELING})
IN_FLIGHT = frozenset({S.PLACING, S.UNKNOWN})
ON_BOOK = frozenset({S.OPEN, S.PARTIALLY_FILLED, S.CANCELING})
AWAITED = IN_FLIGHT | {S.CANCELING}  # a request was sent, and its outcome is not known
CANCELABLE = ON_BOOK - AWAITED
NEVER_ON_BOOK = frozenset({S.REFUSED, S.NOT_SENT})

# Binance enums.md, "Order status"; PENDING_CANCEL is unused by the exchange, PENDING_NEW waits for another leg.
_STATUS = {
    "NEW": E.ACCEPTED,
    "PENDING_NEW": E.ACCEPTED,
    "PENDING_CANCEL": E.ACCEPTED,
    "PARTIALLY_FILLED": E.PARTIALLY_FILLED,
    "REPLACED": E.AMENDED,  # an execution type today; it was listed as a status once
    "FILLED": E.FILLED,
    "CANCELED": E.CANCELED,
    "EXPIRED": E.EXPIRED,
    "EXPIRED_IN_MATCH": E.EXPIRED,
    "REJECTED": E.REFUSED,
}
KNOWN_STATUSES = frozenset(_STATUS)
# Why the exchange ended an order by itself, for people (Binance enums.md and faqs/stp_faq.md).
_EXPIRED_IN_MATCH = (
    "the exchange ends SELLs at its price, which would trade with an order of your own (self-trade prevention): cancel "
    "your BUY that stands at its price or above"
)
_EXPIRED = "the exchange ends SELLs at its price by itself"
FINAL_STATUS = frozenset({"FILLED", "CANCELED", "EXPIRED", "EXPIRED_IN_MATCH", "REJECTED"})


def next_state(state: OrderState, event: OrderEvent) -> OrderState:
    """The state after `event`; raises ImpossibleError where the table has no entry."""
    row = _TABLE[state]
    if event not in row:
        raise ImpossibleError(f"an order that is {state} cannot be {event}: {IMPOSSIBLE[state, event]}")
    return row[event] or state


def why_expired(status: str) -> str:
    """Why an order of this status has EXPIRED, for people."""
    return _EXPIRED_IN_MATCH if status == "EXPIRED_IN_MATCH" else _EXPIRED


def event_of(status: str) -> OrderEvent:
    """The event that an order status of the exchange stands for; raises ImpossibleError for a status not known."""
    event = _STATUS.get(status)
    if event is None:
        raise ImpossibleError(f"the exchange reports the order status {status!r}, which is not known")
    return event
