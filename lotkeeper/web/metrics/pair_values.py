"""What the metrics of a pair take from its part of the status document; None for what is not known yet."""

from collections.abc import Callable
from decimal import Decimal

from lotkeeper.web.metrics.families import Json

Value = Callable[[Json], object]


def is_proven(pair: Json) -> bool:
    """Whether it was compared, and is neither in trouble nor watch-only."""
    return pair.get("complete_age_seconds") is not None and not (pair["watch_only"] or pair["trouble"])


def is_stream_proven(pair: Json) -> bool:
    return bool(pair["stream"] and pair["stream"]["proven"])


def is_set(key: str) -> Value:
    """Whether there is a text under the key."""
    return lambda pair: bool(pair[key]) if key in pair else None


def number_of(key: str) -> Value:
    """How long the list under the key is."""
    return lambda pair: len(pair[key]) if key in pair else None


def of_price(key: str) -> Value:
    return lambda pair: None if pair["price"] is None else pair["price"][key]


def of_frames(key: str) -> Value:
    return lambda pair: 0 if pair["frames"] is None else pair["frames"][key]


def of_uncovered(key: str) -> Value:
    """Zero where nothing has been without a SELL for long."""
    return lambda pair: None if "uncovered" not in pair else pair["uncovered"][key] if pair["uncovered"] else 0


def floor_distance(pair: Json) -> float | None:
    """How far the lowest SELL is above the bid, as a part of the bid."""
    if pair["price"] is None or not pair.get("nearest_sell") or not Decimal(pair["price"]["bid"]):
        return None
    return float(Decimal(pair["nearest_sell"]) / Decimal(pair["price"]["bid"]) - 1)
