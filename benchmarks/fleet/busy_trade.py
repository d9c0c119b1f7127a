"""BUYs on every account for some minutes, and cuts of all connections of the exchange meanwhile."""

import random
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

from binance_sim.control.client import ControlRefusedError
from lotkeeper.exchange.rest.exchange_info import parse_exchange_info
from lotkeeper.verification.drill.actions import TraderAction
from lotkeeper.verification.drill.trader_client import TraderClient
from lotkeeper.verification.staging.fleet import StagedFleet
from lotkeeper.verification.staging.waiting import StagingError, wait_for

_BUY_EVERY_S = 3.0  # of each account, on average
_QUOTE = "50"
_CUT_EVERY_S = 120.0
_READY_WITHIN_S = 300.0


def start_all(fleet: StagedFleet) -> list[str]:
    """One service after the other, as a boot does it; those that were not ready in time."""
    late = []
    for member in fleet.members:
        try:
            fleet.start(member)
        except StagingError as error:
            print(error, file=sys.stderr)
            late.append(member.name)
    return late


def trade(fleet: StagedFleet, seconds: float, seed: int = 1) -> int:
    """How many BUYs the exchange took. All connections are cut in the middle, and every two minutes from there."""
    dice, pairs = random.Random(seed), parse_exchange_info(fleet.exchange_info()).pairs
    traders = [TraderClient(fleet.exchange, pairs, member.name) for member in fleet.members]
    bought, began = 0, time.monotonic()
    cuts = _cut_times(seconds)
    next_cut = next(cuts, None)
    while (now := time.monotonic() - began) < seconds:
        if next_cut is not None and now >= next_cut:
            _cut_all(fleet)
            next_cut = next(cuts, None)
        symbol = dice.choice(fleet.exchange.symbols)
        bought += dice.choice(traders).perform(TraderAction(now, "buy", symbol, dice.random(), _QUOTE))
        time.sleep(dice.uniform(0.2, 1.8) * _BUY_EVERY_S / len(traders))
    return bought


def settle(fleet: StagedFleet) -> bool:
    """Whether every service is well again in time."""
    try:
        wait_for("all are well", lambda: all(each.is_well() for each in fleet.members), _READY_WITHIN_S)
    except StagingError:
        return False
    return True


def _cut_times(seconds: float) -> Iterator[float]:
    at = seconds / 2
    while at < seconds - 30:
        yield at
        at += _CUT_EVERY_S


def _cut_all(fleet: StagedFleet) -> None:
    with suppress(ControlRefusedError):
        fleet.controls.fault("cut", socket="all")
