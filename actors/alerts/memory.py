"""The file that keeps which alerts there are and what was told of them: a new process repeats nothing."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from actors.alerts.alert import Alert, alert_from_json, alert_to_json
from actors.alerts.sales import SalesTold
from lotkeeper.trading.money import plain

_VERSION = 1


@dataclass(frozen=True, slots=True)
class ChannelMemory:
    """What a channel has told that no alert keeps."""

    start_told_ms: int = 0  # of which start of the service (wall clock); 0 for none
    delivered_ms: int | None = None  # the last delivery since that start
    sales: SalesTold = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remembered:
    alerts: tuple[Alert, ...] = ()
    last_number: int = 0
    started_ms: int = 0  # of the service that wrote it
    channels: dict[str, ChannelMemory] = field(default_factory=dict)


def read_memory(path: Path) -> Remembered:
    """What the file has. Raises OSError and ValueError; nothing where there is no file."""
    try:
        return _from_json(json.loads(path.read_text()))
    except FileNotFoundError:
        return Remembered()
    except (KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise ValueError(f"{error!r} in it") from error


def write_memory(path: Path, remembered: Remembered) -> None:
    """The old file or the new one is there, never a part. Raises OSError. A loss of power may lose the last change."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(_to_json(remembered), file)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _to_json(remembered: Remembered) -> dict[str, Any]:
    return {
        "version": _VERSION,
        "last_number": remembered.last_number,
        "started_ms": remembered.started_ms,
        "alerts": [alert_to_json(each) for each in remembered.alerts],
        "channels": {name: _channel_to_json(each) for name, each in remembered.channels.items()},
    }


def _channel_to_json(channel: ChannelMemory) -> dict[str, Any]:
    sales = {symbol: [count, plain(profit)] for symbol, (count, profit) in channel.sales.items()}
    return {"start_told_ms": channel.start_told_ms, "delivered_ms": channel.delivered_ms, "sales": sales}


def _from_json(found: Any) -> Remembered:
    if found["version"] != _VERSION:
        raise ValueError(f"another version of lotkeeper wrote it ({found['version']})")
    channels = {str(name): _channel_from_json(each) for name, each in found["channels"].items()}
    return Remembered(tuple(_alerts(found["alerts"])), int(found["last_number"]), int(found["started_ms"]), channels)


def _alerts(found: Iterable[Any]) -> Iterable[Alert]:
    return map(alert_from_json, found)


def _channel_from_json(found: Any) -> ChannelMemory:
    sales = {str(symbol): (int(count), Decimal(profit)) for symbol, (count, profit) in found["sales"].items()}
    return ChannelMemory(int(found["start_told_ms"]), found["delivered_ms"], sales)
