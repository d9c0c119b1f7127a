"""The command line and the running system. Every request is asked with an id and answered once.

Every command imports this module: what needs more than plain values is in `pair_commands.py` and `configuration.py`.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AskStatus:
    """Asks for the whole picture; answered by the Monitor."""


@dataclass(frozen=True, slots=True)
class StatusReported:
    """What the Monitor knows, as plain JSON values. Every part has its own time."""

    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class AskPositions:
    """Asks for lots, the newest first; answered by the Ledger."""

    symbol: str = ""  # empty: of all pairs
    is_open_only: bool = True
    limit: int = 1000


@dataclass(frozen=True, slots=True)
class PositionsReported:
    """The lots as the database has them, as plain JSON values. A fill of the last moment may be missing."""

    positions: tuple[dict[str, Any], ...]  # the newest first


@dataclass(frozen=True, slots=True)
class AskLotsChanged:
    """Asks which lots have changed since an earlier answer; answered by the Ledger, without a look at the database."""

    series: int = 0  # of the earlier answer; 0 for the first question
    number: int = 0  # of the earlier answer


@dataclass(frozen=True, slots=True)
class LotsChanged:
    """The names of what was recorded since then. The database has the lots themselves."""

    series: int
    number: int
    lots: tuple[str, ...] | None  # None: it is not known, and each lot may have changed
    pairs: tuple[str, ...] = ()  # of which the terms have changed: their floors may have, too


@dataclass(frozen=True, slots=True)
class ExplainLot:
    """Asks for the arithmetic of one lot, closed or not; answered by the Ledger."""

    lot: str


@dataclass(frozen=True, slots=True)
class LotExplained:
    """The arithmetic of a lot as the database has it, as plain JSON values."""

    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SetKillSwitch:
    """While it is on no order is placed, on any pair; cancels and questions go on. It is kept before it is answered."""

    is_on: bool
    who: str  # the name of the user of the shell; from a page web:USER
    why: str  # as the person said it; may be empty
    shown_ms: int | None = None  # as in PausePair


@dataclass(frozen=True, slots=True)
class StopService:
    """Ends the whole service; SELLs on the book stay. The answer is sent before the service ends."""


@dataclass(frozen=True, slots=True)
class CommandDone:
    """The command was carried out; `text` says what is now true."""

    text: str


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """The command was not carried out; `text` says why and what can be done instead."""

    text: str


@dataclass(frozen=True, slots=True)
class AskAlerts:
    """Asks for the alerts; answered by the Alerts."""

    is_open_only: bool = True


@dataclass(frozen=True, slots=True)
class AlertsListed:
    """The alerts, as plain JSON values: those that are open first, of these the most severe."""

    alerts: tuple[dict[str, Any], ...]
    channels: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class AcknowledgeAlerts:
    """A person has seen these alerts: they are not repeated. Answered with CommandDone, or CommandRefused."""

    ids: tuple[int, ...]  # empty: all that are open
    who: str  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it
    shown: tuple[str, ...] = ()  # the severity of each as the person saw it; what is worse now is refused


@dataclass(frozen=True, slots=True)
class TryChannels:
    """Sends a message by a channel, whatever it gets else. Answered with ChannelsTried when that has ended."""

    name: str  # empty: each channel
    who: str  # the name of the user of the shell; from a page web:USER


@dataclass(frozen=True, slots=True)
class ChannelsTried:
    """What came back, by channel."""

    results: tuple[tuple[str, bool, str], ...]  # its name, whether it took the message, and a text for people
