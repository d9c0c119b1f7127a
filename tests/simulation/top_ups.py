"""BNB for fees over some hours: the real FeeReserve buys it while replies are lost and processes die.

Fees take the BNB away now and then. Around each such moment there are faults, and the first BUYs have somebody die with
them. A judge watches the exchange: too little was free at each BUY, no two came within an hour, and in the end there is
enough. What is bought is no lot.
"""

from dataclasses import dataclass, field
from decimal import Decimal as D
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING

from binance_sim.matching.orders import Order
from lotkeeper.trading.fee_reserve.names import HOUR_MS, is_top_up
from lotkeeper.trading.fee_reserve.reserve import ASSET, FeeReserveSettings, TopUp
from lotkeeper.trading.lots.transfers import lot_id
from tests.simulation.dice import dice_of
from tests.simulation.fault_mix import FaultMix
from tests.simulation.judge import BrokenPromiseError
from tests.simulation.kill_after_send import MAX_LATE_S
from tests.simulation.trader import SimulatedTrader
from tests.simulation.venue import BNB_SYMBOL, SYMBOL

if TYPE_CHECKING:
    from binance_sim.matching.sinks import ExecutionEvent
    from tests.simulation.world import World

FAULTS_BEFORE_S, FAULTS_AFTER_S = 20.0, 300.0
LEAST_BETWEEN_MS = HOUR_MS - 20_000  # the second of two may arrive at once, and the first as late as it can
CALM_S = HOUR_MS / 1000 + 600.0  # nothing may be bought for an hour after the last BUY


class Victims(StrEnum):
    """Who dies when a BUY for fees is on its way."""

    NOBODY = "nobody"
    FEE_RESERVE = "the FeeReserve"
    GATEWAY = "the Gateway"
    BOTH = "both"
    SYSTEM = "the whole system"


@dataclass(slots=True)
class KillAfterTopUp:
    """In place of `KillAfterSend`: each of the first BUYs arrives late, and somebody dies with it."""

    dice: Random
    victims: Victims
    most: int  # so many BUYs
    late_s: float = 0.0
    order: int = 0
    loses_database: bool = False

    def on_order(self, world: "World") -> bool:
        if not self.most:
            return False
        self.most -= 1
        self.late_s = self.dice.uniform(0.0, MAX_LATE_S)
        world.later(self.dice.uniform(0.0, 0.01), lambda: self._kill(world))
        return True

    def _kill(self, world: "World") -> None:
        system = world.system
        match self.victims:
            case Victims.FEE_RESERVE:
                system.kill(system.fee_reserve)
            case Victims.GATEWAY:
                system.kill(system.gateway)
            case Victims.BOTH:
                system.kill(system.fee_reserve, system.gateway)
            case Victims.SYSTEM:
                system.restart_all()


@dataclass(slots=True)
class TopUps:
    """What is bought when, and the judge of it."""

    dice: Random
    settings: FeeReserveSettings
    kill: KillAfterTopUp
    needs_s: tuple[float, ...]  # when fees take the BNB away
    bought: list[Order] = field(default_factory=list)

    def on_execution(self, world: "World", execution: "ExecutionEvent") -> None:
        """Raises BrokenPromiseError."""
        order = execution.order
        if not order.ticket.buys or order in self.bought:
            return
        if not is_top_up(order.ticket.client_id):
            raise BrokenPromiseError(f"fees: {order.ticket.client_id} is no name of a BUY for fees")
        before = [each for each in self.bought if order.created - each.created < LEAST_BETWEEN_MS * 1000]
        if before:
            apart_s = (order.created - before[-1].created) / 1_000_000
            raise BrokenPromiseError(f"fees: {order.ticket.client_id} is bought {apart_s:.1f} s after another one")
        free = world.venue.account.funds.free[ASSET] - order.filled
        if free >= self.settings.keep_at_least:
            raise BrokenPromiseError(f"fees: {order.ticket.client_id} is bought although {free} {ASSET} are free")
        self.bought.append(order)

    def check_end(self, world: "World") -> None:
        free = world.venue.account.funds.free[ASSET]
        if free < self.settings.keep_at_least:
            raise BrokenPromiseError(f"fees: {free} {ASSET} are free for an hour, and none is bought")
        known, bought = set(world.database.tables.lots), {lot_id(SYMBOL, number) for number in world.judge.lots}
        if known != bought:
            raise BrokenPromiseError(
                f"fees: the database has the lots {sorted(known)}, and {sorted(bought)} were bought"
            )


class TopUpSchedule:
    """Some BUYs of the trader, then hours in which little happens but that BNB is spent."""

    def __init__(self, world: "World", top_ups: TopUps) -> None:
        self.world, self.top_ups = world, top_ups
        self._faults = world.fault_mix

    def run(self) -> None:
        world, top_ups = self.world, self.top_ups
        world.fault_mix = FaultMix()
        world.venue.account.funds.free[ASSET] = top_ups.settings.keep_at_least
        world.system.start_all()
        trader = SimulatedTrader(world)
        for _ in range(top_ups.dice.randint(0, 2)):
            world.later(top_ups.dice.uniform(5.0, 20.0), trader.buy_now)
        world.kill_after_send.order = 0
        world.later(30.0, self._arm)
        for moment_s in top_ups.needs_s:
            world.later(moment_s, self._spend)
            world.later(moment_s - FAULTS_BEFORE_S, lambda: self._set_faults(self._faults))
            world.later(moment_s + FAULTS_AFTER_S, lambda: self._set_faults(FaultMix()))
        world.run(top_ups.needs_s[-1] + FAULTS_AFTER_S + CALM_S)
        top_ups.check_end(world)
        world.judge.check_end()

    def _arm(self) -> None:
        self.world.kill_after_send = self.top_ups.kill  # type: ignore[assignment]

    def _set_faults(self, mix: FaultMix) -> None:
        self.world.fault_mix = mix

    def _spend(self) -> None:
        """So much that too little is left."""
        funds, least = self.world.venue.account.funds, self.top_ups.settings.keep_at_least
        left = least * self.top_ups.dice.randint(0, 99) / 100
        self.world.tell("trader", lambda: f"fees leave {left} {ASSET}")
        funds.free[ASSET] = min(funds.free[ASSET], left)


def draw_top_ups(seed: int) -> TopUps:
    """Now and then the need comes just before the hour is over, when the name of the BUY changes."""
    dice = dice_of(f"top-ups {seed}")  # the text is part of what a seed means
    amount = {"amount": D("0.6")} if dice.random() < 0.5 else {"quote": D(360)}
    settings = FeeReserveSettings(D("0.5"), TopUp(BNB_SYMBOL, **amount))
    kill = KillAfterTopUp(dice, dice.choice(list(Victims)), dice.choice((0, 1, 1, 2)))
    needs, at_s = [], dice.uniform(120.0, HOUR_MS / 1000)
    for _ in range(dice.randint(1, 3)):
        needs.append(at_s)
        at_s += dice.choice((dice.uniform(60.0, 900.0), dice.uniform(900.0, 5000.0)))
    return TopUps(dice, settings, kill, tuple(needs))


def is_top_up_pair(execution: "ExecutionEvent") -> bool:
    """Whether it happened on the pair that buys BNB, which nobody keeps."""
    return execution.order.rules.name == BNB_SYMBOL
