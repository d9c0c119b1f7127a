"""Reports of the running actors, for the tests of what shows them."""

from typing import Any


def actor(name: str, depth: int = 1, **changes: Any) -> dict[str, Any]:
    values = {
        "name": name,
        "depth": depth,
        "actor": "Ledger",
        "state": "idle",
        "pid": 4711,
        "age_seconds": 3725.0,
        "restarts": 0,
        "incarnation": 5,
        "reason": "",
        "mailbox": 0,
        "oldest_seconds": 0.0,
        "per_second": 12.5,
        "cpu_pct": 1.5,
        "in_hand": "",
        "busy_seconds": None,
        "pss_bytes": 16 << 20,
        "handlers": [],
        "undelivered": {},
        "unknown": [],
    }
    return {**values, **changes}


def report(*actors: dict[str, Any], **changes: Any) -> dict[str, Any]:
    known = [actor("guardian", 0), *actors]
    return {"actors": known, "deaths": [], "dead_letters": {"counts": {}, "last": []}, **changes}


DEATH = {
    "at": "2026-11-30T08:00:00.123+00:00",
    "name": "BTCUSDT keeper",
    "pid": 9,
    "incarnation": 4,
    "how": "has handled nothing for 10 s and was killed by SIGKILL",
    "in_hand": "OrderReported symbol=BTCUSDT",
    "ran_seconds": 65.0,
}
SLOW = {"message": "RecordLots", "count": 3, "p50_ms": 1.5, "p99_ms": 20.0, "max_ms": 21.25}
FAST = {"message": "Tick", "count": 300, "p50_ms": 0.01, "p99_ms": 0.02, "max_ms": 0.03}
