"""One schedule: trading under faults, then a time without faults, then the judgement."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal as D

from actors.pacing import pace_of
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.states import AWAITED, OrderState
from lotkeeper.verification.story_page.tracks import OrderSeen
from messages.pair_commands import ResumePair
from tests.simulation.dice import scripted
from tests.simulation.falls import schedule_falls
from tests.simulation.judge import BrokenPromiseError
from tests.simulation.probes.watcher import Watcher
from tests.simulation.reloads import schedule_reloads
from tests.simulation.rises import schedule_rises
from tests.simulation.shrinking.script import Script
from tests.simulation.story import Line
from tests.simulation.top_ups import TopUpSchedule
from tests.simulation.trader import SimulatedTrader
from tests.simulation.venue import SYMBOL
from tests.simulation.world import CrashPoint, World

MANY_PAIRS = 200
FIRST_COMPARISON_TRIPS = 5  # round trips: the connection, the questions one after the other
CALM_S = 45.0
UNRESOLVED_S = 80.0  # longer than the keeper waits for a second witness about a SELL that it does not find
JUST_MS = 5_000  # longer than the keeper waits between a refused SELL and the next one
CALM_WITHOUT_NEWS_S = 170.0  # lost events are found by the comparison of every two minutes


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a schedule."""

    seed: int
    broken: str  # how the promise was broken; empty if it held
    handled: int  # messages
    lots: int
    exempt: int
    sells: int
    lists: int  # BUYs that paid for their SELLs, filled as a whole
    told: tuple[Line, ...] = ()  # empty unless the story was wanted
    orders: tuple[OrderSeen, ...] = ()  # likewise

    @property
    def story(self) -> tuple[str, ...]:
        return tuple(map(str, self.told))


def play(
    seed: int,
    *,
    crash_points: tuple[CrashPoint, ...] = (),
    with_story: bool = False,
    is_one_of_many: bool = False,
    has_slow_queries: bool = False,
    dies_after_answer: bool = False,
    has_exits: bool = False,
    has_sales: bool = False,
    has_reloads: bool = False,
    has_group: bool = False,
    has_top_ups: bool = False,
    has_halts: bool = False,
    is_distant: bool | None = None,
    watcher: Watcher | None = None,
    script: Script | None = None,
) -> Verdict:
    """The same seed plays the same schedule, in any process.

    `is_one_of_many`: the pair's keeper spares the request weight, as it does beside many others.
    `has_slow_queries`: the exchange's queries are far behind, which they are in some schedules anyway.
    `dies_after_answer`: the Gateway dies after it has noted an order as accepted, and before it tells the keeper.
    `has_exits`: lots are sold in another way than the default, which they are in some schedules anyway.
    `has_sales`: an operator sells lots by `lotkeeper sell`, which one does in some schedules anyway, and buys and
    cancels by command.
    `has_reloads`: the configuration is reloaded in the middle of trading.
    `has_group`: the lots are sold as a group, which they are in some schedules anyway.
    `has_top_ups`: BNB for fees is bought, in a schedule of its own that takes hours.
    `has_halts`: an operator turns the kill switch on and off.
    `is_distant`: whether requests, answers and events travel for a while; None: in some schedules.
    `watcher` sees which probes the schedule reaches.
    `script` is what the dice say; a new one records what those of the seed say.
    """
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    pace = pace_of(0, MANY_PAIRS) if is_one_of_many else None
    with scripted(script):
        world = World(
            seed,
            crash_points=crash_points,
            with_story=with_story,
            pace=pace,
            has_slow_queries=has_slow_queries,
            dies_after_answer=dies_after_answer,
            has_exits=has_exits,
            has_sales=has_sales,
            has_group=has_group,
            has_top_ups=has_top_ups,
            has_halts=has_halts,
            is_distant=is_distant,
            watcher=watcher,
            script=script,
        )
        try:
            if world.top_ups:
                TopUpSchedule(world, world.top_ups).run()
            else:
                Schedule(world, reloads_of=seed if has_reloads else None).run()
            broken = ""
        except BrokenPromiseError as error:
            broken = str(error)
        except Exception as error:
            broken = f"a handler raised {type(error).__name__}: {error}"
            if with_story:
                logging.disable(logging.NOTSET)
                logging.exception("a handler raised")
        finally:
            logging.disable(disabled)
    judge = world.judge
    sells = sum(len(lot.sells) for lot in judge.lots.values())
    return Verdict(
        seed,
        broken,
        world.handled,
        len(judge.lots),
        len(judge.exempt),
        sells,
        judge.paid_sells,
        tuple(world.story.lines),
        tuple(world.story.orders),
    )


