"""A collaborator of the keeper alone: a state to give it, moments, and what its effects come to."""

from collections.abc import Iterable
from decimal import Decimal as D
from typing import Any, TypeVar

from actors.pair_keeper.core import KeeperCore
from actors.pair_keeper.effects import Effect, Effects, Log, Moment, NoteDecision, Peer, Reply, Send, Wake
from actors.pair_keeper.state import KeeperState, PhaseEvent, RateSource
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.policy import Market
from messages.account import OrderReported
from messages.ledger import RecordLots
from messages.lifecycle import KeeperPace, PairSettings, Peers, StartKeeper
from messages.orders import PlaceSellOrder
from tests.actors.gateway.exchange_memory import NOW_MS, SYMBOL, fill, report
from tests.actors.stage import PAIR, POLICY, POLL_EVERY_S, RECV_WINDOW_MS

Result = TypeVar("Result")
BUY = report(7001, "web-1", Side.BUY, "FILLED", "0.001", "0.001", "60000")
FILL = fill(7001, 101, Side.BUY, "0.001", "60000", "0", "BTC")
BOUGHT = OrderReported(BUY, FILL)
HERE = Peers("the Ledger", "the Gateway", "the stream", "the prices", "the Monitor")


def at(seconds: float = 0.0) -> Moment:
    """So long after the beginning, by both clocks."""
    return Moment(NOW_MS + round(seconds * 1000), 1000.0 + seconds)


def new_state() -> KeeperState:
    """A keeper that knows nothing yet; all its peers are there."""
    state = KeeperState(
        StartKeeper(
            PairSettings(SYMBOL, POLICY), 1, RECV_WINDOW_MS, POLL_EVERY_S, HERE, KeeperPace(looks_further=False)
        )
    )
    state.peers = HERE
    return state


def open_state(*lots: Lot, is_trading: bool = True) -> KeeperState:
    """A keeper with these lots in its book."""
    state = new_state()
    _open(state, lots, is_trading)
    return state


def open_core(*lots: Lot) -> KeeperCore:
    """All collaborators together, connected as in the keeper."""
    core = KeeperCore(new_state().start)
    core.state.peers = HERE
    core.collaborators.permission.start(at(-600))
    core.collaborators.permission.introduce(gateway=1)
    _open(core.state, lots, True)
    core.collaborators.ledger.update_terms()
    return core


def _open(state: KeeperState, lots: Iterable[Lot], is_trading: bool) -> None:
    state.market, state.rate_source = Market(PAIR, D("0.001")), RateSource.EXCHANGE
    state.book = PairBook(SYMBOL, "BTC", "USDT", market=state.market, policy=POLICY)
    state.book.load_lots(lots)
    state.cursor = 100
    state.book.set_cursor(state.cursor)
    state.complete_as_of_ms = NOW_MS
    state.move(PhaseEvent.BOOK_OPENED)
    if is_trading:
        state.move(PhaseEvent.RECONCILED)


def selling(core: KeeperCore) -> PlaceSellOrder:
    """A BUY was filled and its SELL sent; the SELL."""
    (order,) = sent(done(core.collaborators.reports.on_order_reported(BOUGHT, at(0)))[0])
    assert isinstance(order, PlaceSellOrder)
    return order


def done(effects: Effects[Result]) -> tuple[list[Effect], Result]:
    """All effects, and what the collaborator returns. Of a decision only its line, as the core leaves of it."""
    found: list[Effect] = []
    while True:
        try:
            each = next(effects)
            found += [each] if not isinstance(each, NoteDecision) else [each.line] if each.line else []
        except StopIteration as end:
            return found, end.value


def sent(effects: Iterable[Effect], to: Peer = Peer.GATEWAY) -> list[Any]:
    """The messages to a peer."""
    return [each.message for each in effects if isinstance(each, Send) and each.to is to]


def decisions(effects: Iterable[Effect]) -> list[tuple[str, str]]:
    """What of the journal goes to the Ledger: what was decided, and its cause."""
    records = (each for each in sent(effects, Peer.LEDGER) if isinstance(each, RecordLots))
    return [(str(made.kind), str(made.cause)) for each in records for made in each.decisions]


def replies(effects: Iterable[Effect]) -> list[Any]:
    return [each.message for each in effects if isinstance(each, Reply)]


def wakeups(effects: Iterable[Effect]) -> list[tuple[float, Any]]:
    return [(each.after_s, each.event) for each in effects if isinstance(each, Wake)]


def logged(effects: Iterable[Effect]) -> list[str]:
    return [each.text for each in effects if isinstance(each, Log)]


def kinds(effects: Iterable[Effect]) -> list[str]:
    """What sort of effects, in order: the type of the message where one is sent."""
    return [type(each.message).__name__ if isinstance(each, Send) else type(each).__name__ for each in effects]
