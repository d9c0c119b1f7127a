"""Faults of limits: too many requests, bans, and a wrong clock."""

from __future__ import annotations

from typing import Any

from binance_sim.faults.effects import Seam
from binance_sim.faults.kinds import FaultKind, FaultParams, read_seconds, read_whole
from binance_sim.faults.targets import FaultTargets


def _block(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    targets.limits.block(int(read_seconds(params, "seconds") * 1_000_000))
    return {}


def _ban(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    targets.limits.ban(int(read_seconds(params, "seconds", 120.0) * 1_000_000))
    return {}


def _fill_count(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    """Use up the account's orders of the current ten seconds."""
    account = targets.account(params)
    limit = account.unfilled.limits[0]
    account.unfilled.add(max(0, limit - account.unfilled.counts()[0]))
    return {"count": account.unfilled.counts()[0], "limit": limit}


def _skew(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    targets.exchange.clock.offset_us = read_whole(params, "ms") * 1000
    return {"serverTime": targets.exchange.clock.ms()}


KINDS = (
    FaultKind("too-many-requests", Seam.NOW, "every request is answered 429", {"*seconds": "for how long"}, act=_block),
    FaultKind(
        "ban",
        Seam.NOW,
        "every request is answered 418, and the connections of the WebSocket API are cut",
        {"seconds": "for how long, by default 120"},
        act=_ban,
    ),
    FaultKind(
        "too-many-orders",
        Seam.NOW,
        "the account's order count of the current ten seconds is used up (-1015)",
        {"account": "its name, by default the first account"},
        act=_fill_count,
    ),
    FaultKind(
        "clock-skew",
        Seam.NOW,
        "the exchange's clock is wrong from now on",
        {"*ms": "how many ms ahead, or behind (below 0)"},
        act=_skew,
    ),
)
