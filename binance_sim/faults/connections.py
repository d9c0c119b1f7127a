"""Faults of connections: cut, closed, muted, refused, told that the server shuts down.

The `where` of refuse-connection: `socket` is `user` (the WebSocket API), `market` (streams) or `rest` (any request).
"""

from __future__ import annotations

import asyncio
from typing import Any

from binance_sim.faults.effects import RefuseConnection, Seam
from binance_sim.faults.kinds import FaultKind, FaultParams, read_choice, read_seconds, read_whole
from binance_sim.faults.targets import FaultTargets
from binance_sim.sockets.peers import SocketPeer

SOCKETS = ("user", "requests", "market", "all")
HOW = ("abort", "drop", "close")


def select_peers(targets: FaultTargets, params: FaultParams) -> list[SocketPeer]:
    """The connections that `socket` means: `user` are those with a subscription, `all` are really all."""
    which = read_choice(params, "socket", SOCKETS, "user")
    users = list(targets.users.peers())
    if which == "user":
        return users
    if which == "requests":
        return [peer for peer in targets.api_peers if peer not in users]
    return [*targets.market_peers, *(targets.api_peers if which == "all" else ())]


def _cut(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    how, code = read_choice(params, "how", HOW), read_whole(params, "code", 1001)
    found = select_peers(targets, params)
    for peer in found:
        if how == "close":
            peer.close(code)
        else:
            (peer.abort if how == "abort" else peer.drop)()
    return {"dropped": len(found)}


def _mute(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    until = asyncio.get_running_loop().time() + read_seconds(params, "seconds")
    found = select_peers(targets, params)
    for peer in found:
        peer.muted_until = until
    return {"muted": len(found)}


def _shut_down(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    """Announce the shutdown, then close every connection that is still open."""
    wait = read_seconds(params, "seconds", 10.0)
    told = targets.users.announce_shutdown(targets.api_peers) + targets.streams.announce_shutdown()
    standing = [*targets.api_peers, *targets.market_peers]
    for peer in standing:
        asyncio.get_running_loop().call_later(wait, peer.close)
    return {"told": told, "closing": len(standing)}


def _refuse(params: FaultParams) -> RefuseConnection:
    status = params.get("status")
    return RefuseConnection(None if status is None else read_whole(params, "status"))


_SOCKET = "user (with an account's stream; the default), requests (others of the WebSocket API), market or all"

KINDS = (
    FaultKind(
        "cut",
        Seam.NOW,
        "connections end now",
        {
            "socket": _SOCKET,
            "how": "abort (a reset; the default), drop (no closing frame) or close (with a closing frame)",
            "code": "of the closing frame, by default 1001",
        },
        act=_cut,
    ),
    FaultKind(
        "mute",
        Seam.NOW,
        "connections stay open, but nothing passes in either direction",
        {"socket": _SOCKET, "*seconds": "for how long"},
        act=_mute,
    ),
    FaultKind(
        "server-shutdown",
        Seam.NOW,
        "all connections receive serverShutdown, and are closed later",
        {"seconds": "how much later, by default 10"},
        act=_shut_down,
    ),
    FaultKind(
        "refuse-connection",
        Seam.CONNECTION,
        "new connections are refused",
        {"status": "the HTTP status; without it the connection is cut"},
        make=_refuse,
    ),
)
