"""Does what the Guardian and a pair's supervisor do: starts actors, tells them their peers, fences, restarts."""

import os
from dataclasses import replace
from decimal import Decimal as D
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from thespian.actors import ActorAddress

from actors.fee_reserve.actor import FeeReserve
from actors.gateway.actor import Gateway
from actors.gateway.in_flight_journal import ROWS
from actors.ledger.actor import Ledger
from actors.pair_keeper.actor import PairKeeper
from actors.price_broadcaster.actor import PriceBroadcaster
from lotkeeper.exchange.websocket.connect_policy import poll_every_s
from lotkeeper.trading.halts import NO_HALT
from lotkeeper.trading.policy import ExitPolicy, OnPartial
from lotkeeper.trading.recovery.history_start import Clock, HistoryStart
from lotkeeper.trading.recovery.in_flight import FREE_ROW
from messages.lifecycle import (
    Credentials,
    FencePair,
    JournalPlace,
    LeaseChecked,
    PairSettings,
    Peers,
    PeersChanged,
    StartFeeReserve,
    StartGateway,
    StartKeeper,
    StartLedger,
    StartPrices,
)
from tests.simulation.actor_process import ActorProcess
from tests.simulation.exchange_link import SimulatedLink
from tests.simulation.probes.watcher import ADDRESS as WATCHER
from tests.simulation.user_stream import SimulatedUserStream
from tests.simulation.venue import SYMBOL

if TYPE_CHECKING:
    from tests.simulation.world import World

RECV_WINDOW_MS = 5000
KEY = Credentials("hmac", "the-key", "the-secret", None)  # the exchange of the simulation checks no signature
POLICIES = (
    ExitPolicy(D("0.5")),
    ExitPolicy(D("0.5"), OnPartial.COMPLETE),
    ExitPolicy(D("0.5"), min_net_profit=D(1), max_sells=2),
)


class InFlightRows:
    """The file of orders in flight, which survives every crash."""

    def __init__(self) -> None:
        self._rows = [FREE_ROW] * ROWS
        self.since_ms = 0
        self.is_new, self.is_in_place = False, True

    def rows(self) -> list[bytes]:
        return list(self._rows)

    def write(self, number: int, row: bytes) -> None:
        self._rows[number] = row

    def begin_at(self, since_ms: int) -> None:
        self.since_ms = since_ms

    def mark_used(self, now_ms: int) -> None:
        pass

    def close(self) -> None:
        pass


class SimulatedLedger(Ledger):
    """The real Ledger, with a database double for its store."""

    database: Any

    def _open(self) -> None:
        self._database.store = self.database
        self._answer_waiting()


CLASSES = {
    "keeper": PairKeeper,
    "gateway": Gateway,
    "ledger": SimulatedLedger,
    "prices": PriceBroadcaster,
    "fee_reserve": FeeReserve,
}


