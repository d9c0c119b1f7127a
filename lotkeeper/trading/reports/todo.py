"""What needs a person: each with a sentence, and the command that ends it or shows more of it."""

from dataclasses import dataclass
from enum import StrEnum


class TodoKind(StrEnum):
    """Why a person is needed, in the order in which they are listed: what stops everything comes first."""

    KILL_SWITCH = "kill-switch"  # no order is placed, until a person allows it
    GATEWAY = "gateway"  # no request, or no order, can be sent: the key, the journal, a newer system
    USER_STREAM = "user-stream"  # trying again will hardly help
    DATABASE = "database"  # it cannot be read or written, or its files are not in their places
    QUARANTINED = "quarantined"  # a message ended its actor twice
    GIVEN_UP = "given-up"  # an actor ends again and again
    CLOCK = "clock"  # this machine's clock is off
    NOT_LISTED = "not-listed"  # the exchange does not list the pair
    DELISTING = "delisting"  # it will not any more, or it says that the coin is at risk
    WATCH_ONLY = "watch-only"  # the pair's book is not trusted, and that does not end by itself
    REFUSED = "refused"  # the exchange refuses every SELL of the pair
    PAUSED = "paused"  # until a person resumes the pair
    UNKNOWN_ORDER = "unknown-order"  # nobody knows what became of an order for over a minute
    HELD = "held"  # a lot that is not sold before a person resumes its pair
    UNCOVERED = "uncovered"  # lots that have had no SELL for over a minute
    COINS_CAME = "coins-came"  # without a trade: to be adopted or dismissed
    UNREADABLE = "unreadable"  # a trade of the account cannot be read
    STRANGE_STATUS = "strange-status"  # an order has a status that is new to lotkeeper
    FEE_RISE = "fee-rise"  # SELLs on the book sell at a loss since the fee has risen
    BNB_LOW = "bnb-low"  # too little BNB is there for fees
    DISK_LOW = "disk-low"  # little is free on a disk that the service writes to
    CHANNEL = "channel"  # a channel of the alerts does not deliver


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that needs a person."""

    kind: TodoKind
    text: str  # for people
    command: str  # what ends it or shows more of it, as it is to be typed; capital letters are to be filled in
    pair: str = ""
    lot: str = ""
    order: str = ""  # a client order id
    actor: str = ""  # the name of an actor
    since_ms: int | None = None  # wall clock; None where only the moment is known at which it was seen first

    @property
    def key(self) -> tuple[TodoKind, str, str, str, str]:
        """What it is about. Its text may change, as a quantity in it does."""
        return self.kind, self.pair, self.lot, self.order, self.actor


_ORDER = list(TodoKind)


def in_order(found: list[Todo]) -> list[Todo]:
    """The most urgent first, then the oldest."""
    return sorted(found, key=lambda each: (_ORDER.index(each.kind), each.since_ms or 0, each.pair, each.lot))
