"""What the service decided and why, as values for the journal of decisions. Each is written once and never changed."""

from dataclasses import dataclass
from enum import StrEnum

SERVICE = "lotkeeper"  # who decided what no person commanded


class DecisionKind(StrEnum):
    """What was decided."""

    SELL_PLACED = "SELL_PLACED"
    SELL_SENT_AGAIN = "SELL_SENT_AGAIN"  # under the same name, for it never reached the exchange
    SELL_CANCELLED = "SELL_CANCELLED"
    EXIT_ARMED = "EXIT_ARMED"  # the price has risen so far that break-even holds from now on
    EXIT_FIRED = "EXIT_FIRED"  # the exchange triggered the stop of a SELL
    LOT_HELD = "LOT_HELD"
    LOT_FREED = "LOT_FREED"
    LOT_PARKED = "LOT_PARKED"
    LOT_QUEUED = "LOT_QUEUED"
    LOT_CLOSED = "LOT_CLOSED"
    LOT_RELEASED = "LOT_RELEASED"
    COINS_ADOPTED = "COINS_ADOPTED"
    COINS_DISMISSED = "COINS_DISMISSED"
    COINS_KEPT = "COINS_KEPT"
    DUST_MOVED = "DUST_MOVED"
    COST_MOVED = "COST_MOVED"
    MANUAL_SALE_TAKEN = "MANUAL_SALE_TAKEN"  # coins that the trader sold are taken from this lot
    SALE_BEGUN = "SALE_BEGUN"
    SALE_WITHDRAWN = "SALE_WITHDRAWN"
    SALE_GIVEN_UP = "SALE_GIVEN_UP"
    BUY_SENT = "BUY_SENT"
    BUY_CANCELLED = "BUY_CANCELLED"
    ORDER_SETTLED = "ORDER_SETTLED"  # a person said what became of an order
    PAIR_COMPARED = "PAIR_COMPARED"  # with the exchange, because a person wanted it
    PAIR_PAUSED = "PAIR_PAUSED"
    PAIR_RESUMED = "PAIR_RESUMED"
    KILL_SWITCH_ON = "KILL_SWITCH_ON"
    KILL_SWITCH_OFF = "KILL_SWITCH_OFF"
    SETTINGS_CHANGED = "SETTINGS_CHANGED"
    TRADES_POLLED = "TRADES_POLLED"  # from now on they are asked for, as the account's stream is lost
    TRADES_STREAMED = "TRADES_STREAMED"  # the account's stream is proven again
    PAIR_WATCHED = "PAIR_WATCHED"  # from now on nothing is placed on the pair, as its book is not proven
    MESSAGE_QUARANTINED = "MESSAGE_QUARANTINED"
    FEES_BOUGHT = "FEES_BOUGHT"  # BNB for fees
    NOTES_LOST = "NOTES_LOST"  # so many decisions were forgotten while the database could not be written


class Cause(StrEnum):
    """Why it was decided. The names of ParkCause and HoldReason are among these."""

    # a SELL: which part of the exit placed it
    TARGET = "TARGET"
    LADDER = "LADDER"
    AGE = "AGE"
    GROUP = "GROUP"
    TRAILING = "TRAILING"
    STOP_LOSS = "STOP_LOSS"
    BREAK_EVEN = "BREAK_EVEN"
    INSTRUCTION = "INSTRUCTION"
    NEVER_ARRIVED = "NEVER_ARRIVED"  # at the exchange
    NEVER_SENT = "NEVER_SENT"  # by the Gateway before this one
    # its cancel
    PROFIT_SHARED = "PROFIT_SHARED"  # by more that was bought since
    NEW_PRICE = "NEW_PRICE"
    NEW_STOP = "NEW_STOP"
    ORDER_SLOT = "ORDER_SLOT"  # which a nearer lot gets, or what is bought next
    TRAIL_SLOT = "TRAIL_SLOT"
    TOGETHER = "TOGETHER"  # with what was bought since
    LOT_FINISHED = "LOT_FINISHED"
    # a lot that is parked
    TOO_SMALL = "TOO_SMALL"
    PRICE = "PRICE"
    NOT_TRADING = "NOT_TRADING"
    NO_BALANCE = "NO_BALANCE"
    RESTRICTED = "RESTRICTED"
    REFUSED = "REFUSED"
    OBSTACLE = "OBSTACLE"
    # a lot that is queued, or closed
    TURN = "TURN"
    SOLD = "SOLD"
    NOTHING_LEFT = "NOTHING_LEFT"
    # a lot that is held, and one that is not any more
    RELEASING = "RELEASING"
    CANCELLED_BY_HAND = "CANCELLED_BY_HAND"
    AMENDED_BY_HAND = "AMENDED_BY_HAND"
    ORDER_LIST = "ORDER_LIST"
    PERHAPS_SOLD = "PERHAPS_SOLD"
    READING = "READING"
    READING_CANCELLED = "READING_CANCELLED"
    READING_AMENDED = "READING_AMENDED"
    READING_PERHAPS_SOLD = "READING_PERHAPS_SOLD"
    HOLD_ENDED = "HOLD_ENDED"
    # everything else
    OPERATOR = "OPERATOR"  # a person commanded it
    SOLD_BY_HAND = "SOLD_BY_HAND"
    PAUSE_OVER = "PAUSE_OVER"  # it was for a time
    POLICY = "POLICY"  # the configuration asks for it
    FAULT = "FAULT"
    STREAM_LOST = "STREAM_LOST"
    STREAM_PROVEN = "STREAM_PROVEN"
    NOT_PROVEN = "NOT_PROVEN"
    DATABASE_AWAY = "DATABASE_AWAY"


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """One decision. Pair, moment, incarnation and number tell it from all others, also when it is recorded again."""

    symbol: str
    at_ms: int  # wall clock
    incarnation: int  # of the keeper that decided it
    number: int  # of the decisions of that keeper, from 1; of a BUY for fees its order id
    kind: DecisionKind
    cause: Cause
    lot_id: str | None = None
    order: str = ""  # its client order id; empty where it concerns no order
    facts: tuple[tuple[str, str], ...] = ()  # the figures by name; amounts in plain digits
    who: str = SERVICE  # or the person who commanded it
    why: str = ""  # for people
