"""What the keeper wants done, as values: its collaborators yield effects, and the actor carries them out."""

import logging
from collections.abc import Generator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from lotkeeper.trading.journal import Cause, DecisionKind
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.money import plain


@dataclass(frozen=True, slots=True)
class Moment:
    """When an event is handled, by both clocks."""

    wall_ms: int  # milliseconds since 1970 UTC: compared with the exchange's times
    monotonic_s: float  # seconds, never backwards: for durations


class Peer(StrEnum):
    """The actors that a keeper talks to; the values are the fields of `Peers`."""

    LEDGER = "ledger"
    GATEWAY = "gateway"
    USER_STREAM = "user_stream"
    PRICES = "prices"
    MONITOR = "monitor"


@dataclass(frozen=True, slots=True)
class Send:
    """A message to a peer. Dropped while the peer is being restarted: a new peer is told what it needs to know."""

    to: Peer
    message: Any


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command."""

    to: Any  # the sender of the command, as the engine names it
    message: Any


@dataclass(frozen=True, slots=True)
class Wake:
    """Hand `event` to the keeper after so many seconds."""

    after_s: float
    event: Any


@dataclass(frozen=True, slots=True)
class ReportSoon:
    """Something that the report shows has changed. The core makes one wake-up of several of these."""


@dataclass(frozen=True, slots=True)
class Log:
    """A line of the log. One that tells of a decision has the name of its kind."""

    level: int  # as in `logging`
    text: str
    facts: tuple[tuple[str, object], ...] = ()  # further fields of the line
    event: LogEvent | DecisionKind = LogEvent.OTHER


@dataclass(frozen=True, slots=True)
class NoteDecision:
    """A line of the log that is a decision too: the core has it noted for the journal, and then logged."""

    line: Log | None  # None: it is in the log otherwise, or not worth a line
    kind: DecisionKind
    cause: Cause
    buy_order_id: int | None = None  # of its lot; None: it concerns the pair
    order: str = ""  # client order id
    facts: tuple[tuple[str, str], ...] = ()
    who: str = ""  # empty: the service
    why: str = ""  # for people


@dataclass(frozen=True, slots=True)
class Exit:
    """The keeper ends."""


@dataclass(frozen=True, slots=True)
class Raise:
    """A fault of ours that was dealt with; raised after all other effects, so that the engine logs it."""

    error: Exception


Effect = Send | Reply | Wake | Log | Exit | Raise  # what the actor carries out
Result = TypeVar("Result")
Effects = Generator[
    Effect | ReportSoon | NoteDecision, None, Result
]  # run it with `yield from`: a call alone does nothing


def info(text: str, event: LogEvent = LogEvent.OTHER, /, **facts: object) -> Log:
    return Log(logging.INFO, text, tuple(facts.items()), event)


def warning(text: str, event: LogEvent = LogEvent.OTHER, /, **facts: object) -> Log:
    return Log(logging.WARNING, text, tuple(facts.items()), event)


def error(text: str, event: LogEvent = LogEvent.OTHER, /, **facts: object) -> Log:
    return Log(logging.ERROR, text, tuple(facts.items()), event)


def lot_event(text: str, symbol: str, buy_order_id: int, event: LogEvent = LogEvent.OTHER, /, **facts: object) -> Log:
    """A line about a lot with its facts as fields; amounts as plain decimals."""
    texts = {name: plain(fact) if isinstance(fact, Decimal) else fact for name, fact in facts.items()}
    return info(text, event, symbol=symbol, lot=lot_id(symbol, buy_order_id), **texts)


def as_decision(
    line: Log, kind: DecisionKind, cause: Cause, buy_order_id: int | None = None, *, order: str = "", who: str = ""
) -> NoteDecision:
    """A decision with the facts of the line that tells of it; its `why` is the sentence."""
    known = dict(line.facts)
    figures = tuple((name, str(fact)) for name, fact in line.facts if name not in _OF_THE_LINE and fact is not None)
    order, who = order or str(known.get("order", "")), who or str(known.get("who", ""))
    return NoteDecision(line, kind, cause, buy_order_id, order, figures, who, str(known.get("why", "")))


_OF_THE_LINE = frozenset({"symbol", "lot", "order", "who", "why"})  # these have columns of their own
