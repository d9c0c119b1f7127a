"""Actors for the tests that start real processes."""

import logging
import os
import resource
import signal
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from thespian.actors import ActorAddress, ChildActorExited, DeadEnvelope, PoisonMessage

from lotkeeper.engine.actor import EngineActor, handles
from lotkeeper.engine.asking import Asker, Sender
from lotkeeper.engine.supervision import Backoff, ChildSpec, ChildStatus, Intensity, LifeState, Supervisor, TryAgain
from tests.lotkeeper.engine.messages import (
    Batch,
    Begin,
    CollectDeadLetters,
    CountNumbers,
    Create,
    CreateBrief,
    CreateDying,
    CreateStillborn,
    Die,
    Echo,
    Gauge,
    GetDeadLetters,
    GetDescriptors,
    GetNumbers,
    GetPeakMemory,
    GetPid,
    GetStates,
    GetWakeups,
    Hang,
    LateEcho,
    Lethal,
    NewChild,
    Number,
    RequestWakeups,
    SendFromThread,
    SendNewChild,
    SendNumbers,
    SendNumbersAndDie,
    SendStates,
    SendToLauncher,
    SendUnpicklable,
    SendUntilAccepted,
    SetDelay,
    WatchPipe,
    WriteTo,
)


@dataclass
class Notes:
    numbers: list[Number] = field(default_factory=list)
    dead: list[object] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    woken: list[tuple[object, float]] = field(default_factory=list)
    states: list[object] = field(default_factory=list)
    values: set[int] = field(default_factory=set)


