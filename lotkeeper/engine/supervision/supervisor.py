"""An actor that keeps its children alive, as far as restarting helps."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from thespian.actors import ActorAddress, ActorExitRequest, ChildActorExited

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.actor.guarding import Acquitted, unwrapped
from lotkeeper.engine.actor.pinging import Ping
from lotkeeper.engine.asking import Sender
from lotkeeper.engine.supervision.family import Family, Kill, LookAfter, LostHope, Order, Phase, Start, Stop
from lotkeeper.engine.supervision.heartbeat import Finding, Pulses
from lotkeeper.engine.supervision.lives import Life, LifeState
from lotkeeper.engine.supervision.quarantine import Quarantine
from lotkeeper.engine.supervision.registry import Registry
from lotkeeper.engine.supervision.spec import ChildSpec
from lotkeeper.engine.system.deaths import ChildEnded, ChildProcess
from lotkeeper.engine.transport.wire import unpack

_FEEL_EVERY = 2.0  # seconds between looks at the children's pulses


@dataclass(frozen=True, slots=True)
class _Due:
    key: str
    turn: int


@dataclass(frozen=True, slots=True)
class _Overdue:
    key: str
    turn: int


@dataclass(frozen=True, slots=True)
class _Feel:
    """Look at the pulses."""


@dataclass(slots=True)
class _Record:
    """What is remembered of a child from life to life."""

    incarnation: int = 0
    lives: int = 0
    state: LifeState = LifeState.LOST
    reason: str = ""
    first: Any = None
    process: ChildProcess | None = None
    quarantine: Quarantine = field(default_factory=Quarantine)


class Supervisor(EngineActor):
    """Starts children, starts them again when they die, kills those that hang, and gives up aloud.

    Every life of a child has an incarnation number, higher than that of any life before it, also of those under an
    earlier life of this supervisor: who holds a lower one is a ghost.
    """

    def __init__(self) -> None:
        super().__init__()
        self.__family = Family()
        self.__registry = Registry()
        self.__records: dict[str, _Record] = {}
        self.__pulses = Pulses(_FEEL_EVERY)
        self.__introduced: object | None = None
        self.__is_feeling = False

    # What a subclass may override

    def introduction(self) -> object | None:
        """A message that tells where everybody lives, or None.

        All children get it whenever it has changed, and each new one in any case, after its first message.
        """
        return None

    def on_child_started(self, key: str, address: ActorAddress, incarnation: int) -> None:
        """A child was created and its first message sent."""

    def on_life(self, life: Life) -> None:
        """What is to be said of a child has changed."""

    # What a subclass uses

    def supervise(self, *specs: ChildSpec) -> None:
        """Starts children, in order, and keeps them alive; ValueError when a key is taken."""
        orders: list[Order] = []
        for spec in specs:
            orders += self.__family.named(spec)
            self.__records.setdefault(spec.key, _Record())
        self.__obey(orders)
        if not self.__is_feeling:
            self.__is_feeling = True
            self.wake_in(_FEEL_EVERY, _Feel())

    def dismiss(self, key: str) -> None:
        """Ends a child for good; nothing happens when there is none of that key."""
        self.__obey(self.__family.dismissed(key))
        self.__introduce()

    def introduce(self) -> None:
        """Tells the children where everybody lives, if that has changed."""
        self.__introduce()

    def child(self, key: str) -> ActorAddress | None:
        """Where the living child is; None while it is dead or when there is none."""
        return self.__registry.address(key) if key in self.__family and self.__is_kept(key) else None

    def incarnation(self, key: str) -> int:
        """The number of the child's newest life; KeyError when there never was one of that key."""
        return self.__records[key].incarnation

    def children_by_key(self) -> dict[str, ActorAddress]:
        """The living children."""
        return {key: address for key, address in self.__registry if self.__is_kept(key)}

    def lives(self) -> list[Life]:
        """All children as they are now."""
        return [self.__life(key) for key in self.__records if key in self.__family]

    # Deaths

    @handles(ChildActorExited)
    def __child_exited(self, message: ChildActorExited, sender: Sender) -> None:
        """Thespian may tell of one death twice, and of a child that was replaced long ago.

        The children of a supervisor that ends are ended with it.
        """
        if self._is_ending:
            return
        key = self.__registry.leave(message.childAddress)
        if key is not None:
            self.__blame(key, message)
            self.__lost(key, message.how if isinstance(message, ChildEnded) else "ended")

    def __lost(self, key: str, how: str) -> None:
        self.__pulses.forget(key)
        self.__records[key].process = None
        was_wanted = self.__is_kept(key)
        orders = self.__family.died(key, self.monotonic(), random.random())
        if was_wanted:
            incarnation = self.__records[key].incarnation
            self.log.warning("%s (incarnation %d) %s; %s", key, incarnation, how, _what_follows(key, orders))
            self.__told(key, LifeState.LOST, how)
        self.__introduce()
        self.__obey(orders)

    def __blame(self, key: str, message: ChildActorExited) -> None:
        """The message that a child had in hand as it died may be what killed it."""
        in_hand = _message_in(message)
        record = self.__records[key]
        if in_hand is None or type(in_hand) is type(record.first):
            return
        self.log.warning("%s had this in hand: %r", key, in_hand)
        if record.quarantine.blame(in_hand):
            self.log.error("quarantined, for it has killed %s twice: %r", key, in_hand)

    @handles(Acquitted)
    def __acquitted(self, message: Acquitted, sender: Sender) -> None:
        key = self.__registry.name_of(sender) if isinstance(sender, ActorAddress) else None
        if key is not None:
            self.__records[key].quarantine.acquit(message.message)

    # Orders

    def __obey(self, orders: Sequence[Order]) -> None:
        # First all processes are made and then all are spoken to: what is touched between two forks is copied for each.
        newcomers = [order.key for order in orders if isinstance(order, Start)]
        for key in newcomers:
            self.__create(key)
        for order in orders:
            match order:
                case Start(key):
                    self.__begin(key)
                case LookAfter(key, turn, seconds):
                    self.wake_in(seconds, _Due(key, turn))
                case Stop(key, turn, seconds):
                    self.__stop(key)
                    self.wake_in(seconds, _Overdue(key, turn))
                case Kill(key):
                    self.__kill(key, "did not end when asked to")
                case LostHope(key, reason, escalates):
                    self.__without_hope(key, reason, escalates)
        self.__introduce(newcomers)

    def __create(self, key: str) -> None:
        record = self.__records[key]
        record.incarnation = max(record.incarnation + 1, self.wall_ns())
        record.lives += 1
        address = self.createActor(self.__family.spec(key).actor)
        record.process = self.child_process(address)
        self.__registry.enter(key, address)
        self.__family.started(key, self.monotonic())

    def __begin(self, key: str) -> None:
        spec, record, address = self.__family.spec(key), self.__records[key], self.__registry.address(key)
        try:
            record.first = spec.start(record.incarnation)
        except Exception as error:
            self.on_failure(spec, error)
            self.__kill(key, "could not be told how to begin")
            return
        watchful = record.quarantine.watchful()
        if watchful is not None:
            self.send(address, watchful)
        self.send(address, record.first)
        self.on_child_started(key, address, record.incarnation)
        self.__told(key, LifeState.RUNNING, record.reason)

    def __stop(self, key: str) -> None:
        address = self.__registry.address(key)
        if address is not None:
            self.send(address, ActorExitRequest())

    def __kill(self, key: str, why: str) -> None:
        process = self.__records[key].process
        if process is not None:
            self.log.error("%s (process %d) %s and is killed", key, process.pid, why)
            process.kill()

    def __without_hope(self, key: str, reason: str, escalates: bool) -> None:
        self.log.error("gave up on %s: it %s", key, reason)
        self.__told(key, LifeState.GIVEN_UP, reason)
        if escalates:
            self.exit()

    # Pulses

    def _woken(self, payload: Any) -> None:
        match payload:
            case _ if self._is_ending:
                pass
            case _Due(key, turn):
                self.__obey(self.__family.due(key, turn))
            case _Overdue(key, turn):
                self.__obey(self.__family.overdue(key, turn))
            case _Feel():
                self.wake_in(_FEEL_EVERY, _Feel())
                self.__feel_pulses()
            case _:
                super()._woken(payload)

    def __feel_pulses(self) -> None:
        now = self.monotonic()
        self.__pulses.begin(now)
        for key, address in self.__registry:
            process, patience = self.__records[key].process, self.__family.spec(key).patience
            if process is None or patience is None:
                continue
            match self.__pulses.feel(key, process, patience, now):
                case Finding.HUNG:
                    self.__kill(key, f"has handled nothing for {patience:g} s")
                case Finding.PING:
                    self.send(address, Ping())

    # What is said

    def __introduce(self, newcomers: Sequence[str] = ()) -> None:
        message = self.introduction()
        if message is None or self._is_ending:
            return
        is_news, self.__introduced = message != self.__introduced, message
        for key, address in self.children_by_key().items():
            if is_news or key in newcomers:
                self.send(address, message)

    def __told(self, key: str, state: LifeState, reason: str) -> None:
        record = self.__records[key]
        record.state, record.reason = state, reason
        self.on_life(self.__life(key))

    def __is_kept(self, key: str) -> bool:
        return self.__family.phase(key) is not Phase.LEAVING

    def __life(self, key: str) -> Life:
        record = self.__records[key]
        banned = tuple(repr(each) for each in record.quarantine.banned)
        return Life(key, record.state, record.incarnation, max(0, record.lives - 1), record.reason, banned)


def _what_follows(key: str, orders: Sequence[Order]) -> str:
    """For the log: what becomes of a child that has died."""
    for order in orders:
        match order:
            case LostHope():
                return "it is given up"
            case Start(started) if started == key:
                return "it is started again at once"
            case LookAfter(waiting, _, seconds) if waiting == key:
                return f"it is started again in {seconds:.3f} s"
    return "it is not started again"


def _message_in(death: ChildActorExited) -> Any:
    """What a child had in hand when it died, without its wrapping; None for nothing, or nothing that can be told."""
    pickled = death.in_hand if isinstance(death, ChildEnded) else None
    try:
        return None if pickled is None else unwrapped(unpack(pickled))
    except Exception:
        return None
