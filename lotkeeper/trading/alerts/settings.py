"""What the configuration says of alerts; no address of a channel, for these are secrets."""

from dataclasses import dataclass, field

from lotkeeper.trading.trouble_kinds import Severity, TroubleKind

_MINUTE_MS, _DAY_MINUTES = 60_000, 1440


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A part of each day (UTC) in which only critical alerts are sent; of the others what still stands follows."""

    start: int  # minute of the day
    end: int  # minute of the day; before `start` where midnight lies between

    def contain(self, now_ms: int) -> bool:
        minute = now_ms // _MINUTE_MS % _DAY_MINUTES
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """A channel, and which alerts it gets."""

    name: str
    min_severity: Severity = Severity.INFO


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """Times in milliseconds."""

    channels: tuple[ChannelRule, ...] = ()
    repeat_every_ms: int = 3_600_000  # what nobody has acknowledged is told again
    quiet: QuietHours | None = None
    mute: frozenset[TroubleKind] = frozenset()  # kinds that no channel gets
    held_longer_than_ms: int = 30 * 86_400_000  # from this age on a lot is told of; 0: of none
    min_free_disk_bytes: int = 500_000_000
    sales: bool = False  # each sale is told
    heartbeat_url: str = field(default="", repr=False)  # empty: nobody is pinged
    heartbeat_every_ms: int = 60_000
