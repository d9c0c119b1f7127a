"""What went wrong, as values: each from the moment it began to the moment it was over."""

from dataclasses import dataclass
from enum import StrEnum


class IncidentKind(StrEnum):
    """What went wrong."""

    ACTOR_RESTARTED = "ACTOR_RESTARTED"  # its process ended, and it was started again
    ACTOR_GIVEN_UP = "ACTOR_GIVEN_UP"  # it ended again and again
    MESSAGE_QUARANTINED = "MESSAGE_QUARANTINED"  # a message ended its actor twice, and is not handled any more
    STREAM_LOST = "STREAM_LOST"  # a websocket that was proven does not deliver
    STREAM_UNUSABLE = "STREAM_UNUSABLE"  # that of the account, and trying again will hardly help
    SENDING_BLOCKED = "SENDING_BLOCKED"  # no request, or no order, can be sent: the key, the journal, a newer system
    EXCHANGE_PAUSE = "EXCHANGE_PAUSE"  # the exchange asked to wait, or has banned this address
    KILL_SWITCH = "KILL_SWITCH"  # a person has stopped all orders
    LEASE_AT_RISK = "LEASE_AT_RISK"  # the lease of a host cannot be renewed
    DATABASE_AWAY = "DATABASE_AWAY"  # it cannot be written; records wait on disk
    CLOCK_OFF = "CLOCK_OFF"  # this machine's clock
    PAIR_STALE = "PAIR_STALE"  # its trades are not accounted for up to now
    PAIR_UNPROVEN = "PAIR_UNPROVEN"  # watch-only, until a person ends it
    PAIR_NOT_LISTED = "PAIR_NOT_LISTED"
    PAIR_DELISTING = "PAIR_DELISTING"
    SELLS_REFUSED = "SELLS_REFUSED"  # the exchange refuses every SELL of the pair
    ORDER_UNKNOWN = "ORDER_UNKNOWN"  # nobody knows what became of an order
    ORDER_STRANGE = "ORDER_STRANGE"  # it has a status that is new to lotkeeper
    LOT_HELD = "LOT_HELD"  # it is not sold before a person resumes its pair
    LOT_UNPROTECTED = "LOT_UNPROTECTED"  # lots of the pair have had no SELL for over a minute
    TRADE_UNREADABLE = "TRADE_UNREADABLE"
    COINS_CAME = "COINS_CAME"  # without a trade
    FEE_RISE = "FEE_RISE"  # SELLs on the book sell at a loss since the fee has risen
    FEES_LOW = "FEES_LOW"  # too little BNB is there for fees


class Severity(StrEnum):
    """How bad it is."""

    NOTICE = "NOTICE"  # it ends by itself, or changes nothing about what is sold
    WARNING = "WARNING"  # something works worse meanwhile
    CRITICAL = "CRITICAL"  # coins are not sold as they should be, or no order can be sent


class IncidentEnd(StrEnum):
    """How it was known to be over."""

    OVER = "OVER"  # it was seen to be over
    NOT_FOUND = "NOT_FOUND"  # who looked first after a restart did not find it any more


_CRITICAL = frozenset(
    {
        IncidentKind.ACTOR_GIVEN_UP,
        IncidentKind.MESSAGE_QUARANTINED,
        IncidentKind.STREAM_UNUSABLE,
        IncidentKind.SENDING_BLOCKED,
        IncidentKind.KILL_SWITCH,
        IncidentKind.PAIR_STALE,
        IncidentKind.PAIR_UNPROVEN,
        IncidentKind.PAIR_NOT_LISTED,
        IncidentKind.SELLS_REFUSED,
        IncidentKind.LOT_HELD,
        IncidentKind.LOT_UNPROTECTED,
        IncidentKind.TRADE_UNREADABLE,
    }
)
_NOTICES = frozenset({IncidentKind.ACTOR_RESTARTED, IncidentKind.COINS_CAME, IncidentKind.FEES_LOW})


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that went wrong. At most one of a kind and a subject is open at a time."""

    kind: IncidentKind
    subject: str  # what it is about: the most exact of order, lot, pair, and actor or stream; never empty
    opened_ms: int  # wall clock
    text: str  # for people
    symbol: str = ""  # its pair; empty where it concerns the whole service
    ended_ms: int | None = None  # wall clock; None while it is open
    end: IncidentEnd | None = None  # None while it is open

    @property
    def key(self) -> tuple[IncidentKind, str]:
        """What it is about. Its text may change, as a quantity in it does."""
        return self.kind, self.subject

    @property
    def severity(self) -> Severity:
        if self.kind in _CRITICAL:
            return Severity.CRITICAL
        return Severity.NOTICE if self.kind in _NOTICES else Severity.WARNING
