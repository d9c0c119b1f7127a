"""Documents about the past: rows of the database as plain values. All raise StoreError and UnknownKeyError."""

from collections.abc import Sequence
from typing import Any

from persistence.history.database import HistoryDatabase
from persistence.history.wanted import Wanted

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
    """What went wrong, of these kinds (names of IncidentKind) or of all."""
    from lotkeeper.service.documents.incident_rows import incident_document
    from persistence.history.incidents import read_incidents

    return [incident_document(each) for each in read_incidents(database, wanted, tuple(kinds), only_open=only_open)]
