"""What the status says of prices: how old they are, where they come from, and what became of the frames."""

from typing import Any

from actors.ledger.positions import iso
from lotkeeper.trading.money import plain
from lotkeeper.trading.prices.feed import STALE_AFTER_S
from messages.health import FrameCounts, PricesReported
from messages.prices import Price, PriceModeChanged

_SILENT_AFTER_MS = int(2 * STALE_AFTER_S * 1000)  # by then even the broadcaster would have called the price stale


def price_fields(
    price: Price | None, mode: PriceModeChanged | None, frames: FrameCounts | None, now_ms: int
) -> dict[str, Any]:
    """A pair's fields about its price; ages in seconds."""
    return {
        "price": None if price is None else _price(price, now_ms),
        "price_mode": None if mode is None else _mode(mode),
        "frames": None if frames is None else frame_fields(frames),
    }


def price_problem(price: Price | None, now_ms: int) -> str:
    """A sentence about a stale price; else empty. A price that is missing is a problem of its stream."""
    if price is None or not is_stale(price, now_ms):
        return ""
    return f"price of {price.symbol}: stale, {max(0, now_ms - price.at_ms) // 1000} s old"


def is_stale(price: Price, now_ms: int) -> bool:
    """Whether the broadcaster says so, or has said nothing about it for long."""
    return price.is_stale or now_ms - price.at_ms > _SILENT_AFTER_MS


def broadcast_fields(report: PricesReported | None, now_ms: int) -> dict[str, Any] | None:
    """What the PriceBroadcaster reports about itself."""
    if report is None:
        return None
    return {
        "subscribers": report.subscribers,
        "levels": report.levels,
        "rest_requests": report.rest_requests,
        "rest_failures": report.rest_failures,
        "trouble": report.trouble,
        "age_seconds": (now_ms - report.at_ms) / 1000,
    }


def frame_fields(frames: FrameCounts) -> dict[str, Any]:
    """What became of frames."""
    rows = [{"kind": kind, "reason": reason, "count": count} for kind, reason, count in frames.refused]
    return {"taken": frames.taken, "superseded": frames.superseded, "refused": rows}


def _price(price: Price, now_ms: int) -> dict[str, Any]:
    return {
        "bid": plain(price.best.bid),
        "ask": plain(price.best.ask),
        "last": plain(price.last),
        "age_seconds": max(0, now_ms - price.at_ms) / 1000,
        "source": str(price.source),
        "stale": is_stale(price, now_ms),
        "confirmed": price.is_confirmed,
    }


def _mode(mode: PriceModeChanged) -> dict[str, Any]:
    return {"source": str(mode.mode), "reason": mode.reason, "since": iso(mode.at_ms)}
