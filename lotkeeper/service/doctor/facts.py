"""What is known before anything is judged. Times in milliseconds, sizes in bytes."""

from dataclasses import dataclass
from pathlib import Path

from lotkeeper.exchange.rest.key_restrictions import KeyRestrictions
from lotkeeper.exchange.shapes import Account, ExchangeInfo
from lotkeeper.trading.orders.refusals import RefusalKind


@dataclass(frozen=True, slots=True)
class Trouble:
    """A question without the answer that was wanted."""

    text: str
    kind: RefusalKind | None = None  # of a refusal by the exchange
    is_not_offered: bool = False  # the exchange does not have what was asked for


@dataclass(frozen=True, slots=True)
class ClockFacts:
    ahead_ms: int  # our clock before the exchange's, as of the middle of the round trip
    round_trip_ms: float
    now_ms: int  # the exchange's time


@dataclass(frozen=True, slots=True)
class Reached:
    """An endpoint that answered."""

    connect_ms: float  # until the connection stood, TLS and upgrade included
    round_trip_ms: float  # of the fastest of a few questions over it


@dataclass(frozen=True, slots=True)
class ExchangeFacts:
    """What the exchange said, or why it was not asked."""

    rest_url: str
    ws_api_url: str
    stream_url: str
    recv_window_ms: int
    pause: str = ""  # why nothing may be sent to it now; empty where it may
    clock: ClockFacts | Trouble | None = None
    ws_api: Reached | Trouble | None = None
    streams: Reached | Trouble | None = None
    account: Account | Trouble | None = None
    restrictions: KeyRestrictions | Trouble | None = None
    rules: ExchangeInfo | Trouble | None = None


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """The key as it is set in this shell."""

    key_type: str
    problems: tuple[str, ...] = ()  # one sentence each


@dataclass(frozen=True, slots=True)
class FileFacts:
    """A file or folder that is there."""

    path: Path
    mode: int  # permission bits
    is_mine: bool


@dataclass(frozen=True, slots=True)
class SpaceFacts:
    """The file system of a folder."""

    path: Path  # the folder, or the nearest one above it that exists
    what: str  # what is written there
    free: int
    can_write: bool


@dataclass(frozen=True, slots=True)
class LimitFacts:
    """What this user may have. None: no limit."""

    open_files: int | None  # for one process
    processes: int | None  # of the user together
    processes_now: int
    memory_free: int | None  # what can be had without swapping; None: the machine does not say
    does_kernel_merge: bool = False  # whether it looks for pages of memory that are equal in many processes
    shares_memory: bool = True  # whether this Python lets processes go on sharing it (3.12 and newer)


@dataclass(frozen=True, slots=True)
class ListeningPort:
    address: str
    port: int
    is_loopback: bool


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """The service with this configuration, if one runs."""

    is_running: bool
    trouble: str = ""  # why it cannot be asked although something runs
    health: str = ""
    problems: tuple[str, ...] = ()
    ports: tuple[ListeningPort, ...] = ()  # on which its processes listen
    socket_folder: FileFacts | None = None  # None while there is none


@dataclass(frozen=True, slots=True)
class BrokerFacts:
    """The broker of the address's budget, if one is configured."""

    socket: Path
    trouble: str = ""  # why it cannot be reached


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    place: str
    exists: bool
    trouble: str = ""  # why it cannot be used
    damages: tuple[str, ...] = ()
    lots: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it."""

    config: FileFacts
    pairs: tuple[str, ...]
    key: KeyFacts
    exchange: ExchangeFacts
    limits: LimitFacts
    service: ServiceFacts
    database: DatabaseFacts
    broker: BrokerFacts | None = None
    merges_memory: bool = False  # whether the configuration asks for that
    is_journal_in_memory: bool = True  # where orders in flight are noted
    spaces: tuple[SpaceFacts, ...] = ()
    files: tuple[FileFacts, ...] = ()  # that only this user should read
    clashes: tuple[str, ...] = ()  # other packages with the names of ours
