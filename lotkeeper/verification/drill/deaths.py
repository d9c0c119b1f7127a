"""The death of one actor while BUYs are being filled: how long each of them waits for its SELL."""

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass

from lotkeeper.verification.drill.environment import DrillEnvironment
from lotkeeper.verification.drill.figures import BuyRecord, read_buys
from lotkeeper.verification.judge.journal_reader import read_lines
from lotkeeper.verification.staging.processes import StagedProcess
from lotkeeper.verification.staging.waiting import StagingError, wait_for

# The titles of the actors' processes. The last two take others with them.
ACTORS = (
    "Gateway",
    "PairKeeper",
    "UserStream",
    "MarketStream",
    "Ledger",
    "PriceBroadcaster",
    "Monitor",
    "PairSupervisor",
    "Guardian",
)
_QUOTE = "100"
_BUY_EVERY_S = 0.01
_BEFORE_S, _AFTER_S = 0.05, 0.1  # how long BUYs are filled before the death and after it
_PROVEN_AGE_S = 10.5  # one that dies younger than ten seconds is started again only after a back-off
_JUDGE_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class ActorDeath:
    """`buys` are those that were filled around the death."""

    title: str
    buys: tuple[BuyRecord, ...]

    @property
    def slowest_s(self) -> float:
        """The longest wait of a BUY for its SELL; infinite if one has none."""
        return max((float("inf") if each.waited_s is None else each.waited_s for each in self.buys), default=0.0)


def kill_amid_buys(environment: DrillEnvironment, title: str, round_trip_s: float, within_s: float) -> ActorDeath:
    """Kills (SIGKILL) the oldest process with this title, while BUYs are filled on all pairs.

    They begin a round trip before: when it dies, there are events on their way from the exchange, SELLs on their way
    to it, and replies on their way back. Returns when all BUYs have SELLs, or after `within_s` seconds. Raises
    StagingError if there is no such process.
    """
    victim = _find_victim(environment, title)
    began_ns = time.time_ns()
    _buy_and_kill(environment, victim, _BEFORE_S + round_trip_s)
    environment.wait(lambda: all(each.sells for each in _buys_since(environment, began_ns)), within_s, _JUDGE_EVERY_S)
    return ActorDeath(title, tuple(_buys_since(environment, began_ns)))


def _find_victim(environment: DrillEnvironment, title: str) -> StagedProcess:
    found = wait_for(f"a process {title}", lambda: environment.service.processes(title))
    victim: StagedProcess = found[0]
    if not environment.wait(lambda: victim.age_s >= _PROVEN_AGE_S, _PROVEN_AGE_S):
        raise StagingError(f"{victim.title} ended before it was killed")
    return victim


def _buy_and_kill(environment: DrillEnvironment, victim: StagedProcess, before_s: float) -> None:
    began, is_dead = time.monotonic(), False
    for number, symbol in enumerate(_in_turn(environment.exchange.symbols)):
        at_s = time.monotonic() - began
        if at_s >= before_s and not is_dead:
            os.kill(victim.pid, signal.SIGKILL)
            is_dead = True
        if at_s >= before_s + _AFTER_S:
            return
        environment.controls.buy(symbol, _QUOTE)
        time.sleep(max(0.0, began + (number + 1) * _BUY_EVERY_S - time.monotonic()))


def _in_turn(symbols: list[str]) -> Iterator[str]:
    while True:
        yield from symbols


def _buys_since(environment: DrillEnvironment, began_ns: int) -> list[BuyRecord]:
    environment.controls.summary()  # makes the exchange write its whole journal
    return [each for each in read_buys(read_lines(environment.journal)) if each.filled_ns >= began_ns]
