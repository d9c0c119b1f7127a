"""What of a pair needs a person, as far as only its keeper knows it as a value. The Monitor adds the rest."""

from collections.abc import Iterator

from actors.pair_keeper.effects import Moment
from actors.pair_keeper.reconciler import Reconciler
from actors.pair_keeper.state import KeeperState
from actors.pair_keeper.trust import TradingPermission
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.transfers import lot_id
from lotkeeper.trading.orders.client_ids import SellName, client_order_id
from lotkeeper.trading.reports.todo import Todo
from lotkeeper.trading.trouble_kinds import TroubleKind, command_for


def todo_of_pair(
    state: KeeperState, permission: TradingPermission, reconciler: Reconciler, now: Moment
) -> tuple[Todo, ...]:
    """One for each state that only a person ends."""
    return (
        *_of_listing(state),
        *_of_trust(state, permission, now),
        *_of_refusal(state, permission, now),
        *_of_unreadable(state, reconciler),
        *_of_strange_status(state),
    )


def _of_listing(state: KeeperState) -> Iterator[Todo]:
    if state.is_listed:
        return
    lots = state.book.lots.open() if state.has_book else ()
    lot = next((each.lot_id for each in lots), "")
    command = f"lotkeeper release {lot}" if lot else command_for(TroubleKind.NOT_LISTED)
    yield Todo(TroubleKind.NOT_LISTED, state.trouble_sentence(), command, state.symbol, lot)


def _of_trust(state: KeeperState, permission: TradingPermission, now: Moment) -> Iterator[Todo]:
    command = permission.watch_only_command()
    if command:
        yield Todo(TroubleKind.WATCH_ONLY, permission.watch_only(now), command, state.symbol)


def _of_refusal(state: KeeperState, permission: TradingPermission, now: Moment) -> Iterator[Todo]:
    """Of a pair that is not listed it says nothing more."""
    refusal = permission.refusal
    if refusal is not None and state.is_listed:
        since_ms = now.wall_ms - round((now.monotonic_s - refusal.since_s) * 1000)
        text, command = refusal.sentence(state.symbol), command_for(TroubleKind.REFUSED, pair=state.symbol)
        yield Todo(TroubleKind.REFUSED, text, command, state.symbol, since_ms=since_ms)


def _of_unreadable(state: KeeperState, reconciler: Reconciler) -> Iterator[Todo]:
    text = reconciler.unreadable.sentence
    if text:
        command = command_for(TroubleKind.UNREADABLE, pair=state.symbol)
        yield Todo(TroubleKind.UNREADABLE, text, command, state.symbol)


def _of_strange_status(state: KeeperState) -> Iterator[Todo]:
    name = strange_sell(state.book) if state.has_book else None
    if name is not None:
        lot, order = lot_id(state.symbol, name.buy_order_id), client_order_id(name)
        command = command_for(TroubleKind.STRANGE_STATUS, lot=lot)
        yield Todo(TroubleKind.STRANGE_STATUS, strange_sentence(state.book, name), command, state.symbol, lot, order)


def strange_sell(book: PairBook) -> SellName | None:
    """The first SELL of an open lot whose status is not known here."""
    return next((name for name in book.sells.strange_statuses if name.buy_order_id in book.lots), None)


def strange_sentence(book: PairBook, name: SellName) -> str:
    """For people; the command that releases its lot completes it."""
    status = book.sells.strange_statuses[name]
    what = f"the exchange says {status} of SELL {client_order_id(name)}, a status that is new"
    return f"{what} to lotkeeper: it is taken for one that stands; if the exchange's page shows none"
