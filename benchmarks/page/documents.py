"""Made documents of many pairs and lots, with the fields of real ones."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

Json = dict[str, Any]
_NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
_QUIET = {"proven": True, "since": _NOW.isoformat(), "reason": "", "frames": 1, "ignored": 0, "reconnects": 0}
_STREAM = {**_QUIET, "renewals": 0, "needs_a_person": False, "age_seconds": 0.2}
_TIMES = {"counts": [7, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "sum_seconds": 0.1}


class Market:
    """Pairs with prices that move, and lots that change now and then."""

    def __init__(self, pairs: int, lots: int, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self.symbols = [f"COIN{number:03}USDT" for number in range(pairs)]
        self._bids = {symbol: self._random.uniform(0.5, 5000) for symbol in self.symbols}
        self.lots = {row["lot"]: row for row in (self._lot(number) for number in range(lots))}

    def step(self, changed: int) -> list[Json]:
        """Every price moves; so many lots have changed."""
        for symbol in self.symbols:
            self._bids[symbol] *= 1 + self._random.gauss(0, 0.0005)
        names = self._random.sample(sorted(self.lots), changed)
        for name in names:
            self.lots[name] = {**self.lots[name], "sold": f"{self._random.random():.5f}"}
        return [self.lots[name] for name in names]

    def status(self, uptime_s: float) -> Json:
        return {
            "health": "ok",
            "readiness": {"ready": True, "reasons": []},
            "problems": [],
            "todo": [],
            "started": _NOW.isoformat(),
            "uptime_seconds": uptime_s,
            "user_stream": {**_STREAM, "mode": "stream"},
            "market_streams": [{**_STREAM, "name": "market stream 1", "pairs": [], "pairs_proven": len(self.symbols)}],
            "kill_switch": {"on": False, "since": None, "who": "", "why": ""},
            "gateway": {"limits": [], "holds": [], "route": None, "in_flight": 0, "trouble": ""},
            "ledger": {"records": 1, "trouble": "", "waiting": 0},
            "pairs": {symbol: self._pair(symbol) for symbol in self.symbols},
            "totals": {"lots_open": len(self.lots), "lots_closed": 0, "net_profit": {"USDT": "1"}, "unprotected": {}},
            "restarts": {},
        }

    def _pair(self, symbol: str) -> Json:
        bid = f"{self._bids[symbol]:.4f}"
        price = {"bid": bid, "ask": bid, "last": bid, "age_seconds": 0.1, "source": "stream", "stale": False}
        return {
            "phase": "trading",
            "paused": False,
            "pause": None,
            "watch_only": "",
            "quote": "USDT",
            "complete_as_of": _NOW.isoformat(),
            "complete_age_seconds": self._random.uniform(0, 30),
            "lots_open": len(self.lots) // len(self.symbols),
            "lots_closed": 3,
            "open_quantity": "12.5",
            "open_cost": "1234.5678",
            "nearest_sell": bid,
            "realised_profit": "12.34567",
            "unrealised_profit": f"{self._random.gauss(0, 20):.6f}",
            "unprotected": "0",
            "lots_parked": 0,
            "lots_queued": 0,
            "lots_held": 0,
            "waiting": [],
            "fees": {"USDT": "1.02461282"},
            "fees_quote": "2.0443062466",
            "first_sells": {"to_send": _TIMES, "to_answer": _TIMES, "total": _TIMES},
            "trouble": "",
            "stream": _STREAM,
            "price": {**price, "confirmed": True},
            "frames": {"taken": 180, "superseded": 517, "refused": []},
        }

    def _lot(self, number: int) -> Json:
        symbol = self.symbols[number % len(self.symbols)]
        trigger = f"{self._bids[symbol] * self._random.uniform(1.001, 1.2):.4f}"
        opened = (_NOW - timedelta(minutes=number)).isoformat(timespec="milliseconds")
        sell = {"client_order_id": f"lk1-{number:x}-1", "order_id": number, "state": "OPEN", "price": trigger}
        more = {
            "executed": "0",
            "sent": opened,
            "type": "LIMIT",
            "distance_pct": None,
            "stop_price": None,
            "stop": None,
        }
        return {
            "lot": f"{symbol}-{28_000_000 + number}",
            "pair": symbol,
            "base": symbol[:-4],
            "quote": "USDT",
            "state": self._random.choice(["SELLING"] * 9 + ["QUEUED"]),
            "reason": "",
            "received": f"{self._random.random():.6f}",
            "cost": f"{self._random.uniform(10, 900):.6f}",
            "sold": "0",
            "in_sells": "0.5",
            "remainder": "0",
            "taken": [],
            "given": [],
            "moved_cost": "0",
            "moves": [],
            "disposed": [],
            "realised_profit": "0",
            "fees": {"USDT": "0.0334208"},
            "fees_quote": "0.14405491",
            "opened": opened,
            "closed": None,
            "held_seconds": None,
            "nearest_trigger": trigger,
            "nearest_stop": None,
            "arms_at": None,
            "refused_in_a_row": 0,
            "sells": [{**sell, "quantity": "0.5", **more}],
            "away_pct": "1.39",
            "floor": trigger,
        }
