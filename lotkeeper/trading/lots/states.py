"""The states of a lot, why one is held, and every way from one to another.

Two tables: the first moves the state, the second the reason of a lot that is HELD. An event that has no entry in its
row is impossible, for the reason that stands in `IMPOSSIBLE` or `IMPOSSIBLE_HOLDS`.
"""

from enum import StrEnum

from lotkeeper.trading.orders.states import ImpossibleError


class LotState(StrEnum):
    OPEN = "OPEN"  # something sellable has no SELL yet: being decided, or waiting (why stands beside it)
    SELLING = "SELLING"  # at least one SELL is in flight or on the book
    PARKED = "PARKED"  # what is left cannot be sold now; the reason stands beside it
    QUEUED = "QUEUED"  # it could be sold, and every order slot of the pair is taken by nearer SELLs
    HELD = "HELD"  # nothing is placed until what holds it is over; which that is says its HoldReason
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
    S.HELD: {  # which reason a further event leaves behind, and when the lot is freed: see the table of reasons below
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


def next_state(state: LotState, event: LotEvent) -> LotState:
    """The state after `event`; raises ImpossibleError where the table has no entry."""
    row = _TABLE[state]
    if event not in row:
        raise ImpossibleError(f"a lot that is {state} cannot be {event}: {IMPOSSIBLE[state, event]}")
    return row[event]


class HoldReason(StrEnum):
    """Why a lot is HELD. The four that begin with READING end when the history of the lot has been read."""

    RELEASING = "RELEASING"  # its owner takes it: its SELLs are cancelled, then the rest leaves the lot; final
    CANCELLED_BY_HAND = "CANCELLED_BY_HAND"  # a person cancelled one of its SELLs; until the pair is resumed
    AMENDED_BY_HAND = "AMENDED_BY_HAND"  # a person made one of its SELLs smaller; until the pair is resumed
    ORDER_LIST = "ORDER_LIST"  # its BUY is part of an order list of the trader, which sells it; until that has ended
    PERHAPS_SOLD = "PERHAPS_SOLD"  # a SELL without a name may have been its own; until a person resumes the pair
    READING = "READING"  # rebuilt: what its earlier SELLs sold is not known yet
    READING_CANCELLED = "READING_CANCELLED"  # READING, then CANCELLED_BY_HAND
    READING_AMENDED = "READING_AMENDED"  # READING, then AMENDED_BY_HAND
    READING_PERHAPS_SOLD = "READING_PERHAPS_SOLD"  # READING, then PERHAPS_SOLD


class HoldEvent(StrEnum):
    RELEASED = "RELEASED"  # a person releases the lot
    CANCELLED = "CANCELLED"  # a person cancelled a SELL of the lot
    AMENDED = "AMENDED"  # a person made a SELL of the lot smaller
    UNREAD = "UNREAD"  # it has fills from before our time, so it may have had SELLs that are not known here
    READ = "READ"  # its history was read, and all that it sold is known
    DOUBTED = "DOUBTED"  # its history was read, and a SELL cut short by hand may have been its own
    RESUMED = "RESUMED"  # a person resumes the pair
    LISTED = "LISTED"  # its BUY is part of an order list
    UNLISTED = "UNLISTED"  # no SELL of that list can sell it any more


H, V = HoldReason, HoldEvent

UNTIL_RESUMED = frozenset({H.CANCELLED_BY_HAND, H.AMENDED_BY_HAND, H.PERHAPS_SOLD})
READING = frozenset({H.READING, H.READING_CANCELLED, H.READING_AMENDED, H.READING_PERHAPS_SOLD})

# None: the lot is not held. Nothing lifts a release. A cancel or an amendment by hand does not end the reading of a
# lot's history, and holds the lot when that is read. A resume lifts what a person did, and never what is not read yet.
_HOLDS: dict[HoldReason | None, dict[HoldEvent, HoldReason | None]] = {
    None: {
        V.RELEASED: H.RELEASING,
        V.CANCELLED: H.CANCELLED_BY_HAND,
        V.AMENDED: H.AMENDED_BY_HAND,
        V.UNREAD: H.READING,
        V.RESUMED: None,
        V.LISTED: H.ORDER_LIST,
    },
    H.RELEASING: {
        V.RELEASED: H.RELEASING,
        V.CANCELLED: H.RELEASING,
        V.AMENDED: H.RELEASING,
        V.UNREAD: H.RELEASING,  # nothing of it will be sold, whatever its history is
        V.RESUMED: H.RELEASING,
        V.LISTED: H.RELEASING,
    },
    H.CANCELLED_BY_HAND: {
        V.RELEASED: H.RELEASING,
        V.CANCELLED: H.CANCELLED_BY_HAND,
        V.AMENDED: H.AMENDED_BY_HAND,
        V.UNREAD: H.READING_CANCELLED,
        V.RESUMED: None,
        V.LISTED: H.CANCELLED_BY_HAND,
    },
    H.AMENDED_BY_HAND: {
        V.RELEASED: H.RELEASING,
        V.CANCELLED: H.CANCELLED_BY_HAND,
        V.AMENDED: H.AMENDED_BY_HAND,
        V.UNREAD: H.READING_AMENDED,
        V.RESUMED: None,
        V.LISTED: H.AMENDED_BY_HAND,
    },
    H.ORDER_LIST: {  # a resume does not lift it: the coins are those of the trader's own SELLs
        V.RELEASED: H.RELEASING,
        V.CANCELLED: H.CANCELLED_BY_HAND,
        V.AMENDED: H.ORDER_LIST,
        V.UNREAD: H.READING,  # and is left to the list again when that is read
        V.RESUMED: H.ORDER_LIST,
        V.LISTED: H.ORDER_LIST,
        V.UNLISTED: None,
    },
    H.PERHAPS_SOLD: {  # the stronger warning stays: a resume lifts either
        V.RELEASED: H.RELEASING,
        V.CANCELLED: H.PERHAPS_SOLD,
        V.AMENDED: H.PERHAPS_SOLD,
        V.UNREAD: H.READING_PERHAPS_SOLD,
        V.RESUMED: None,
        V.LISTED: H.PERHAPS_SOLD,
    },
    H.READING: {
        V.CANCELLED: H.READING_CANCELLED,
        V.AMENDED: H.READING_AMENDED,
        V.UNREAD: H.READING,
        V.READ: None,
        V.DOUBTED: H.PERHAPS_SOLD,
        V.RESUMED: H.READING,
        V.LISTED: H.READING,
    },
    H.READING_CANCELLED: {
        V.CANCELLED: H.READING_CANCELLED,
        V.AMENDED: H.READING_AMENDED,
        V.UNREAD: H.READING_CANCELLED,
        V.READ: H.CANCELLED_BY_HAND,
        V.DOUBTED: H.PERHAPS_SOLD,
        V.RESUMED: H.READING,
        V.LISTED: H.READING_CANCELLED,
    },
    H.READING_AMENDED: {
        V.CANCELLED: H.READING_CANCELLED,
        V.AMENDED: H.READING_AMENDED,
        V.UNREAD: H.READING_AMENDED,
        V.READ: H.AMENDED_BY_HAND,
        V.DOUBTED: H.PERHAPS_SOLD,
        V.RESUMED: H.READING,
        V.LISTED: H.READING_AMENDED,
    },
    H.READING_PERHAPS_SOLD: {
        V.CANCELLED: H.READING_PERHAPS_SOLD,
        V.AMENDED: H.READING_PERHAPS_SOLD,
        V.UNREAD: H.READING_PERHAPS_SOLD,
        V.READ: H.PERHAPS_SOLD,  # another pass read it, which need not meet the SELL without a name again
        V.DOUBTED: H.PERHAPS_SOLD,
        V.RESUMED: H.READING,
        V.LISTED: H.READING_PERHAPS_SOLD,
    },
}

_NOT_READING = "only a lot that waits for its history is done with it"
_NOT_LISTED = "only a lot that is left to an order list is freed by its end"
_NOT_KNOWN = "what a lot has is not known before its history is read, so it is released after that"
IMPOSSIBLE_HOLDS: dict[tuple[HoldReason | None, HoldEvent], str] = {
    **{(hold, event): _NOT_READING for hold in (None, *H) if hold not in READING for event in (V.READ, V.DOUBTED)},
    **{(hold, V.RELEASED): _NOT_KNOWN for hold in READING},
    **{(hold, V.UNLISTED): _NOT_LISTED for hold in (None, *H) if hold is not H.ORDER_LIST},
}

# For people, where the event that held the lot brings no sentence of its own.
HOLD_SENTENCES: dict[HoldReason, str] = {
    H.RELEASING: "released by hand: its SELLs on the book are cancelled first",
    H.CANCELLED_BY_HAND: "its SELL was cancelled by hand; resume the pair to sell it again",
    H.AMENDED_BY_HAND: "its SELL was made smaller by hand; resume the pair to sell the rest again",
    H.ORDER_LIST: "its BUY is part of an order list of yours",
    H.PERHAPS_SOLD: "an order cancelled by hand may have been its SELL; resume the pair to sell the rest all the same",
    **dict.fromkeys(READING, "rebuilt from the exchange: its earlier SELLs are being looked for"),
}


def hold_after(hold: HoldReason | None, event: HoldEvent) -> HoldReason | None:
    """Why a lot is held after `event`, None when it is not; raises ImpossibleError where the table has no entry."""
    row = _HOLDS[hold]
    if event not in row:
        what = f"held ({hold})" if hold else "not held"
        raise ImpossibleError(f"a lot that is {what} cannot be {event}: {IMPOSSIBLE_HOLDS[hold, event]}")
    return row[event]
