"""Too many requests, bans, and a clock that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from binance_sim.faults.kinds import NOW, Kind, Params, seconds, whole

if TYPE_CHECKING:
    from binance_sim.faults.world import World


def _block(world: World, params: Params) -> dict[str, Any]:
    world.limits.block(int(seconds(params, "seconds") * 1_000_000))
    return {}


def _ban(world: World, params: Params) -> dict[str, Any]:
    world.limits.ban(int(seconds(params, "seconds", 120.0) * 1_000_000))
    return {}


def _fill_count(world: World, params: Params) -> dict[str, Any]:
    """Use up the account's orders of the running ten seconds."""
    account = world.account(params)
    limit = account.unfilled.limits[0]
    account.unfilled.add(max(0, limit - account.unfilled.counts()[0]))
    return {"count": account.unfilled.counts()[0], "limit": limit}


def _skew(world: World, params: Params) -> dict[str, Any]:
    world.exchange.clock.offset_us = whole(params, "ms") * 1000
    return {"serverTime": world.exchange.clock.ms()}


KINDS = (
    Kind("too-many-requests", NOW, "every request is answered 429", {"*seconds": "for how long"}, act=_block),
    Kind(
        "ban",
        NOW,
        "every request is answered 418, and the sockets of the WebSocket API are cut",
        {"seconds": "for how long, 120 if not said"},
        act=_ban,
    ),
    Kind(
        "too-many-orders",
        NOW,
        "the account's order count of the running ten seconds is used up (-1015)",
        {"account": "which, the first if not said"},
        act=_fill_count,
    ),
    Kind(
        "clock-skew",
        NOW,
        "the exchange's clock is wrong from now on",
        {"*ms": "so many ms ahead, or behind (below 0)"},
        act=_skew,
    ),
)
