"""Reports as the actors send them, and the view of them: all is well unless a test says otherwise."""

from dataclasses import replace
from decimal import Decimal as D
from typing import Any

from actors.monitor.view import View
from lotkeeper.trading.prices.best_prices import BestPrices
from messages.health import (
    BrokerState,
    ChildReported,
    GatewayReported,
    LedgerReported,
    PairReported,
    SharedLimitUse,
    StreamReported,
    StreamState,
)
from messages.prices import Price

NOW_MS = 1_700_000_000_000


def pair(symbol: str = "BTCUSDT", **changes: Any) -> PairReported:
    values = {
        "symbol": symbol,
        "quote": "USDT",
        "incarnation": 3,
        "phase": "trading",
        "is_paused": False,
        "complete_as_of_ms": NOW_MS - 4000,
        "buys": 3,
        "lots_open": 1,
        "lots_closed": 2,
        "sells_placed": 3,
        "sells_filled": 2,
        "sells_unknown": 0,
        "open_quantity": D("0.0010"),
        "open_cost": D("60.00"),
        "nearest_sell": D("60360.37"),
        "realised_profit": D("0.62"),
        "unprotected": D(0),
        "first_sell_ms": NOW_MS - 60_000,
        "trouble": "",
        "at_ms": NOW_MS - 500,
    }
    return PairReported(**{**values, **changes})


def stream(symbol: str = "", **changes: Any) -> StreamReported:
    values = {"state": StreamState.PROVEN, "since_ms": NOW_MS - 9000, "reason": ""}
    values |= {"frames": 10, "ignored": 1, "reconnects": 0, "kinds": (("executionReport", 9), ("other", 1))}
    return StreamReported(**{"symbol": symbol, **values, **changes})


def gateway(**changes: Any) -> GatewayReported:
    values = {"at_ms": NOW_MS, "requests": 9, "orders": 3, "refused": 0, "unknown": 0, "weight_used": 40, "trouble": ""}
    return GatewayReported(**{**values, **changes})


def broker(**changes: Any) -> BrokerState:
    """Of an address that two services share."""
    usage = (SharedLimitUse("bob", "REQUEST_WEIGHT", 900, 850), SharedLimitUse("alice", "REQUEST_WEIGHT", 320, 40))
    values = {"socket": "/run/b/budget.sock", "service": "alice", "is_connected": True, "services": 2, "usage": usage}
    return BrokerState(**{**values, **changes})


def ledger(**changes: Any) -> LedgerReported:
    return LedgerReported(**{"at_ms": NOW_MS, "records": 5, "trouble": "", **changes})


def child(key: str = "gateway", **changes: Any) -> ChildReported:
    return ChildReported(**{"key": key, "incarnation": 2, "restarts": 0, "state": "running", "reason": "", **changes})


def price(symbol: str = "BTCUSDT", bid: str = "60100") -> Price:
    return Price(symbol, BestPrices(D(bid), D(bid) + 1), D(bid), NOW_MS - 100)


def view(**changes: Any) -> View:
    """A service that is well, with two pairs."""
    whole = View(
        symbols=("BTCUSDT", "ETHBTC"),
        started_ms=NOW_MS - 120_000,
        pairs={
            "BTCUSDT": pair(),
            "ETHBTC": pair("ETHBTC", quote="BTC", realised_profit=D("0.001"), first_sell_ms=None),
        },
        streams={symbol: (stream(symbol), NOW_MS - 300) for symbol in ("", "BTCUSDT", "ETHBTC")},
        prices={"BTCUSDT": price()},
        children={"gateway": child()},
        gateway=gateway(),
        ledger=ledger(),
    )
    return replace(whole, **changes)
