"""Every key of a configuration that was read and checked, with its value as text. No secret stands in it."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

from pydantic import BaseModel, SecretStr

from lotkeeper.config.alerts import QuietConfig, time_of_day, without_path
from lotkeeper.config.exits import UNITS_MS, AgeStepConfig
from lotkeeper.config.models import Config
from lotkeeper.database_url import without_password
from lotkeeper.trading.money import plain

NONE = "none"  # in the place of a key that is not set
KEPT = "kept"  # the value of the key of a pair itself


def listed_keys(config: Config) -> dict[str, str]:
    """Each key with its value, in the order of the sections: `exit.net_profit_pct`, `pairs.BTCUSDT.ladder`.

    Keys that are not set have their defaults. A pair has the keys of its own, and itself: `pairs.BTCUSDT`.
    """
    return dict(_keys(config))


def _keys(config: Config) -> Iterator[tuple[str, str]]:
    for name, value in config:
        if name == "pairs":
            for symbol, own in value.items():
                yield f"{name}.{symbol}", KEPT
                yield from ((f"{name}.{symbol}.{key}", text(each)) for key, each in own if each is not None)
        elif isinstance(value, BaseModel):
            yield from ((f"{name}.{key}", text(each)) for key, each in value)
        else:
            yield name, text(value)


def shown(config: Config) -> dict[str, Any]:
    """The whole configuration as the file would have it, defaults included: mappings, lists and texts."""
    return {name: _shown(value) for name, value in config if value is not None}


def _shown(value: object) -> Any:
    if isinstance(value, AgeStepConfig):
        return {"after": duration(value.after), "net_profit_pct": plain(value.net_profit_pct)}
    if isinstance(value, QuietConfig):
        return {"start": time_of_day(value.start), "end": time_of_day(value.end)}
    if isinstance(value, BaseModel):
        return {key: _shown(each) for key, each in value if each is not None}
    if isinstance(value, Mapping):
        return {str(key): _shown(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_shown(each) for each in value]
    return text(value)


def text(value: object) -> str:
    """A value as the file may have it, in one line."""
    match value:
        case None:
            return NONE
        case bool():
            return str(value).lower()
        case Decimal():
            return plain(value)
        case Enum():
            return str(value.value)
        case SecretStr():
            return without_path(value)
        case tuple() | dict() | BaseModel():
            return _in_one_line(_shown(value))
        case str():
            return without_password(value)
        case _:
            return str(value)


def _in_one_line(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_in_one_line(each)}" for key, each in value.items()) + "}"
    return "[" + ", ".join(map(_in_one_line, value)) + "]" if isinstance(value, list) else str(value)


def duration(milliseconds: int) -> str:
    """A time as the file may have it, in the largest unit that divides it: 7d, 36h, 90m, 5s."""
    for unit, length in sorted(UNITS_MS.items(), key=lambda each: -each[1]):
        if milliseconds % length == 0:
            return f"{milliseconds // length}{unit}"
    return f"{milliseconds / UNITS_MS['s']:g}s"
