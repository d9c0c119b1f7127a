"""The Monitor tells the Alerts what is wrong, and the Alerts report what they have told."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from lotkeeper.trading.alerts.causes import Cause
from lotkeeper.trading.alerts.settings import AlertSettings
from messages.lifecycle import Address


@dataclass(frozen=True, slots=True)
class StartAlerts:
    """Sent by the Guardian to the Alerts after each start."""

    settings: AlertSettings
    launcher: Address  # has the addresses of the channels
    monitor: Address
    started_ms: int  # of the service (wall clock)
    memory: str = ""  # the file in which it is kept what was told; empty for nowhere
    folders: tuple[str, ...] = ()  # whose disks must not be full


@dataclass(frozen=True, slots=True)
class PairSales:
    """What a pair has sold, counted from its first lot on."""

    symbol: str
    quote: str
    sells_filled: int
    profit: Decimal  # quote asset, of all that was sold


@dataclass(frozen=True, slots=True)
class CausesFound:
    """All that is wrong at this moment, every few seconds. What an earlier one had and this one has not is over."""

    at_ms: int  # wall clock, milliseconds
    causes: tuple[Cause, ...]
    unproven: tuple[str, ...]  # why not every pair is proven complete and fresh; empty where all are
    sales: tuple[PairSales, ...] = ()

    def state_key(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class RequestChannels:
    """Sent to the launcher by the Alerts. A busy launcher may not answer: ask again."""

    reply_to: Address


@dataclass(frozen=True, slots=True, repr=False)
class ChannelAddresses:
    """The launcher's answer, only to the Alerts. Never logged: who has an address can send in our name."""

    is_secret: ClassVar[bool] = True

    urls: tuple[tuple[str, str], ...]  # by the name of the channel, as apprise has them


@dataclass(frozen=True, slots=True)
class ChannelState:
    """What became of a channel's deliveries."""

    name: str
    delivered_ms: int | None  # the last one that arrived since the start of the service (wall clock); None for none
    trouble: str  # why the last one failed, for people; empty where it did not
    failures: int  # in a row


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """How much of a disk is free."""

    folder: str
    free_bytes: int
    wanted_bytes: int


@dataclass(frozen=True, slots=True)
class HeartbeatState:
    """The last ping outward."""

    at_ms: int  # wall clock
    was_well: bool  # what it said: that every pair is proven
    trouble: str  # why it did not arrive, for people; empty where it did


@dataclass(frozen=True, slots=True)
class AlertsReported:
    """How many alerts are open, and whether they arrive."""

    at_ms: int  # wall clock, milliseconds
    open: int
    unacknowledged: int  # of them
    channels: tuple[ChannelState, ...]
    disks: tuple[DiskSpace, ...] = ()
    heartbeat: HeartbeatState | None = None  # None where nobody is pinged, or before the first ping

    def state_key(self) -> str:
        return ""
