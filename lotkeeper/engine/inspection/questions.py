"""What a client asks the actors of a running system, and what they answer. Every actor answers for itself.

An actor that nobody asks notes nothing of this. Who asks for vitals has the handlers measured for some seconds more;
who starts a trace has messages noted until it ends by itself.
"""

from dataclasses import dataclass

from thespian.actors import ActorAddress, ActorSystemMessage


@dataclass(frozen=True, slots=True)
class AskVitals:
    """Asks an actor how it is; answered with Vitals. From now on its handlers are measured for so many seconds."""

    measure_s: float


@dataclass(frozen=True, slots=True)
class HandlerTimes:
    """How long the handlers of one type of message took since they are measured; of the newest 512."""

    message: str  # the name of the type
    count: int
    p50_ms: float
    p99_ms: float
    max_ms: float


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What an actor has sent to another one that the other has not handled."""

    path: str  # of the receiver's socket
    unhandled: int
    oldest_s: float  # the oldest of them waits for at least so long; as exact as the last looks are close


@dataclass(frozen=True, slots=True)
class Death:
    """An end of a child's process that nobody asked for."""

    key: str
    pid: int
    incarnation: int
    how: str
    in_hand: str  # what it was handling; empty for nothing, or if that is not known
    at_ms: int  # wall clock
    ran_s: float


@dataclass(frozen=True, slots=True)
class ChildVitals:
    """A child as its supervisor sees it: it knows this also of one that does not answer."""

    key: str
    address: ActorAddress | None  # None while it does not run
    pid: int | None
    state: str  # LifeState
    incarnation: int
    restarts: int
    reason: str  # how its last process ended, or why it was given up
    handled: int  # messages; of one that hangs the number does not grow
    is_waiting: bool  # it has nothing to do
    is_stopped: bool  # by SIGSTOP or a debugger
    in_hand: str  # what it handles at this moment


@dataclass(frozen=True, slots=True)
class Vitals:
    """How an actor is, as it says itself."""

    actor: str  # its class
    pid: int
    handled: int  # messages, wake-ups and ready descriptors, since it began
    mailboxes: tuple[Mailbox, ...]  # of the actors that it has sent something to, if they have not handled all
    handlers: tuple[HandlerTimes, ...] = ()
    undelivered: tuple[tuple[str, int], ...] = ()  # by type: what was refused because too many wait for the receiver
    unknown: tuple[str, ...] = ()  # types that came and for which it has no handler
    children: tuple[ChildVitals, ...] = ()
    deaths: tuple[Death, ...] = ()  # of its children, the newest 20


@dataclass(frozen=True, slots=True)
class StartTrace:
    """Has an actor note the messages in which one of the words stands, for so many seconds; answered with TraceTaken.

    A second one takes the place of the first.
    """

    words: tuple[str, ...]
    seconds: float
    beside: str = ""  # a word that has to stand in the message, too; empty for none
    has_states: bool = False  # also states, of which only the newest counts, such as prices


@dataclass(frozen=True, slots=True)
class TakeTrace:
    """Takes what an actor has noted since the last time; answered with TraceTaken."""


@dataclass(frozen=True, slots=True)
class TracedMessage:
    """A message that an actor has handled."""

    at_ns: int  # wall clock: when the handler began
    took_ms: float
    message: str  # the name of the type
    sender: str  # title and number of its process
    text: str  # the message, masked; empty for a secret one


@dataclass(frozen=True, slots=True)
class TraceTaken:
    """What was noted, in order; `dropped` more came than an actor keeps."""

    messages: tuple[TracedMessage, ...] = ()
    dropped: int = 0


class AskDeadLetters(ActorSystemMessage):  # type: ignore[misc]
    """Asks the admin for the dead letters; answered with DeadLetters."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that its receiver died without handling, or that came after its death."""

    at_ms: int  # wall clock
    path: str  # of the receiver's socket, whose name has its process id
    message: str  # the name of the type


class DeadLetters(ActorSystemMessage):  # type: ignore[misc]
    """How many dead letters there were by type, and the last ones."""

    def __init__(self, counts: dict[str, int], last: tuple[DeadLetter, ...]) -> None:
        self.counts = counts
        self.last = last
