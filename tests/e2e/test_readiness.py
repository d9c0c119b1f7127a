"""`/readyz` goes red within the stated time for each fault of the drill, and green only after proof.

What keeps the proof away is part of a fault here: a connection that is back at once is one that nobody sees.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from lotkeeper.verification.drill.environment import DrillEnvironment
from lotkeeper.verification.drill.fault_scenarios import SCENARIOS
from lotkeeper.verification.drill.red_times import RED_TIMES
from lotkeeper.verification.staging.waiting import wait_for
from tests.e2e.environment import SystemUnderTest
from tests.e2e.test_web import CONFIG, WatchedSystem, free_port

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
PAIRS = ("BTCUSDT", "ETHUSDT")
BUSY_S = 90.0  # what a busy machine may take beyond the stated time
QUICK = ("drop", "kill-keeper")
STREAMS = ("drop", "abort", "close", "ban", "garbage", "mute", "kill-user-stream", "kill-market-stream")
KEEPERS = ("kill-keeper", "kill-supervisor")
OF_ONE_PAIR = (*KEEPERS, "hang-keeper")
QUESTIONS = ("myTrades", "openOrders.status", "account.status")


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchedSystem]:
    port = free_port()
    arguments = [*(part for symbol in PAIRS for part in ("--symbol", symbol)), "--ping-every", "1"]
    folder = tmp_path_factory.mktemp("readiness")
    with SystemUnderTest(folder, arguments, profit_pct="50", more_config=CONFIG.format(port=port)) as running:
        running.run()
        yield WatchedSystem(running, port)


@pytest.fixture
def environment(watched: WatchedSystem, tmp_path: Path) -> Iterator[DrillEnvironment]:
    """In which a fault of the drill plays; all is well before it, and every fault is over after it."""
    found = DrillEnvironment(watched.system, tmp_path / "journal.jsonl")
    wait_for("a green answer", watched.is_green, BUSY_S)
    yield found
    found.end_faults()


def hold(name: str, environment: DrillEnvironment) -> None:
    """Keeps away what would prove the pairs again."""
    if name in STREAMS:
        environment.controls.fault("refuse-connection", times=0, for_s=3600.0)
    if name in KEEPERS:
        for method in QUESTIONS:
            environment.controls.fault("refuse", how="504", where={"method": method}, times=0)


@contextmanager
def played(name: str, environment: DrillEnvironment) -> Iterator[None]:
    """Some faults last as long as they are played."""
    player = threading.Thread(target=SCENARIOS[name].play, args=(environment,))
    player.start()
    try:
        yield
    finally:
        player.join()


def wait_while_it_goes_on(what: str, environment: DrillEnvironment, is_so: Callable[[], bool], within_s: float) -> None:
    """As `wait_for`; what the fault has for later, such as a start, is done meanwhile."""

    def look() -> bool:
        environment.run_due()
        return is_so()

    wait_for(what, look, within_s)


def seen_by(name: str, watched: WatchedSystem) -> Callable[[], bool]:
    """A keeper that hangs may be replaced, and its pair compared, between two answers of the server."""
    keepers = watched.system.processes("PairKeeper")

    def is_seen() -> bool:
        is_replaced = name == "hang-keeper" and watched.system.processes("PairKeeper") not in ([], keepers)
        return is_replaced or watched.is_not_green()

    return is_seen


def compared_ms(status: dict[str, Any]) -> list[float]:
    return [datetime.fromisoformat(pair["complete_as_of"]).timestamp() * 1000 for pair in status["pairs"].values()]


def cases(names: list[str]) -> list[Any]:
    return [name if name in QUICK else pytest.param(name, marks=pytest.mark.longest) for name in names]


@pytest.mark.parametrize("name", cases([name for name, red in RED_TIMES.items() if red.within_s is not None]))
def test_it_is_red_within_the_stated_time_and_green_only_after_proof(
    watched: WatchedSystem, environment: DrillEnvironment, name: str
) -> None:
    stated, began_ms = RED_TIMES[name], int(time.time() * 1000)
    assert stated.within_s is not None
    hold(name, environment)
    with played(name, environment):
        if name == "too-many-requests":
            environment.controls.ask("POST", "buy", symbol=PAIRS[0], quote="50")  # whose SELL is refused
        is_seen = seen_by(name, watched)
        wait_while_it_goes_on("a red answer", environment, is_seen, stated.within_s + BUSY_S)
    environment.controls.lift()
    wait_while_it_goes_on("a green answer", environment, watched.is_green, BUSY_S)
    if stated.is_compared:
        status = wait_for("the status", watched.system.status)
        compared = compared_ms(status)
        assert (max if name in OF_ONE_PAIR else min)(compared) >= began_ms


@pytest.mark.parametrize("name", cases([name for name, red in RED_TIMES.items() if red.within_s is None]))
def test_what_unproves_nothing_leaves_it_green(
    watched: WatchedSystem, environment: DrillEnvironment, name: str
) -> None:
    with played(name, environment):
        pass
    wait_while_it_goes_on("a green answer", environment, watched.is_green, BUSY_S)
    environment.end_faults()
    bought = watched.system.buy(PAIRS[1])
    wait_while_it_goes_on("its SELL", environment, lambda: bool(watched.system.sells_of(PAIRS[1], bought)), BUSY_S)


def test_something_is_stated_of_each_fault_of_the_drill() -> None:
    assert list(RED_TIMES) == list(SCENARIOS)