class Schedule:
    """Draws what happens when, and makes it happen."""

    def __init__(self, world: World, reloads_of: int | None = None) -> None:
        """`reloads_of` is the seed of the reloads; None for none."""
        self.world = world
        self.trader = SimulatedTrader(world)
        self.reloads_of = reloads_of
        self.is_stream_renewed_at_end = world.dice.random() < 0.85
        self.is_every_event_delivered = (
            world.fault_mix.event_lost == world.fault_mix.crash == 0
        )  # then no comparison may be needed

    def run(self) -> None:
        world, dice = self.world, self.world.dice
        world.tell("exchange", lambda: str(world.distance or ""))
        world.system.start_all()
        for _ in range(dice.choice((0, 0, 1, 3))):  # BUYs while the first comparison goes on
            world.later(dice.uniform(0.0, 0.2 + FIRST_COMPARISON_TRIPS * world.round_trip_s), self.trader.buy_now)
        length = dice.uniform(8.0, 40.0)
        for _ in range(dice.randint(4, 16)):
            world.later(dice.uniform(0.0, length), self.trader.make_move)
        if world.crowd:
            world.crowd.schedule_buys(self.trader, length)
        if world.sales:
            world.sales.schedule(world, length)
        if world.purchases:
            world.purchases.schedule(world, length)
        if world.halts:
            world.halts.schedule(world, length)
        if self.reloads_of is not None:
            schedule_reloads(world, self.reloads_of, length)
        if world.kill_after_answer:
            world.kill_after_answer.begin(world)
            self.is_every_event_delivered = False
        if world.slow_queries:
            world.slow_queries.begin(world, length)
            self.is_every_event_delivered = False
        schedule_falls(world, length)
        schedule_rises(world, length)
        self._schedule_faults(length)
        world.run(max(length, world.slow_queries.until_s) if world.slow_queries else length)
        self._end_faults()
        is_soon_proven = self.is_stream_renewed_at_end or self.is_every_event_delivered
        second_look_s = world.pace.second_look_after_s or 0.0
        world.run(CALM_S + second_look_s if is_soon_proven else CALM_WITHOUT_NEWS_S)
        if self._has_unresolved():
            world.run(UNRESOLVED_S)
        if world.crowd:  # not every lot has a SELL before others are sold
            world.crowd.sell_out(world)
        self._judge()
        self._sell_out()

    def _has_unresolved(self) -> bool:
        """Whether the keeper may still wait to send a SELL again."""
        keeper = self.world.system.keeper
        if keeper is None or not keeper.actor.core.state.has_book:
            return True
        core = keeper.actor.core
        lots = core.state.book.lots
        return bool(lots.unknown_sells()) or core.waits_for_gateway or self._has_just_been_refused(lots.open())

    def _has_just_been_refused(self, lots: Iterable[Lot]) -> bool:
        """Whether a SELL, perhaps one in doubt till then, was refused now: the next one comes a second later."""
        newest = (lot.orders[-1] for lot in lots if lot.orders)
        since_ms = self.world.wall_ms - JUST_MS
        return any(order.state is OrderState.REFUSED and order.updated_ms > since_ms for order in newest)

    def _schedule_faults(self, length: float) -> None:
        """Schedules the faults that happen at a moment and not with a message."""
        dice, later = self.world.dice, self.world.later
        for share, what in (
            (0.35, self._cut_stream),
            (0.25, self._cut_stream),
            (0.12, self.world.system.give_up_keeper),
            (0.2, self.world.system.restart_all),
            (0.08, self.world.system.lose_database),
            (0.08, self._restore_backup),
        ):
            is_loss = what in (self.world.system.lose_database, self._restore_backup)
            if dice.random() < share and not (is_loss and self.world.slow_queries):
                self.is_every_event_delivered = False
                self.trader.is_database_lost |= is_loss
                later(dice.uniform(0.5, length), what)
        later(dice.uniform(0.0, length), self.world.database.back_up)
        kill = self.world.kill_after_send
        self.is_every_event_delivered &= not kill.order
        self.trader.is_database_lost |= bool(kill.order) and kill.loses_database
        self.world.judge.asked_sales.is_counted = not self.trader.is_database_lost

    def _cut_stream(self) -> None:
        if self.world.system.stream is not None:
            self.world.system.stream.cut(self.world.dice.choice((0.0, 0.0, 2.0, 20.0)))

    def _restore_backup(self) -> None:
        if self.world.database.backups:
            self.world.system.restart_all()
            self.world.tell("system", lambda: "an old backup is restored")
            self.world.database.restore(self.world.database.backups[0])

    def _end_faults(self) -> None:
        """Ends the faults; actors that are down come back, and the operator resumes the pair."""
        world = self.world
        world.tell("system", lambda: "the faults end")
        world.fault_mix.end_all()
        if world.halts:
            world.halts.end(world)
        world.kill_after_send.order = 0
        world.kill_after_answer = None
        self.trader.resume_trading()
        self.trader.cancel_all_buys()
        is_soon = self.is_stream_renewed_at_end or self.is_every_event_delivered
        told_s = 18.0 if is_soon else CALM_WITHOUT_NEWS_S - 25.0
        world.later(told_s, lambda: world.system.command_keeper(ResumePair(SYMBOL)))
        world.later(told_s - 1.0, self.trader.cancel_all_buys)  # also what a late command has bought
        if self.is_stream_renewed_at_end and not self.is_every_event_delivered:
            world.later(13.0, self._renew)

    def _renew(self) -> None:
        if self.world.system.stream is not None:
            self.world.system.stream.renew()

    def _judge(self) -> None:
        self._wait_for_answers()
        judge, keeper = self.world.judge, self.world.system.keeper
        judge.check_end()
        if self.world.halts:
            self.world.halts.check()
        if keeper is not None:
            judge.compare_book(keeper.actor.core.state.book)

    def _sell_out(self) -> None:
        """The price rises until every SELL on the book is filled, and falls until those are that followed it; nothing
        more may be sold.
        """
        for price in (D(200), D(220)):
            self.world.venue.quote(price, D(1000))
            self.world.run(3.0)
        if self.world.venue.has_waiting_orders:
            self.world.venue.quote(D(215), D(1000))
            self.world.run(3.0)
        self._judge()

    def _wait_for_answers(self) -> None:
        """What was sent in the last moment, because orders may be sent again, is answered and reported first."""
        keeper = self.world.system.keeper
        for _ in range(10):
            if keeper is None or not keeper.actor.core.state.book.lots.awaited_sells(*AWAITED):
                return
            self.world.run(1.0)
