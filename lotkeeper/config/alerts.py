"""The section `alerts`: what is told to whom. The addresses of channels are secrets, and stand elsewhere."""

import re
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from lotkeeper.config.exits import Section
from lotkeeper.trading.alerts.settings import AlertSettings, ChannelRule, QuietHours
from lotkeeper.trading.trouble_kinds import TOLD, Severity, TroubleKind

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,29}")
_MS, _DAY_MS, _MB = 1000, 86_400_000, 1_000_000

CHANNEL_NAME: Final = "a name of small letters, digits, - and _, such as phone"
_CHANNELS = "a mapping of names, each with the keys of a channel, or {} for all defaults, as in {phone: {}}"
_SEVERITY = "info, warning or critical"
_REPEAT = "a number of seconds from 10 to 604800"
_HEARTBEAT_EVERY = "a number of seconds from 1 to 86400"
_QUIET = "a mapping with start and end, such as {start: 22:00, end: 07:00}, or nothing for none"
_TIME_OF_DAY = "a time of the day in UTC, such as 22:00"
_MUTE = "a list of kinds of alerts, such as [paused, coins-came], or [] for none"
_DAYS = "a number of days from 0 to 3650; 0 for none"
_SPACE = "a whole number of megabytes from 0 to 10000000; 0 for none"
_HEARTBEAT = "an address with https:// (http:// only to this machine), without a user name, or nothing for none"


def _check_heartbeat(url: SecretStr) -> SecretStr:
    text = url.get_secret_value()
    parts = urlsplit(text)
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or re.search(r"\s", text):
        raise ValueError("not an address")
    if parts.fragment or (parts.scheme == "http" and not is_here):
        raise ValueError("not an encrypted connection")
    return url


def _check_name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("not a name")
    return text


def _check_told(kind: TroubleKind) -> TroubleKind:
    if kind not in TOLD:
        raise ValueError("not a kind of alerts")
    return kind


def _minute(text: object) -> int:
    found = _TIME.fullmatch(str(text))
    if found is None:
        raise ValueError("no time of the day")
    return int(found[1]) * 60 + int(found[2])


Minute = Annotated[int, BeforeValidator(_minute)]  # of the day
HeartbeatUrl = Annotated[SecretStr, AfterValidator(_check_heartbeat)]  # who knows it can say that all is well
ToldKind = Annotated[TroubleKind, AfterValidator(_check_told)]
ChannelName = Annotated[str, AfterValidator(_check_name)]


class ChannelConfig(Section):
    """Which alerts a channel gets."""

    min_severity: Severity = Field(default=Severity.INFO, description=_SEVERITY)


class QuietConfig(Section):
    """The part of each day in which only critical alerts are sent."""

    start: Minute = Field(description=_TIME_OF_DAY)
    end: Minute = Field(description=_TIME_OF_DAY)


class AlertsConfig(Section):
    """What is told to people, and to the outside."""

    channels: dict[ChannelName, ChannelConfig] = Field(default={}, description=_CHANNELS)
    repeat_every_s: float = Field(default=3600.0, ge=10, le=604_800, allow_inf_nan=False, description=_REPEAT)
    quiet: QuietConfig | None = Field(default=None, description=_QUIET)
    mute: tuple[ToldKind, ...] = Field(default=(), description=_MUTE)
    held_longer_than_days: float = Field(default=30.0, ge=0, le=3650, allow_inf_nan=False, description=_DAYS)
    min_free_disk_mb: int = Field(default=500, ge=0, le=10_000_000, description=_SPACE)
    sales: bool = Field(default=False, description="true or false")
    heartbeat_url: HeartbeatUrl | None = Field(default=None, description=_HEARTBEAT)
    heartbeat_every_s: float = Field(default=60.0, ge=1, le=86_400, allow_inf_nan=False, description=_HEARTBEAT_EVERY)


# Keys with a mapping of keys; `channels` has one for each name.
NESTED_ALERTS: Final[dict[str, type[Section]]] = {"quiet": QuietConfig}


def alert_settings(alerts: AlertsConfig) -> AlertSettings:
    """The same as the rules have it."""
    quiet = None if alerts.quiet is None else QuietHours(alerts.quiet.start, alerts.quiet.end)
    return AlertSettings(
        tuple(ChannelRule(name, each.min_severity) for name, each in alerts.channels.items()),
        round(alerts.repeat_every_s * _MS),
        quiet,
        frozenset(alerts.mute),
        round(alerts.held_longer_than_days * _DAY_MS),
        alerts.min_free_disk_mb * _MB,
        alerts.sales,
        "" if alerts.heartbeat_url is None else alerts.heartbeat_url.get_secret_value(),
        round(alerts.heartbeat_every_s * _MS),
    )


def without_path(url: SecretStr) -> str:
    """The address as it may be shown."""
    parts = urlsplit(url.get_secret_value())
    return f"{parts.scheme}://{parts.netloc}/***"


def time_of_day(minute: int) -> str:
    """As the file may have it."""
    return f"{minute // 60:02}:{minute % 60:02}"