class CommandedActor(EngineActor):
    """Does what each message says."""

    def __init__(self) -> None:
        super().__init__()
        self.notes = Notes()
        self.delay = 0.0
        self.note_file: int | None = None
        self.exited: list[ActorAddress] = []
        self.pipe: tuple[int, int] | None = None
        self.stillborn_asker: Sender | None = None
        self.waiting_for_brief: Sender | None = None
        self.wants_notice: Sender | None = None
        self.resend_to: ActorAddress | None = None
        self.again: deque[Number] = deque()

    @handles(Begin)
    def begin(self, message: Begin, sender: Sender) -> None:
        self.log.info("begins: %s", message.note)

    @handles(GetPid)
    def get_pid(self, message: GetPid, sender: Sender) -> None:
        self.reply(sender, os.getpid())

    @handles(Create)
    def create(self, message: Create, sender: Sender) -> None:
        child = self.createActor(globals()[message.name])
        self.forward(child, Introduce(), sender)

    @handles(Echo)
    def echo(self, message: Echo, sender: Sender) -> None:
        self.reply(sender, message.body)

    @handles(LateEcho)
    def late_echo(self, message: LateEcho, sender: Sender) -> None:
        self.wake_in(message.seconds, (sender, message.body))

    @handles(Hang)
    def hang(self, message: Hang, sender: Sender) -> None:
        time.sleep(message.seconds)

    @handles(Die)
    def die(self, message: Die, sender: Sender) -> None:
        if message.how == "error":
            raise ValueError("told to")
        os.kill(os.getpid(), getattr(signal, message.how))

    @handles(Number)
    def number(self, message: Number, sender: Sender) -> None:
        if self.delay:
            time.sleep(self.delay)
        self.notes.numbers.append(message)
        self.notes.values.add(message.value)
        if self.note_file is not None:
            os.write(self.note_file, f"{message.value}\n".encode())

    @handles(SetDelay)
    def set_delay(self, message: SetDelay, sender: Sender) -> None:
        self.delay = message.seconds

    @handles(WriteTo)
    def write_to(self, message: WriteTo, sender: Sender) -> None:
        self.note_file = os.open(message.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self.reply(sender, True)

    @handles(GetNumbers)
    def get_numbers(self, message: GetNumbers, sender: Sender) -> None:
        self.reply(sender, self.notes.numbers)

    @handles(SendNumbers)
    def send_numbers(self, message: SendNumbers, sender: Sender) -> None:
        self.send_next(message, 0)
        self.reply(sender, True)

    def send_next(self, task: SendNumbers, sent: int) -> None:
        end = min(task.count, sent + task.burst)
        for value in range(sent, end):
            for each in task.to:
                self.send(each, Number(value, task.series))
        if end < task.count:
            self.wake_in(task.every, (task, end))

    @handles(Gauge, Batch)
    def state(self, message: Gauge | Batch, sender: Sender) -> None:
        self.notes.states.append(message)
        self.notes.numbers.append(Number(-1, "state"))

    @handles(GetStates)
    def get_states(self, message: GetStates, sender: Sender) -> None:
        self.reply(sender, self.notes.states)

    @handles(SendStates)
    def send_states(self, message: SendStates, sender: Sender) -> None:
        for value in range(message.rounds):
            for name in message.names:
                self.send(message.to, Batch({name: value}) if message.in_batches else Gauge(name, value))
            self.send(message.to, Number(value))
        self.reply(sender, True)

    @handles(Lethal)
    def lethal(self, message: Lethal, sender: Sender) -> None:
        if message.spared_by and Path(message.spared_by).exists():
            return
        if message.how == "hang":
            time.sleep(3600)
        os.kill(os.getpid(), getattr(signal, message.how))

    @handles(SendUntilAccepted)
    def send_until_accepted(self, message: SendUntilAccepted, sender: Sender) -> None:
        for value in range(message.count):
            self.send(message.to, Number(value))
        self.resend_to = message.to
        self.reply(sender, True)

    @handles(CountNumbers)
    def count_numbers(self, message: CountNumbers, sender: Sender) -> None:
        self.reply(sender, (len(self.notes.numbers), len(self.notes.values)))

    @handles(GetPeakMemory)
    def get_peak_memory(self, message: GetPeakMemory, sender: Sender) -> None:
        self.reply(sender, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)

    @handles(CollectDeadLetters)
    def collect_dead_letters(self, message: CollectDeadLetters, sender: Sender) -> None:
        self.handleDeadLetters()
        self.reply(sender, True)

    @handles(DeadEnvelope)
    def dead_letter(self, message: DeadEnvelope, sender: Sender) -> None:
        self.notes.dead.append(message.deadMessage)

    @handles(GetDeadLetters)
    def get_dead_letters(self, message: GetDeadLetters, sender: Sender) -> None:
        self.reply(sender, (self.notes.dead, self.notes.refused))

    @handles(PoisonMessage)
    def note_refused(self, message: PoisonMessage, sender: Sender) -> None:
        if len(self.notes.refused) < 10_000:
            self.notes.refused.append(str(message.details))
        if isinstance(message.poisonMessage, Number) and self.resend_to is not None:
            self.again.append(message.poisonMessage)
            if len(self.again) == 1:
                self.wake_in(0.1, "again")

    @handles(RequestWakeups)
    def request_wakeups(self, message: RequestWakeups, sender: Sender) -> None:
        for place, seconds in enumerate(message.after):
            self.wake_in(seconds, ("due", place, self.monotonic() + seconds))

    @handles(GetWakeups)
    def get_wakeups(self, message: GetWakeups, sender: Sender) -> None:
        self.reply(sender, self.notes.woken)

    def on_wakeup(self, payload: object) -> None:
        match payload:
            case (Asker() as sender, body):
                self.reply(sender, body)
            case (SendNumbers() as task, int(sent)):
                self.send_next(task, sent)
            case "again":
                for _ in range(min(500, len(self.again))):
                    self.send(self.resend_to, self.again.popleft())
                if self.again:
                    self.wake_in(0.1, "again")
            case ("due", place, float(due)):
                self.notes.woken.append((place, self.monotonic() - due))

    @handles(SendToLauncher)
    def send_to_launcher(self, message: SendToLauncher, sender: Sender) -> None:
        address = sender.address if isinstance(sender, Asker) else sender
        self.send(address, message.body)

    @handles(GetDescriptors)
    def get_descriptors(self, message: GetDescriptors, sender: Sender) -> None:
        found = []
        for each in os.listdir("/proc/self/fd"):
            try:
                found.append((int(each), os.readlink(f"/proc/self/fd/{each}")))
            except OSError:
                continue
        self.reply(sender, found)

    def on_exit(self) -> None:
        if self.note_file is not None:
            os.write(self.note_file, b"exit\n")

    @handles(ChildActorExited)
    def child_exited(self, message: ChildActorExited, sender: Sender) -> None:
        self.exited.append(message.childAddress)
        if self.wants_notice is not None:
            self.reply(self.wants_notice, type(message).__name__)
            self.wants_notice = None
        if self.waiting_for_brief is not None:
            self.reply(self.waiting_for_brief, len(self.notes.numbers))
            self.waiting_for_brief = None
        if self.stillborn_asker is not None:
            self.reply(self.stillborn_asker, "reported")

    @handles(SendNewChild)
    def send_new_child(self, message: SendNewChild, sender: Sender) -> None:
        self.send(message.to, NewChild(self.createActor(ChildActor)))
        for value in range(message.count):
            self.send(message.to, Number(value))

    @handles(NewChild)
    def note_new_child(self, message: NewChild, sender: Sender) -> None:
        self.notes.numbers.append(Number(-1))

    @handles(CreateStillborn)
    def create_stillborn(self, message: CreateStillborn, sender: Sender) -> None:
        self.stillborn_asker = sender
        self.doomed = True
        os.register_at_fork(after_in_child=lambda: os._exit(9) if self.doomed else None)
        self.createActor(ChildActor)
        self.doomed = False

    @handles(CreateDying)
    def create_dying(self, message: CreateDying, sender: Sender) -> None:
        self.wants_notice = sender
        self.send(self.createActor(DyingActor), Number(7))
        time.sleep(0.3)

    @handles(CreateBrief)
    def create_brief(self, message: CreateBrief, sender: Sender) -> None:
        self.notes.numbers.clear()
        self.waiting_for_brief = sender
        self.send(self.createActor(ChildActor), SendNumbersAndDie(message.count, self.myAddress))

    @handles(SendNumbersAndDie)
    def send_numbers_and_die(self, message: SendNumbersAndDie, sender: Sender) -> None:
        for value in range(message.count):
            self.send(message.to, Number(value))
        os.kill(os.getpid(), signal.SIGKILL)

    @handles(SendFromThread)
    def send_from_thread(self, message: SendFromThread, sender: Sender) -> None:
        errors: list[Exception] = []

        def act() -> None:
            try:
                self.send(self.myAddress, Number(0))
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=act)
        thread.start()
        thread.join()
        self.reply(sender, type(errors[0]).__name__)

    @handles(SendUnpicklable)
    def send_unpicklable(self, message: SendUnpicklable, sender: Sender) -> None:
        self.send(self.myAddress, Echo(lambda: None))
        self.reply(sender, True)

    @handles(WatchPipe)
    def watch_pipe(self, message: WatchPipe, sender: Sender) -> None:
        self.pipe = os.pipe()
        self.watcher = sender
        self.wake_in(0.01, "write")
        os.write(self.pipe[1], b"x")

    def watched(self) -> list[int]:
        return [self.pipe[0]] if self.pipe else []

    def on_readable(self, descriptors: list[int]) -> None:
        data = b"".join(os.read(each, 100) for each in descriptors)
        self.reply(self.watcher, data)


