"""The states of a lot and every way from one to another; an event without an entry in its row is impossible."""

from enum import StrEnum

from lotkeeper.trading.orders.states import ImpossibleError


class LotState(StrEnum):
    OPEN = "OPEN"  # something sellable has no SELL yet: being decided, or waiting (why stands beside it)
    SELLING = "SELLING"  # at least one SELL is in flight or on the book
    PARKED = "PARKED"  # what is left cannot be sold now; the reason stands beside it
    QUEUED = "QUEUED"  # it could be sold, and every order slot of the pair is taken by nearer SELLs
    HELD = "HELD"  # a person cancelled the SELL: nothing is placed until the pair is resumed
    CLOSED = "CLOSED"  # everything sellable is sold; dust may be left as inventory


class LotEvent(StrEnum):
    BOUGHT = "BOUGHT"
    SELL_SENT = "SELL_SENT"
    SELL_ENDED = "SELL_ENDED"  # the last live SELL ended and something sellable is left
    SOLD_OUT = "SOLD_OUT"
    PARKED = "PARKED"
    QUEUED = "QUEUED"
    HELD = "HELD"
    RESUMED = "RESUMED"


S, E = LotState, LotEvent

_TABLE: dict[LotState, dict[LotEvent, LotState]] = {
    S.OPEN: {
        E.BOUGHT: S.OPEN,
        E.SELL_SENT: S.SELLING,
        E.SELL_ENDED: S.OPEN,
        E.SOLD_OUT: S.CLOSED,
        E.PARKED: S.PARKED,
        E.QUEUED: S.QUEUED,
        E.HELD: S.HELD,
        E.RESUMED: S.OPEN,
    },
    S.SELLING: {
        E.BOUGHT: S.SELLING,
        E.SELL_SENT: S.SELLING,
        E.SELL_ENDED: S.OPEN,
        E.SOLD_OUT: S.CLOSED,
        E.PARKED: S.SELLING,  # the SELLs on the book stand; only the rest is parked
        E.QUEUED: S.SELLING,  # likewise
        E.HELD: S.HELD,
        E.RESUMED: S.SELLING,
    },
    S.PARKED: {
        E.BOUGHT: S.OPEN,
        E.SELL_SENT: S.SELLING,
        E.SELL_ENDED: S.OPEN,
        E.SOLD_OUT: S.CLOSED,
        E.PARKED: S.PARKED,
        E.QUEUED: S.QUEUED,
        E.HELD: S.HELD,
        E.RESUMED: S.OPEN,
    },
    S.QUEUED: {
        E.BOUGHT: S.OPEN,
        E.SELL_SENT: S.SELLING,
        E.SELL_ENDED: S.OPEN,
        E.SOLD_OUT: S.CLOSED,
        E.PARKED: S.PARKED,
        E.QUEUED: S.QUEUED,
        E.HELD: S.HELD,
        E.RESUMED: S.OPEN,
    },
    S.HELD: {
        E.BOUGHT: S.HELD,
        E.SELL_SENT: S.HELD,  # other SELLs of the lot stand
        E.SELL_ENDED: S.HELD,
        E.SOLD_OUT: S.CLOSED,  # surprise: filled after the cancel
        E.PARKED: S.HELD,
        E.QUEUED: S.HELD,
        E.HELD: S.HELD,
        E.RESUMED: S.OPEN,
    },
    S.CLOSED: {
        E.BOUGHT: S.OPEN,  # surprise: a fill of the BUY that arrives after all before it was sold
        E.SELL_SENT: S.SELLING,  # surprise: a SELL believed filled is still on the book
        E.SELL_ENDED: S.OPEN,
        E.SOLD_OUT: S.CLOSED,
        E.PARKED: S.CLOSED,
        E.RESUMED: S.CLOSED,
    },
}

_NO_SELL = "a person can only cancel a SELL that stands, and a closed lot has none"
_NOTHING_LEFT = "a closed lot has nothing left that could wait for an order slot"
IMPOSSIBLE: dict[tuple[LotState, LotEvent], str] = {
    (S.CLOSED, E.HELD): _NO_SELL,
    (S.CLOSED, E.QUEUED): _NOTHING_LEFT,
}


def moved(state: LotState, event: LotEvent) -> LotState:
    """The state after `event`; raises ImpossibleError where the table has no entry."""
    row = _TABLE[state]
    if event not in row:
        raise ImpossibleError(f"a lot that is {state} cannot be {event}: {IMPOSSIBLE[state, event]}")
    return row[event]
