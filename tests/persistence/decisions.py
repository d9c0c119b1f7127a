"""Decisions as a keeper makes them."""

from lotkeeper.trading.journal import Cause, DecisionKind, DecisionMade
from persistence.records import DecisionRecord
from persistence.store import Store
from tests.persistence.lots import SYMBOL


def made(number: int = 1, **changes: object) -> DecisionMade:
    values = {
        "symbol": SYMBOL,
        "at_ms": 1_700_000_000_000,
        "incarnation": 1,
        "number": number,
        "kind": DecisionKind.SELL_PLACED,
        "cause": Cause.TARGET,
        "lot_id": f"{SYMBOL}-7",
        "order": "lk1-7-1",
        "facts": (("price", "70000.10"), ("quantity", "0.4995")),
    }
    return DecisionMade(**{**values, **changes})  # type: ignore[arg-type]


def decide(store: Store, *decisions: DecisionMade) -> None:
    store.record([DecisionRecord(each) for each in decisions])
