"""A bench to test an actor on: its handlers run at once in the test's own process, with virtual time.

    bench = ActorBench(Keeper)
    bench.tell(Start("BTCUSDT"))
    order = bench.probe("gateway").pop(PlaceSell)
    bench.advance(5.0)

What the actor sends goes through pickle, as it would between processes.
"""

import pickle
from collections import deque
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

from thespian.actors import ActorAddress, ActorExitRequest, WakeupMessage, WatchMessage

from lotkeeper.engine.actor import EngineActor
from lotkeeper.engine.asking import Ask, AskFailure
from lotkeeper.engine.errors import AskFailedError
from lotkeeper.engine.system.child_process import ChildEnded
from lotkeeper.engine.testkit.stand_ins import ActorBackend, Probe, VirtualClock, VirtualWakeups
from lotkeeper.engine.transport.message_format import dumps

__all__ = ["ActorBench", "Probe"]

TheActor = TypeVar("TheActor", bound=EngineActor)
_MOST_TO_ITSELF = 10_000  # messages in a row that an actor may send to itself


class ActorBench(Generic[TheActor]):
    """One actor under test, and probes in the place of the actors it talks to.

    With `tolerant`, errors of handlers are treated as in a running system (`on_failure`); otherwise they are raised in
    the test that sent the message.
    """

    def __init__(
        self, actor_class: type[TheActor], *, tolerant: bool = False, start_ms: int = 1_700_000_000_000
    ) -> None:
        self.tolerant = tolerant
        self.exited = False
        self.children: list[Probe] = []
        self.sent: list[tuple[Probe, Any]] = []  # what the actor sent and to whom, in order
        self.dead_letter_handler = False
        self._probes: dict[str, Probe] = {}
        self._dead: list[Probe] = []
        self._to_self: deque[tuple[Any, ActorAddress]] = deque()
        self._errors: list[Exception] = []
        self._asks = 0
        self._clock = VirtualClock(start_ms)
        self._wakeups = VirtualWakeups(self._clock)
        self._address = ActorAddress("bench")
        self._watch: list[int] = []
        self.outside = self.probe("outside")
        self.actor = self._create(actor_class)

    def _create(self, actor_class: type[TheActor]) -> TheActor:
        actor = actor_class.__new__(actor_class)
        actor._clock = self._clock
        actor._myRef = ActorBackend(self, self._address)
        actor._on_handler_error = self._errors.append
        actor.__init__()  # type: ignore[misc]
        return actor

    # Time

    @property
    def now(self) -> float:
        """What the actor's `monotonic()` says, in seconds."""
        return self._clock.now

    def advance(self, seconds: float) -> None:
        """Lets virtual time pass, and delivers each wake-up that comes due at its own moment."""
        end = self.now + seconds
        while (due := self._wakeups.pop_due(end)) is not None:
            if not self.exited:
                self._run(WakeupMessage(due.delay, due.payload), self._address)
        self._clock.now = end

    # Messages in

    def probe(self, name: str) -> "Probe":
        """The probe of that name, which is made on first use."""
        return self._probes.setdefault(name, Probe(name))

    def tell(self, message: Any, sender: "Probe | None" = None) -> None:
        """Runs the handler of `message`, and then of the messages that the actor sent to itself."""
        self._run(_copied(message), (sender or self.outside).address)

    def ask(self, message: Any, sender: "Probe | None" = None) -> Any:
        """The body of the answer; AssertionError when the actor has not answered yet."""
        asker = sender or self.outside
        ask_id = self.ask_later(message, asker)
        answer = asker.answer_to(ask_id)
        if answer is None:
            raise AssertionError(f"{type(self.actor).__name__} did not answer {message!r}")
        if isinstance(answer.body, AskFailure):
            raise AskFailedError(answer.body.error)
        return answer.body

    def ask_later(self, message: Any, sender: "Probe | None" = None) -> str:
        """Asks without expecting the answer yet. Returns the id of the ask, for `Probe.answer_to`."""
        self._asks += 1
        ask_id = f"bench-{self._asks}"
        self.tell(Ask(ask_id, message), sender)
        return ask_id

    def make_readable(self, *descriptors: int) -> None:
        """Reports watched descriptors as readable; AssertionError when the actor does not watch one of them."""
        for descriptor in descriptors:
            assert descriptor in self._watch, f"descriptor {descriptor} is not watched, only {self._watch}"
        self._run(WatchMessage(list(descriptors)), self._address)

    def kill(self, child: "Probe", *, current_message: Any = None, exit_code: int = -9) -> None:
        """Reports to the actor that its child has died while it was handling that message."""
        self._dead.append(child)
        pickled = None if current_message is None else dumps(current_message)
        self._run(ChildEnded(child.address, child.pid, exit_code, pickled), self._address)

    @property
    def watched(self) -> list[int]:
        """The descriptors that the actor watched after its last message."""
        return list(self._watch)

    @property
    def wakeups(self) -> list[tuple[float, Any]]:
        """The wake-ups still to come: seconds from now and payload, in order."""
        return self._wakeups.pending()

    def child(self, key: str) -> "Probe":
        """The newest child that a Supervisor started under `key`."""
        wanted = next((each for each in reversed(self.children) if each.key == key), None)
        if wanted is None:
            raise AssertionError(f"no child {key!r} among {[each.key for each in self.children]}")
        return wanted

    # What the actor does, called by its backend

    def deliver(self, to: ActorAddress, message: Any) -> None:
        """Receives what the actor sends."""
        copy = _copied(message)
        if to == self._address:
            self._to_self.append((copy, self._address))
        else:
            probe = self._probe_at(to)
            probe.received.append(copy)
            self.sent.append((probe, copy))

    def add_child(self, actor_class: type) -> ActorAddress:
        """Makes a probe for a child that the actor creates."""
        name = f"child-{len(self.children) + 1}:{actor_class.__name__}"
        child = Probe(name, actor_class)
        self._probes[name] = child
        self.children.append(child)
        return child.address

    def add_wakeup(self, delay: Any, payload: Any) -> None:
        """Receives the wake-ups that the actor asks for."""
        self._wakeups.add(delay, payload)

    def living_child(self, address: ActorAddress) -> Probe | None:
        """The probe that stands for a child's process; None when the child is dead."""
        return next((each for each in self.children if each.address == address and each not in self._dead), None)

    def _probe_at(self, address: ActorAddress) -> Probe:
        found = next((each for each in self._probes.values() if each.address == address), None)
        if found is None:
            raise AssertionError(f"a message to {address}, which is no probe of this bench")
        return found

    def _run(self, message: Any, sender: ActorAddress) -> None:
        if self.exited:
            raise AssertionError(f"{type(self.actor).__name__} has exited and gets no {message!r}")
        self._to_self.append((message, sender))
        for each, origin in self._pop_mail():
            watch = self.actor.receiveMessage(each, origin)
            self._watch = list(watch.filenos) if watch else []
            self._name_children()
            if isinstance(each, ActorExitRequest):
                self.exited = True
                self._to_self.clear()
            self._raise_errors()

    def _pop_mail(self) -> Iterator[tuple[Any, ActorAddress]]:
        for _ in range(_MOST_TO_ITSELF):
            if not self._to_self:
                return
            yield self._to_self.popleft()
        raise AssertionError(f"{type(self.actor).__name__} sends itself messages without end")

    def _name_children(self) -> None:
        known: dict[str, ActorAddress] = getattr(self.actor, "children_by_key", dict)()
        for key, address in known.items():
            for child in self.children:
                if child.address == address:
                    child.key = key

    def _raise_errors(self) -> None:
        if self._errors and not self.tolerant:
            error = self._errors[0]
            self._errors.clear()
            self._to_self.clear()
            raise error


def _copied(message: Any) -> Any:
    return pickle.loads(dumps(message))  # noqa: S301 (this process has just written it)