@dataclass(frozen=True)
class Introduce:
    pass


class ChildActor(CommandedActor):
    @handles(Introduce)
    def introduce(self, message: Introduce, sender: Sender) -> None:
        self.reply(sender, (self.myAddress, os.getpid()))


class DyingActor(EngineActor):
    def __init__(self) -> None:
        super().__init__()
        os.kill(os.getpid(), signal.SIGKILL)


class BrokenActor(EngineActor):
    def __init__(self) -> None:
        super().__init__()
        raise RuntimeError("made to fail")


@dataclass(frozen=True)
class SuperviseChild:
    """Supervise a child under this key."""

    key: str
    restarts: int = 5
    hang_timeout_s: float = 10.0


@dataclass(frozen=True)
class ForwardToChild:
    """Pass this on to the child of that key."""

    key: str
    body: object


@dataclass(frozen=True)
class GetStatuses:
    """Asked: answer the status of each child."""


@dataclass(frozen=True)
class GetStarts:
    """Asked: answer (key, process id, incarnation) of each start, and the keys given up."""


@dataclass(frozen=True)
class Started:
    key: str
    pid: int
    incarnation: int


@dataclass(frozen=True)
class Announce:
    key: str
    incarnation: int
    to: ActorAddress


class SupervisedActor(CommandedActor):
    @handles(Announce)
    def announce(self, message: Announce, sender: Sender) -> None:
        self.send(message.to, Started(message.key, os.getpid(), message.incarnation))


class ParentActor(Supervisor):
    def __init__(self) -> None:
        super().__init__()
        self.started: list[Started] = []
        self.given_up: list[tuple[str, str]] = []

    @handles(Begin)
    def begin(self, message: Begin, sender: Sender) -> None:
        pass

    @handles(GetPid)
    def get_pid(self, message: GetPid, sender: Sender) -> None:
        self.reply(sender, os.getpid())

    @handles(SuperviseChild)
    def supervise_child(self, message: SuperviseChild, sender: Sender) -> None:
        def first(incarnation: int) -> Announce:
            return Announce(message.key, incarnation, self.myAddress)

        intensity = Intensity(message.restarts, 60.0)
        backoff = Backoff(first=0.01, most=0.05)
        self.supervise(
            ChildSpec(message.key, SupervisedActor, first, intensity, backoff, TryAgain(600.0), message.hang_timeout_s)
        )

    @handles(Started)
    def note_start(self, message: Started, sender: Sender) -> None:
        self.started.append(message)

    @handles(ForwardToChild)
    def forward_to_child(self, message: ForwardToChild, sender: Sender) -> None:
        self.forward(self.child(message.key), message.body, sender)

    @handles(GetStatuses)
    def get_statuses(self, message: GetStatuses, sender: Sender) -> None:
        self.reply(sender, self.child_statuses())

    @handles(GetStarts)
    def get_starts(self, message: GetStarts, sender: Sender) -> None:
        self.reply(sender, (self.started, self.given_up))

    def on_child_status(self, status: ChildStatus) -> None:
        if status.state is LifeState.GIVEN_UP:
            self.given_up.append((status.key, status.reason))


def note_process(name: str) -> None:
    """A process hook: writes a line into the file that ENGINE_TEST_TRACE names."""
    with Path(os.environ["ENGINE_TEST_TRACE"]).open("a") as trace:
        trace.write(f"{name} {os.getpid()}\n")
    logging.getLogger("lotkeeper").setLevel(logging.INFO)
