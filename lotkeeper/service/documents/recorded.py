"""Documents about the past: rows of the database as plain values. All raise StoreError and UnknownKeyError."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from persistence.history.database import HistoryDatabase
from persistence.history.wanted import Wanted

if TYPE_CHECKING:
    from lotkeeper.trading.lots.lot import Lot

Json = dict[str, Any]


def recorded_positions(database: HistoryDatabase, wanted: Wanted) -> list[Json]:
    """The lots without their distances."""
    from actors.ledger.positions import position
    from persistence.history.lots import read_lots

    return [position(lot) for lot in read_lots(database, wanted)]


def recorded_orders(database: HistoryDatabase, wanted: Wanted) -> list[Json]:
    """SELLs of ours and BUYs, open or not."""
    from lotkeeper.service.documents.history_rows import order_document
    from persistence.history.orders import read_orders

    return [order_document(each) for each in read_orders(database, wanted)]


def recorded_fills(database: HistoryDatabase, wanted: Wanted) -> list[Json]:
    """The trades of the lots."""
    from lotkeeper.service.documents.history_rows import fill_document
    from persistence.history.fills import read_fills

    return [fill_document(each) for each in read_fills(database, wanted)]


def recorded_decisions(database: HistoryDatabase, wanted: Wanted, lot: str) -> list[Json]:
    """What was decided and commanded, of a lot or (empty) of all."""
    from lotkeeper.service.documents.decision_rows import decision_document
    from persistence.history.decisions import read_decisions

    return [decision_document(each) for each in read_decisions(database, wanted, lot)]


def recorded_incidents(
    database: HistoryDatabase, wanted: Wanted, kinds: Sequence[str], *, only_open: bool
) -> list[Json]:
    """What went wrong, of these kinds (by their names in the database) or of all."""
    from lotkeeper.service.documents.incident_rows import incident_document
    from persistence.history.incidents import read_incidents

    return [incident_document(each) for each in read_incidents(database, wanted, tuple(kinds), only_open=only_open)]


def open_lots(database: HistoryDatabase) -> list[Json]:
    """All open lots: rows of `lotkeeper positions` without their distances, with their floors."""
    from lotkeeper.service.documents.states import OPEN_LOT_STATES
    from persistence.history.lots import read_lots
    from persistence.history.wanted import MOST_ROWS

    return _with_floors(database, read_lots(database, Wanted(states=OPEN_LOT_STATES, limit=MOST_ROWS)))


def open_lots_of(database: HistoryDatabase, names: Sequence[str]) -> list[Json]:
    """The same of those of these lots that are open."""
    from lotkeeper.trading.lots.states import LotState
    from persistence.history.lots import read_named

    return _with_floors(database, (lot for lot in read_named(database, names) if lot.state is not LotState.CLOSED))


def _with_floors(database: HistoryDatabase, lots: "Iterable[Lot]") -> list[Json]:
    """`floor` is that of what the lot has not sold (quote asset); None where it is not known."""
    from actors.ledger.positions import position
    from lotkeeper.trading.money import plain
    from lotkeeper.trading.reports.open_floor import open_floor
    from persistence.history.pairs import read_terms

    terms = read_terms(database)
    found = ((lot, terms.get(lot.symbol)) for lot in lots)
    floors = ((lot, of_pair, None if of_pair is None else open_floor(lot, of_pair)) for lot, of_pair in found)
    return [
        {**position(lot, of_pair), "floor": None if floor is None else plain(floor)} for lot, of_pair, floor in floors
    ]
