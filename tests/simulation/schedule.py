"""One schedule: a seed's worth of trading under faults, then calm, then the judgement."""

import logging
from dataclasses import dataclass
from decimal import Decimal as D

from messages.control import ResumePair
from tests.simulation.judge import BrokenPromiseError
from tests.simulation.people import People
from tests.simulation.venue import SYMBOL
from tests.simulation.world import Cut, World

CALM_S = 45.0
CALM_WITHOUT_NEWS_S = 170.0  # what nobody told is found by the comparison of every two minutes


@dataclass(frozen=True, slots=True)
class Verdict:
    """`broken` is empty when the promise held; `handled` is how many messages were handled."""

    seed: int
    broken: str
    handled: int
    lots: int
    exempt: int
    sells: int
    story: tuple[str, ...]


def play(seed: int, *, cuts: tuple[Cut, ...] = (), is_told: bool = False) -> Verdict:
    """The same seed plays the same schedule, in any process."""
    logging.disable(logging.CRITICAL)
    world = World(seed, cuts=cuts, is_told=is_told)
    try:
        Schedule(world).runs()
        broken = ""
    except BrokenPromiseError as error:
        broken = str(error)
    except Exception as error:
        broken = f"a handler raised {type(error).__name__}: {error}"
        if is_told:
            logging.disable(logging.NOTSET)
            logging.exception("a handler raised")
    judge = world.judge
    sells = sum(len(lot.sells) for lot in judge.lots.values())
    return Verdict(seed, broken, world.handled, len(judge.lots), len(judge.exempt), sells, tuple(world.story.lines))


class Schedule:
    """Draws when what happens, and lets it happen."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people = People(world)
        self.is_news_told_in_the_end = world.dice.random() < 0.85
        self.is_all_heard = world.weather.event_lost == world.weather.crash == 0  # then no comparison must be needed

    def runs(self) -> None:
        world, dice = self.world, self.world.dice
        world.house.opens()
        length = dice.uniform(8.0, 40.0)
        for _ in range(dice.randint(4, 16)):
            world.later(dice.uniform(0.0, length), self.people.moves)
        self._befalls(length)
        world.run(length)
        self._calms_down()
        world.run(CALM_S if self.is_news_told_in_the_end or self.is_all_heard else CALM_WITHOUT_NEWS_S)
        self._judges()
        self._sells_out()

    def _befalls(self, length: float) -> None:
        """Faults that come at a moment and not with a message."""
        dice, later = self.world.dice, self.world.later
        for share, what in (
            (0.35, self._stream_is_cut),
            (0.25, self._stream_is_cut),
            (0.12, self.world.house.ghost),
            (0.2, self.world.house.all_die_and_open),
            (0.08, self.world.house.notebook_is_lost),
            (0.08, self._backup_is_restored),
        ):
            if dice.random() < share:
                self.is_all_heard = False
                self.people.is_lost |= what in (self.world.house.notebook_is_lost, self._backup_is_restored)
                later(dice.uniform(0.5, length), what)
        later(dice.uniform(0.0, length), self.world.notebook.back_up)
        raids = self.world.raids
        self.is_all_heard &= not raids.order
        self.people.is_lost |= bool(raids.order) and raids.loses_notebook

    def _stream_is_cut(self) -> None:
        if self.world.house.stream is not None:
            self.world.house.stream.cut(self.world.dice.choice((0.0, 0.0, 2.0, 20.0)))

    def _backup_is_restored(self) -> None:
        if self.world.notebook.backups:
            self.world.house.all_die_and_open()
            self.world.tell("house", lambda: "an old backup is restored")
            self.world.notebook.restore(self.world.notebook.backups[0])

    def _calms_down(self) -> None:
        """The faults end; what is down comes back, what a person took back is given free."""
        world = self.world
        world.tell("house", lambda: "the faults end")
        world.weather.calm_down()
        world.raids.order = 0
        self.people.pair_trades()
        self.people.takes_all_buys_back()
        is_soon = self.is_news_told_in_the_end or self.is_all_heard
        told_s = 18.0 if is_soon else CALM_WITHOUT_NEWS_S - 25.0
        world.later(told_s, lambda: world.house.says(ResumePair(SYMBOL)))
        if self.is_news_told_in_the_end and not self.is_all_heard:
            world.later(13.0, self._renew)

    def _renew(self) -> None:
        if self.world.house.stream is not None:
            self.world.house.stream.renewed()

    def _judges(self) -> None:
        judge, keeper = self.world.judge, self.world.house.keeper
        judge.in_the_end()
        if keeper is not None:
            judge.agrees(keeper.actor.core.state.book)

    def _sells_out(self) -> None:
        """The price goes up: all that is offered is sold, and nothing more."""
        for price in (D(200), D(220)):
            self.world.venue.quote(price, D(1000))
            self.world.run(3.0)
        self._judges()
