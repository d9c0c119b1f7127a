"""How actors are started, introduced to their peers, and fenced off."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from lotkeeper.trading.alerts.settings import AlertSettings
from lotkeeper.trading.fee_reserve.reserve import FeeReserveSettings
from lotkeeper.trading.halts import NO_HALT, Halt, Halts
from lotkeeper.trading.policy import Adoption, ExitPolicy
from messages.host_lease import HostTerm

Address = Any  # thespian's ActorAddress, which has no types


@dataclass(frozen=True, slots=True)
class PairSettings:
    """What the configuration says of one pair."""

    symbol: str
    policy: ExitPolicy
    adoption: Adoption = field(default=Adoption())


@dataclass(frozen=True, slots=True)
class JournalPlace:
    """Where the Gateway notes the orders in flight."""

    path: str
    is_memory: bool = False  # else on a disk, which may hold up orders
    earlier_path: str = ""  # where an earlier version noted them; empty for none


@dataclass(frozen=True, slots=True)
class BrokerPlace:
    """Where the services of this address share what it may ask of the exchange."""

    socket: str  # the path of the broker's socket
    name: str  # of this service, for people
    exchange: str  # services of different exchanges share nothing


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What the actors need of the configuration; no secret of the exchange."""

    rest_url: str
    ws_api_url: str
    stream_url: str
    recv_window_ms: int
    database: str = field(repr=False)  # its URL, which may have a password
    silent_after_s: float
    renew_after_s: float
    pairs: tuple[PairSettings, ...]
    lease: int = 0  # the token that this system took from the database; only the newest writes and sends orders
    in_flight: JournalPlace | None = None  # the in-flight journal; None for none
    orders_by_websocket: bool = True  # else requests go by REST alone
    pause_file: str = ""  # where the Gateway notes a pause that the exchange asks for; empty for nowhere
    broker: BrokerPlace | None = None  # of the address's budget; None: this service counts alone
    backlog: tuple[str, ...] = ()  # files in which records wait while the database cannot be written, in this order
    fees: FeeReserveSettings | None = None  # how much BNB is kept for fees; None: nobody looks after it
    keys: tuple[tuple[str, str], ...] = ()  # each key of the configuration and its value as text, for people
    halts_file: str = ""  # where the Guardian keeps what a person has halted; empty for nowhere
    term: HostTerm | None = None  # of a host that takes turns with another one; None: nobody else may take its place
    alerts: AlertSettings = field(default=AlertSettings())
    alerts_file: str = ""  # where it is kept which alerts there are; empty for nowhere
    disks: tuple[str, ...] = ()  # folders whose disks must not be full


@dataclass(frozen=True, slots=True)
class Peers:
    """The addresses of the actors that a pair talks to. None while one is being restarted."""

    ledger: Address = None
    gateway: Address = None
    user_stream: Address = None
    prices: Address = None
    monitor: Address = None
    alerts: Address = None

    def newcomers(self, old: "Peers") -> "Peers":
        """Only the peers that run and did not in `old`, or were restarted since: they know nothing of the pair yet."""
        return Peers(
            ledger=_if_new(self.ledger, old.ledger),
            gateway=_if_new(self.gateway, old.gateway),
            user_stream=_if_new(self.user_stream, old.user_stream),
            prices=_if_new(self.prices, old.prices),
            monitor=_if_new(self.monitor, old.monitor),
            alerts=_if_new(self.alerts, old.alerts),
        )


def _if_new(address: Address, old: Address) -> Address:
    return None if address == old else address


@dataclass(frozen=True, slots=True)
class LeavingPair:
    """A pair that was taken out of the configuration: it is kept until its book was compared once more."""

    pair: PairSettings
    who: str = ""  # the name of the user of the shell; from a page web:USER who took it out
    why: str = ""  # as the person said it


@dataclass(frozen=True, slots=True)
class StartGuardian:
    """Sent once by the launcher, which gives the credentials. Does not promise that children run."""

    settings: ServiceSettings
    first: tuple[str, ...] = ()  # symbols of the pairs that start before the others: a BUY may wait there for its SELL
    exchange_trouble: str = ""  # why the exchange could not be asked before the start; empty where it answered
    leaving: tuple[LeavingPair, ...] = ()  # those whose last comparison a Guardian before did not see


