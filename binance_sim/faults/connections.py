"""Sockets: cut, closed, muted, refused, told that the server goes away.

`where` of those that are refused: `socket` is `user` (the WebSocket API), `market` (streams) or `rest` (any request).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from binance_sim.faults.effects import RefuseConnection
from binance_sim.faults.kinds import CONNECTION, NOW, Kind, Params, one_of, seconds, whole
from binance_sim.sockets.peers import Peer

if TYPE_CHECKING:
    from binance_sim.faults.world import World

SOCKETS = ("user", "market", "all")
HOW = ("abort", "drop", "close")


def peers_of(world: World, params: Params) -> list[Peer]:
    """User sockets are those with a subscription; all others of the WebSocket API only go with `all`."""
    which = one_of(params, "socket", SOCKETS, "user")
    if which == "user":
        return list(world.users.peers())
    return [*world.market_peers, *(world.api_peers if which == "all" else ())]


def _cut(world: World, params: Params) -> dict[str, Any]:
    how, code = one_of(params, "how", HOW), whole(params, "code", 1001)
    found = peers_of(world, params)
    for peer in found:
        if how == "close":
            peer.close(code)
        else:
            (peer.abort if how == "abort" else peer.drop)()
    return {"dropped": len(found)}


def _mute(world: World, params: Params) -> dict[str, Any]:
    until = asyncio.get_running_loop().time() + seconds(params, "seconds")
    found = peers_of(world, params)
    for peer in found:
        peer.muted_until = until
    return {"muted": len(found)}


def _shut_down(world: World, params: Params) -> dict[str, Any]:
    """Say that the server goes away, then close everything that is still connected."""
    wait = seconds(params, "seconds", 10.0)
    told = world.users.shut_down() + world.streams.shut_down()
    standing = [*world.api_peers, *world.market_peers]
    for peer in standing:
        asyncio.get_running_loop().call_later(wait, peer.close)
    return {"told": told, "closing": len(standing)}


def _refuse(params: Params) -> RefuseConnection:
    status = params.get("status")
    return RefuseConnection(None if status is None else whole(params, "status"))


_SOCKET = "user (those with an account's stream; if not said), market or all"

KINDS = (
    Kind(
        "cut",
        NOW,
        "connections end now",
        {
            "socket": _SOCKET,
            "how": "abort (a reset; if not said), drop (an end without a closing frame) or close (with one)",
            "code": "of the closing frame, 1001 if not said",
        },
        act=_cut,
    ),
    Kind(
        "mute",
        NOW,
        "connections stand, but nothing goes through in either direction",
        {"socket": _SOCKET, "*seconds": "for how long"},
        act=_mute,
    ),
    Kind(
        "server-shutdown",
        NOW,
        "all sockets are told serverShutdown, and closed later",
        {"seconds": "how much later, 10 if not said"},
        act=_shut_down,
    ),
    Kind(
        "refuse-connection",
        CONNECTION,
        "new connections are refused",
        {"status": "the HTTP status; without it they are cut"},
        make=_refuse,
    ),
)
