"""What the Guardian and a pair's supervisor do: begin lives, tell of peers, fence off, restart after a while."""

from decimal import Decimal as D
from typing import TYPE_CHECKING, Any

from thespian.actors import ActorAddress

from actors.gateway.actor import Gateway
from actors.gateway.in_flight_journal import ROWS
from actors.ledger.actor import Ledger
from actors.pair_keeper.actor import PairKeeper
from lotkeeper.exchange.websocket.connect_policy import poll_every_s
from lotkeeper.trading.policy import ExitPolicy, OnPartial
from lotkeeper.trading.recovery.in_flight import FREE_ROW
from messages.lifecycle import (
    Credentials,
    FencePair,
    LeaseChecked,
    PairSettings,
    Peers,
    PeersChanged,
    StartGateway,
    StartKeeper,
    StartLedger,
)
from tests.simulation.line import Line
from tests.simulation.seats import Seat
from tests.simulation.stream import Stream
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


class Rows:
    """The file of orders in flight: it survives every crash."""

    def __init__(self) -> None:
        self._rows = [FREE_ROW] * ROWS

    def rows(self) -> list[bytes]:
        return list(self._rows)

    def write(self, number: int, row: bytes) -> None:
        self._rows[number] = row

    def close(self) -> None:
        pass


class LedgerInside(Ledger):
    """The real one; its store is a notebook in this process."""

    notebook: Any

    def _open(self) -> None:
        self._store = self.notebook
        self._answer_waiting()


class House:
    """`stream`, `keeper`, `gateway`, `ledger` are the living ones, None while one is being restarted."""

    role, name = "house", "house"
    address = ActorAddress("house")

    def __init__(self, world: "World") -> None:
        self.world = world
        self.policy = world.dice.choice(POLICIES)
        self.keeper: Seat | None = None
        self.gateway: Seat | None = None
        self.ledger: Seat | None = None
        self.stream: Stream | None = None
        self.ghosts: list[Seat] = []
        self.notes = Rows()
        self.incarnation = 0
        self._lives = 0

    def opens(self) -> None:
        """A start of the whole system."""
        for role in ("ledger", "gateway", "stream", "keeper"):
            self._begins(role)

    def all_die(self) -> None:
        """SIGKILL for everybody at one moment; the ghosts, too."""
        for actor in (self.keeper, self.gateway, self.ledger, self.stream, *self.ghosts):
            if actor is not None:
                actor.is_alive = False
        self.keeper = self.gateway = self.ledger = self.stream = None

    def all_die_and_open(self) -> None:
        self.world.tell("house", lambda: "the whole system is killed")
        self.all_die()
        self.world.later(self.world.dice.uniform(0.1, 10.0), self.opens)

    def notebook_is_lost(self) -> None:
        self.all_die_and_open()
        self.world.tell("house", lambda: "the database is deleted")
        self.world.notebook.restore(None)

    def pair_dies(self) -> None:
        """Gateway and keeper at one moment."""
        for actor in (self.gateway, self.keeper):
            if actor is not None:
                self.dies(actor)

    def dies(self, actor: Any) -> None:
        """A crash, and a new life a little later."""
        self.world.tell(actor.name, lambda: "DIES")
        actor.is_alive = False
        self._follows(actor)

    def ended(self, actor: Seat) -> None:
        """It ended itself: fenced off."""
        self.world.tell(actor.name, lambda: "ends itself")
        actor.is_alive = False
        self._follows(actor)

    def _follows(self, actor: Any) -> None:
        if getattr(self, actor.role) is not actor:
            return
        setattr(self, actor.role, None)
        if actor.role != "keeper":
            self._introduces()
        delay = self.world.dice.choice((0.0, 0.05, 0.3, 2.0))
        self.world.later(delay, lambda: self._begins(actor.role))

    def ghost(self) -> None:
        """The keeper is believed dead and lives on for a while, with all that it knows."""
        if self.keeper is not None:
            ghost, self.keeper = self.keeper, None
            self.ghosts.append(ghost)
            self.world.tell(ghost.name, lambda: "is given up, and lives on")
            self.world.later(self.world.dice.uniform(0.5, 20.0), lambda: self._laid(ghost))
            self._begins("keeper")

    def _laid(self, ghost: Seat) -> None:
        ghost.is_alive = False

    # Lives

    def _begins(self, role: str) -> None:
        if getattr(self, role) is not None:
            return
        self._lives += 1
        name = f"{role}-{self._lives}"
        self.world.tell(name, lambda: "begins")
        actor = Stream(name, self.world) if role == "stream" else self._seated(role, name)
        self.world.actors[name] = actor
        setattr(self, role, actor)
        if role == "keeper":
            self._start_keeper(actor)
        else:
            self._first_words(role, actor)
            self._introduces()

    def _seated(self, role: str, name: str) -> Seat:
        seat = Seat({"keeper": PairKeeper, "gateway": Gateway, "ledger": LedgerInside}[role], name, role, self.world)
        if role == "gateway":
            self._equip_gateway(seat)
        elif role == "ledger":
            seat.actor.notebook = self.world.notebook
        return seat

    def _equip_gateway(self, seat: Seat) -> None:
        """Its client has the exchange in this process, the journal is in memory; key and lease are there at once."""
        seat.actor.client_factory = lambda *_, observer, **__: Line(
            self.world, lambda seconds: _takes(seat, seconds), observer
        )
        seat.actor.journal_factory = lambda _: self.notes
        seat.handle(KEY, self.address)
        seat.handle(LeaseChecked(), self.address)

    def _first_words(self, role: str, actor: Any) -> None:
        if role == "gateway":
            self._send(actor, StartGateway("", RECV_WINDOW_MS, self.address, None, in_flight="in memory"))
            if self.incarnation:
                self._send(actor, FencePair(SYMBOL, self.incarnation))
        elif role == "ledger":
            self._send(actor, StartLedger("", None))

    def _start_keeper(self, seat: Any) -> None:
        self.incarnation += 1
        if self.gateway is not None:
            self._send(self.gateway, FencePair(SYMBOL, self.incarnation))
        pair = PairSettings(SYMBOL, self.policy)
        start = StartKeeper(pair, self.incarnation, RECV_WINDOW_MS, poll_every_s(1), self._peers())
        self._send(seat, start)

    def _introduces(self) -> None:
        if self.keeper is not None:
            self._send(self.keeper, PeersChanged(self._peers()))

    def _peers(self) -> Peers:
        here = {"ledger": self.ledger, "gateway": self.gateway, "user_stream": self.stream}
        return Peers(**{name: each.address for name, each in here.items() if each is not None})

    def _send(self, actor: Any, message: Any) -> None:
        self.world.post(self, actor.address, message)

    def says(self, message: Any) -> None:
        """A word of the operator to the keeper, if there is one."""
        if self.keeper is not None:
            self._send(self.keeper, message)


def _takes(seat: Seat, seconds: float) -> None:
    seat.took += seconds