class SimulatedSystem:
    """`stream`, `keeper`, `gateway`, `ledger` and `prices` are the running actors; None while one is restarted."""

    role, name = "system", "system"
    address = ActorAddress("system")

    def __init__(self, world: "World") -> None:
        self.world = world
        self.policy = world.dice.choice(POLICIES)
        self.changed_policy: ExitPolicy | None = None  # of the configuration when the whole system starts again
        self.keeper: ActorProcess | None = None
        self.gateway: ActorProcess | None = None
        self.ledger: ActorProcess | None = None
        self.stream: SimulatedUserStream | None = None
        self.prices: ActorProcess | None = None  # only where a keeper watches the bid
        self.fee_reserve: ActorProcess | None = None  # only where BNB for fees is bought
        self.ghosts: list[ActorProcess] = []
        self.notes = InFlightRows()
        memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
        self._folder = TemporaryDirectory(prefix="lk-simulation-", dir=memory, ignore_cleanup_errors=True)
        self.backlog = f"{self._folder.name}/backlog"
        self.incarnation = 0
        self._starts = 0

    def start_all(self) -> None:
        """Starts the whole system, as the launcher does: with the configuration as it is then."""
        if self._starts and self.changed_policy:
            self.policy = self.changed_policy
            self.world.tell("system", lambda: f"starts with {self.policy}")
        self.world.database.begin_history(SYMBOL, HistoryStart(self.world.wall_ms, Clock.EXCHANGE))
        roles = ("ledger", "gateway", "stream", *(["prices"] if self.world.has_break_even else []), "keeper")
        for role in (*roles, "fee_reserve") if self.world.top_ups else roles:
            self._start(role)

    def kill_all(self) -> None:
        """Kills every actor at the same moment, the ghosts included."""
        for actor in (self.keeper, self.gateway, self.ledger, self.stream, self.prices, self.fee_reserve, *self.ghosts):
            if actor is not None:
                actor.is_alive = False
        self.keeper = self.gateway = self.ledger = self.stream = self.prices = self.fee_reserve = None

    def restart_all(self) -> None:
        self.world.tell("system", lambda: "the whole system is killed")
        self.kill_all()
        self.world.later(self.world.dice.uniform(0.1, 10.0), self.start_all)

    def lose_database(self) -> None:
        self.restart_all()
        self.world.tell("system", lambda: "the database is deleted")
        self.world.database.restore(None)

    def kill(self, *actors: ActorProcess | None) -> None:
        """Kills these actors at the same moment."""
        for actor in actors:
            if actor is not None:
                self.crash(actor)

    def crash(self, actor: Any) -> None:
        """Kills an actor, which is restarted a little later."""
        self.world.tell(actor.name, lambda: "CRASHES")
        actor.is_alive = False
        self._schedule_restart(actor)

    def on_exit(self, actor: ActorProcess) -> None:
        """The actor ended itself, because it was fenced off."""
        self.world.tell(actor.name, lambda: "ends itself")
        actor.is_alive = False
        self._schedule_restart(actor)

    def _schedule_restart(self, actor: Any) -> None:
        if getattr(self, actor.role) is not actor:
            return
        setattr(self, actor.role, None)
        if actor.role not in ("keeper", "fee_reserve"):
            self._send_peers()
        delay = self.world.dice.choice((0.0, 0.05, 0.3, 2.0))
        self.world.later(delay, lambda: self._start(actor.role))

    def give_up_keeper(self) -> None:
        """The keeper is believed dead, but runs on for a while with its state (a ghost); a new keeper starts."""
        if self.keeper is not None:
            ghost, self.keeper = self.keeper, None
            self.ghosts.append(ghost)
            self.world.tell(ghost.name, lambda: "is given up, and runs on")
            self.world.later(self.world.dice.uniform(0.5, 20.0), lambda: self._end_ghost(ghost))
            self._start("keeper")

    def _end_ghost(self, ghost: ActorProcess) -> None:
        ghost.is_alive = False

    # Starts

    def _start(self, role: str) -> None:
        if getattr(self, role) is not None:
            return
        self._starts += 1
        name = f"{role}-{self._starts}"
        self.world.tell(name, lambda: "starts")
        actor = SimulatedUserStream(name, self.world) if role == "stream" else self._create_process(role, name)
        self.world.actors[name] = actor
        setattr(self, role, actor)
        if role == "keeper":
            self._start_keeper(actor)
        else:
            self._send_start(role, actor)
            if role != "fee_reserve":
                self._send_peers()

    def _create_process(self, role: str, name: str) -> ActorProcess:
        process = ActorProcess(CLASSES[role], name, role, self.world)
        if role == "gateway":
            self._equip_gateway(process)
        elif role == "ledger":
            process.actor.database = self.world.database
        return process

    def _equip_gateway(self, process: ActorProcess) -> None:
        """The link has the exchange in this process, the journal is in memory; key and lease are there at once."""
        process.actor.link_factory = lambda _settings, _signer, observer, **_: SimulatedLink(
            self.world, process, observer
        )
        process.actor.journal_factory = lambda _path, _now_ms: self.notes
        process.handle(KEY, self.address)
        process.handle(LeaseChecked(), self.address)

    def _send_start(self, role: str, actor: Any) -> None:
        if role == "gateway":
            halts = self.world.halts
            switch = halts.halt if halts else NO_HALT
            journal = JournalPlace("in memory")
            start = StartGateway("", RECV_WINDOW_MS, self.address, self._monitor, in_flight=journal, kill_switch=switch)
            self._send(actor, start)
            if halts:
                halts.note_told(self.world, actor)
            if self.incarnation:
                self._send(actor, FencePair(SYMBOL, self.incarnation))
        elif role == "ledger":
            self._send(actor, StartLedger("", self._monitor, backlog=(self.backlog,)))
        elif role == "prices":
            self._send(actor, StartPrices(None, (SYMBOL,)))
        elif role == "fee_reserve" and self.world.top_ups:
            settings = self.world.top_ups.settings
            peers = replace(self._peers(), monitor=self._monitor)
            self._send(actor, StartFeeReserve(settings, SYMBOL, RECV_WINDOW_MS, peers))

    def _start_keeper(self, process: Any) -> None:
        self.incarnation += 1
        if self.gateway is not None:
            self._send(self.gateway, FencePair(SYMBOL, self.incarnation))
        pair = PairSettings(SYMBOL, self.policy)
        start = StartKeeper(pair, self.incarnation, RECV_WINDOW_MS, poll_every_s(1), self._peers(), self.world.pace)
        self._send(process, start)

    def _send_peers(self) -> None:
        if self.keeper is not None:
            self._send(self.keeper, PeersChanged(self._peers()))
        if self.fee_reserve is not None:
            self._send(self.fee_reserve, PeersChanged(replace(self._peers(), monitor=self._monitor)))

    @property
    def _monitor(self) -> ActorAddress | None:
        """Nobody, or who watches a schedule. The keeper has none: it would ask it what other pairs hold."""
        return WATCHER if self.world.watcher else None

    def _peers(self) -> Peers:
        here = {"ledger": self.ledger, "gateway": self.gateway, "user_stream": self.stream, "prices": self.prices}
        return Peers(**{name: each.address for name, each in here.items() if each is not None})

    def _send(self, actor: Any, message: Any) -> None:
        self.world.post(self, actor.address, message)

    def command_keeper(self, message: Any) -> None:
        """Sends an operator's command to the keeper, if one is running."""
        if self.keeper is not None:
            self._send(self.keeper, message)
