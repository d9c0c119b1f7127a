"""Frames without meaning, as a broken proxy or a new version of the exchange may send them."""

from __future__ import annotations

import random
from typing import Any

from binance_sim.faults.connections import select_peers
from binance_sim.faults.effects import Seam
from binance_sim.faults.kinds import FaultKind, FaultParams, read_whole
from binance_sim.faults.targets import FaultTargets

SAMPLES = (
    b"",
    b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>",
    b'{"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"6',
    b'{"e":"somethingNew","E":1,"x":{"y":[1,2,3]}}',
    b'{"subscriptionId":0,"event":{"e":"somethingNew","E":1}}',
    b"[]",
    b"null",
    b"17",
    b'{"stream":"btcusdt@bookTicker","data":{"u":"one","s":7,"b":"NaN","B":"-1","a":"1e999","A":null}}',
    b'{"id":null,"status":400,"error":{"code":-1000,"msg":"An unknown error occurred."}}',
    b'{"e":"bookTicker","padding":"' + b"x" * 65_536 + b'"}',
    b'{"a":' * 2_000 + b"1" + b"}" * 2_000,
)


def _garbage(targets: FaultTargets, params: FaultParams) -> dict[str, Any]:
    """Send every sample once, then random samples; the same seed sends the same frames."""
    frames, draw = read_whole(params, "frames", 100), random.Random(read_whole(params, "seed", 1))
    chosen = [SAMPLES[number] if number < len(SAMPLES) else draw.choice(SAMPLES) for number in range(frames)]
    found = select_peers(targets, params)
    for peer in found:
        for each in chosen:
            peer.send_text(each)
    return {"sockets": len(found), "frames": frames}


KINDS = (
    FaultKind(
        "garbage",
        Seam.NOW,
        "connections receive frames without meaning: empty, HTML, half JSON, 64 kB, unknown events, damaged fields",
        {
            "socket": "user (connections with an account's stream; the default), market or all",
            "frames": "how many on each connection, by default 100",
            "seed": "of their order, by default 1",
        },
        act=_garbage,
    ),
)