@dataclass(frozen=True, slots=True)
class StartLedger:
    """Sent by the Guardian after each start. Does not promise that the database opens."""

    database: str = field(repr=False)  # its URL, which may have a password
    monitor: Address
    lease: int = 0  # nothing is written once the database has a newer one
    started_ms: int = 0  # of the service (wall clock): where a history begins that the launcher did not note
    halts: Halts = field(default=Halts())  # what a person has halted, as far as the Guardian knows
    backlog: tuple[str, ...] = ()  # files in which records wait while it cannot be written, the first that works


@dataclass(frozen=True, slots=True)
class StartGateway:
    """Sent by the Guardian after each start."""

    rest_url: str
    recv_window_ms: int
    launcher: Address  # has the credentials
    monitor: Address
    symbols: tuple[str, ...] = ()  # all pairs: their rules are asked for together
    in_flight: JournalPlace | None = None  # the in-flight journal; None for none
    ws_api_url: str = ""  # empty: requests go by REST alone
    silent_after_s: float = 60.0  # a connection without a byte for so long is dead
    renew_after_s: float = 82_800.0  # the age at which a connection is replaced
    pause_file: str = ""  # where a pause that the exchange asks for is noted; empty for nowhere
    broker: BrokerPlace | None = None  # of the address's budget; None: this service counts alone
    exchange_trouble: str = ""  # why the exchange could not be asked before the start; empty where it answered
    kill_switch: Halt = NO_HALT  # as far as the Guardian knows
    term: HostTerm | None = None  # of a host that takes turns with another one
    watches_listings: bool = False  # asks now and then which pairs the exchange will delist


@dataclass(frozen=True, slots=True)
class StartHostLease:
    """Sent by the Guardian to the HostLease after each start, on a host that takes turns with another one."""

    database: str = field(repr=False)  # its URL, which may have a password
    term: HostTerm
    launcher: Address
    peers: Peers


@dataclass(frozen=True, slots=True)
class StartUserStream:
    """Sent by the Guardian after each start."""

    ws_api_url: str
    recv_window_ms: int
    silent_after_s: float
    renew_after_s: float
    launcher: Address  # has the credentials
    monitor: Address
    needs_permit: bool = False  # also for its first connection: the exchange could not be asked before the start


@dataclass(frozen=True, slots=True)
class StartPrices:
    """Sent by the Guardian to the PriceBroadcaster after each start, with the pairs whose streams are expected."""

    monitor: Address
    symbols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StartFeeReserve:
    """Sent by the Guardian to the FeeReserve after each start."""

    settings: FeeReserveSettings
    symbol: str  # a kept pair: what it costs tells whether BNB pays the fees
    recv_window_ms: int
    peers: Peers


@dataclass(frozen=True, slots=True)
class StartMonitor:
    """Sent by the Guardian after each start, with the pairs whose reports are expected."""

    symbols: tuple[str, ...]
    started_ms: int  # of the service (wall clock)
    held_longer_than_ms: int = 0  # from this age on a lot is told of; 0: none is


@dataclass(frozen=True, slots=True)
class StartPair:
    """Sent by the Guardian to a pair's supervisor after each start."""

    pair: PairSettings
    settings: ServiceSettings
    peers: Peers


@dataclass(frozen=True, slots=True)
class KeeperPace:
    """When a keeper asks for what nobody waits for: the keepers of many pairs share the request weight of a minute."""

    is_sparing: bool = False  # it asks for nothing of which another answer may show that it is not needed
    commission_after_s: float = 0.0  # after the keeper's start; sooner where a lot needs it
    second_look_after_s: float | None = None  # after the user stream is proven; None: as soon as it helps
    looks_further: bool = True  # until no lag of the exchange's queries can hide what the stream did not tell
    compares_at_s: float | None = (
        None  # in every two minutes, after the keeper's start; None: two minutes after the last
    )


@dataclass(frozen=True, slots=True)
class StartKeeper:
    """Sent by a pair's supervisor after each start."""

    pair: PairSettings
    incarnation: int  # only grows; the Gateway obeys only the newest
    recv_window_ms: int
    poll_every_s: float  # how often to ask for the pair's trades while the user stream is down
    peers: Peers
    pace: KeeperPace = field(default=KeeperPace())


