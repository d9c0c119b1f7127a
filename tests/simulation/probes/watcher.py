"""Sees which probes a schedule reaches: cells of the tables, decisions and their causes, todos and incidents.

It only looks: a schedule plays the same with and without it. The reports of the Gateway, the Ledger and the FeeReserve
are sent to it in the Monitor's place; the keeper is asked for its report once a second of virtual time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from thespian.actors import ActorAddress

from actors.monitor.incidents import find_incidents
from actors.monitor.todo import find_todo
from actors.monitor.view import View
from actors.pair_keeper.effects import Moment, Send
from lotkeeper.trading.journal import DecisionMade
from lotkeeper.trading.trouble_kinds import RULES
from messages.fees import FeeReserveReported
from messages.health import GatewayReported, LedgerReported, PairReported
from tests.simulation.probes.catalogue import cell
from tests.simulation.venue import SYMBOL

if TYPE_CHECKING:
    from tests.simulation.world import World

ADDRESS = ActorAddress("the watcher")
_EVERY_S = 1.0


@dataclass(slots=True)
class Watcher:
    """`reached` has the names of the probes that one schedule has reached, each with its family."""

    reached: set[tuple[str, str]] = field(default_factory=set)
    _view: View = field(default_factory=lambda: View(symbols=(SYMBOL,)))

    def begin(self, world: "World") -> None:
        """Looks at the reports every second from now on."""

        def look() -> None:
            self._look_at_keeper(world)
            self._look_for_troubles(world.wall_ms)
            world.later(_EVERY_S, look)

        world.later(_EVERY_S, look)

    def on_look(self, table: str, state: Any, event: Any) -> None:
        """A cell of a table was looked up."""
        self.reached.add((table, cell(state, event)))

    def on_sent(self, message: Any) -> None:
        """An actor has sent this to another one."""
        decisions: Iterable[DecisionMade] = getattr(message, "decisions", ())
        for made in decisions:
            self.reached.add(("decision", made.kind.name))
            self.reached.add(("cause", made.cause.name))

    def on_report(self, message: Any) -> None:
        """An actor has sent this to the Monitor."""
        match message:
            case GatewayReported():
                self._view.gateway = message
            case LedgerReported():
                self._view.ledger = message
            case FeeReserveReported():
                self._view.fees = message
            case PairReported():
                self._view.pairs[SYMBOL] = message

    def _look_at_keeper(self, world: "World") -> None:
        keeper = world.system.keeper
        core = None if keeper is None else keeper.actor.core
        if keeper is None or core is None:
            return
        state, peers = core.state, core.state.peers
        state.peers = replace(peers, monitor=ADDRESS)
        now = Moment(world.wall_ms, keeper.monotonic_s())
        for effect in core.collaborators.reporter.report(now):
            if isinstance(effect, Send):
                self.on_report(effect.message)
        state.peers = peers

    def _look_for_troubles(self, now_ms: int) -> None:
        todo = find_todo(self._view, now_ms)
        self.reached.update(("todo", each.kind.name) for each in todo)
        found = find_incidents(self._view, todo, now_ms)
        self.reached.update(("incident", RULES[each.kind].incident) for each in found)
