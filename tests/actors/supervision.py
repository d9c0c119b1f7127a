"""Settings of a service, and a child that keeps dying, for the tests of supervisors."""

from decimal import Decimal as D
from typing import Any

from lotkeeper.engine.supervision import Intensity, LifeState
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.trading.policy import ExitPolicy
from messages.lifecycle import PairSettings, ServiceSettings

PAIRS = tuple(PairSettings(symbol, ExitPolicy(D("0.5"))) for symbol in ("BTCUSDT", "ETHUSDT"))
SETTINGS = ServiceSettings(
    rest_url="https://rest.example",
    ws_api_url="wss://ws.example/ws-api/v3",
    stream_url="wss://stream.example",
    recv_window_ms=5000,
    database="sqlite:////nowhere/lots.sqlite",
    silent_after_s=60.0,
    renew_after_s=82_800.0,
    pairs=PAIRS,
)


def exhaust(desk: ActorBench[Any], key: str) -> None:
    """The child dies as soon as it lives, until its supervisor gives it up."""
    for _ in range(Intensity().restarts + 1):
        desk.kill(desk.child(key))
        for _ in range(20):  # the back-off is random
            if state_of(desk, key) is LifeState.LOST:
                desk.advance(0.05)
    assert state_of(desk, key) is LifeState.GIVEN_UP


def state_of(desk: ActorBench[Any], key: str) -> LifeState:
    return next(life.state for life in desk.actor.child_statuses() if life.key == key)
