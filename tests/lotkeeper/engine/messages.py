"""The messages that the tests send to the actors."""

from dataclasses import dataclass

from thespian.actors import ActorAddress


@dataclass(frozen=True)
class Begin:
    note: str = ""


@dataclass(frozen=True)
class GetPid:
    pass


@dataclass(frozen=True)
class Create:
    name: str


@dataclass(frozen=True)
class Echo:
    body: object


@dataclass(frozen=True)
class LateEcho:
    body: object
    seconds: float


@dataclass(frozen=True)
class Hang:
    seconds: float = 3600.0


@dataclass(frozen=True)
class Die:
    how: str


@dataclass(frozen=True)
class Number:
    value: int
    series: str = ""


@dataclass(frozen=True)
class Gauge:
    """A state."""

    name: str
    value: int

    def state_key(self) -> str:
        return self.name


@dataclass(frozen=True)
class Batch:
    """States that come together."""

    values: dict[str, int]

    def state_key(self) -> str:
        return ""

    def joined_to(self, older: "Batch") -> "Batch":
        return Batch({**older.values, **self.values})


@dataclass(frozen=True)
class SendStates:
    """Send each of these gauges so many values, and a number after each round."""

    to: ActorAddress
    names: tuple[str, ...]
    rounds: int
    in_batches: bool = False


@dataclass(frozen=True)
class GetStates:
    """Asked: answer the states that came, in order."""


@dataclass(frozen=True)
class Lethal:
    """Kills the actor that handles it, unless a file of the name `spared_by` exists."""

    how: str
    spared_by: str = ""


@dataclass(frozen=True)
class SendNumbers:
    """Send this many numbers to each of them, in bursts."""

    to: list[ActorAddress]
    count: int
    burst: int = 1_000_000
    every: float = 0.0
    series: str = ""


@dataclass(frozen=True)
class SendUntilAccepted:
    """Send this many numbers. Those that are refused are sent again a little later, until all are accepted."""

    to: ActorAddress
    count: int


@dataclass(frozen=True)
class CountNumbers:
    """Asked: answer how many numbers came, and how many different ones."""


@dataclass(frozen=True)
class GetPeakMemory:
    """Asked: answer the most memory that this process ever had, in MiB."""


@dataclass(frozen=True)
class GetNumbers:
    """Asked: answer what numbers came."""


@dataclass(frozen=True)
class SetDelay:
    """Spend so many seconds on each number from now on."""

    seconds: float


@dataclass(frozen=True)
class WriteTo:
    """Write each handled number to that file."""

    path: str


@dataclass(frozen=True)
class CollectDeadLetters:
    pass


@dataclass(frozen=True)
class GetDeadLetters:
    """Asked: answer the dead numbers."""


@dataclass(frozen=True)
class RequestWakeups:
    after: tuple[float, ...]


@dataclass(frozen=True)
class GetWakeups:
    """Asked: answer (payload, lateness in seconds) of each wake-up."""


@dataclass(frozen=True)
class SendToLauncher:
    """Send a message to the launcher."""

    body: object


@dataclass(frozen=True)
class GetDescriptors:
    """Asked: answer what this process has open."""


@dataclass(frozen=True)
class WatchPipe:
    pass


@dataclass(frozen=True)
class SendNewChild:
    """Make a child, send its address to `to` at once, and then so many numbers."""

    to: ActorAddress
    count: int


@dataclass(frozen=True)
class NewChild:
    address: ActorAddress


@dataclass(frozen=True)
class CreateStillborn:
    """Asked: make a child that dies in its first instruction; answer when its death is reported."""


@dataclass(frozen=True)
class CreateDying:
    """Asked: make a child that connects and dies while this actor is busy; answer the type of the death notice."""


@dataclass(frozen=True)
class CreateBrief:
    """Asked: make a child that sends so many numbers and dies; answer how many had come before the death notice."""

    count: int


@dataclass(frozen=True)
class SendNumbersAndDie:
    count: int
    to: ActorAddress


@dataclass(frozen=True)
class SendFromThread:
    """Asked: answer the error's name."""


@dataclass(frozen=True)
class SendUnpicklable:
    pass