@dataclass(frozen=True, slots=True)
class StartMarketStream:
    """Sent by the Guardian after each start."""

    name: str  # of the stream, as in the status
    symbols: tuple[str, ...]  # the pairs that it serves
    stream_url: str
    silent_after_s: float
    renew_after_s: float
    peers: Peers
    needs_permit: bool = False  # also for its first connection: the exchange could not be asked before the start


@dataclass(frozen=True, slots=True)
class PeersChanged:
    """Sent down the tree when an actor was lost or restarted. `Peers.newcomers` names the actors that know nothing yet.

    Says nothing about what the old actor had not handled.
    """

    peers: Peers


@dataclass(frozen=True, slots=True)
class FencePair:
    """Sent to the Gateway before a new keeper starts: orders of older incarnations are refused from now on."""

    symbol: str
    incarnation: int


@dataclass(frozen=True, slots=True)
class KeepSettings:
    """Sent by the Guardian to the launcher: if the system fails, it starts again with these settings."""

    settings: ServiceSettings
    leaving: tuple[LeavingPair, ...] = ()  # the pairs that it still has to compare before they are not kept any more


@dataclass(frozen=True, slots=True)
class PairLeft:
    """Sent by the Guardian to the launcher: the pair that was taken out is not kept any more."""

    symbol: str


@dataclass(frozen=True, slots=True)
class SettingsKept:
    """The launcher's answer: from now on these settings outlive the Guardian, which puts them into force.

    With a trouble they do not: nothing has changed then.
    """

    settings: ServiceSettings
    trouble: str = ""  # why they cannot be kept, for people; empty where they are


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """Sent down the tree to a pair's supervisor and its keeper: its lots are sold like this from now on.

    The supervisor starts the next keepers with it. The same policy again changes nothing.
    """

    pair: PairSettings
    who: str = ""  # the name of the user of the shell; from a page web:USER
    why: str = ""  # as the person said it


@dataclass(frozen=True, slots=True)
class PairsChanged:
    """Sent by the Guardian to Monitor, Gateway, user stream and broadcaster: pairs came or went while they run.

    The next process of each starts with these. The same pairs again change nothing.
    """

    symbols: tuple[str, ...]  # all pairs that are kept now


@dataclass(frozen=True, slots=True)
class ServePairs:
    """Sent by the Guardian to a market stream that runs: from now on it serves these pairs, by the same connection."""

    symbols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeaseChecked:
    """Sent by the Ledger to each Gateway, and again every few seconds. Without it the Gateway sends no order."""

    overtaken: str = ""  # which newer system has taken the database over; empty while ours is the newest
    kill_switch: Halt = NO_HALT  # as the database has it, or newer


@dataclass(frozen=True, slots=True)
class ChangeKillSwitch:
    """Sent by the Guardian to the Gateway, which places no order from then on while it is on."""

    kill_switch: Halt


@dataclass(frozen=True, slots=True)
class KillSwitchApplied:
    """The Gateway's answer: this is in force."""

    kill_switch: Halt


@dataclass(frozen=True, slots=True)
class RequestCredentials:
    """Sent to the launcher by an actor that signs. A busy launcher may not answer: ask again."""

    reply_to: Address


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """The launcher's answer, only to actors that sign requests. Never logged: it has no repr."""

    is_secret: ClassVar[bool] = True

    key_type: str
    api_key: str
    api_secret: str | None
    private_key_pem: bytes | None


def secret_values(credentials: Credentials) -> list[str]:
    """Everything of the credentials that no log may show."""
    pem = credentials.private_key_pem
    return [secret for secret in (credentials.api_key, credentials.api_secret, pem and pem.decode()) if secret]


@dataclass(frozen=True, slots=True)
class ExchangeTimeRead:
    """Sent by the Gateway to the launcher whenever the exchange has told its time: histories begin by that clock."""

    exchange_ms: int  # by the exchange's clock
    read_s: float  # when its answer was there, by the monotonic clock that all processes of the machine share


@dataclass(frozen=True, slots=True)
class AccountRead:
    """Sent by the Gateway to the launcher, once, where the exchange could not be asked before the start."""

    uid: int  # the account's number


@dataclass(frozen=True, slots=True)
class RequestStop:
    """Sent by the Guardian to the launcher when the command line stops the service."""
