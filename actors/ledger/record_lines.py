"""What the log tells of a record of lots."""

from collections.abc import Mapping
from typing import Any

from actors.ledger.waiting_records import Written
from lotkeeper.logging.late_lines import LateLines
from lotkeeper.trading.log_events import LogEvent
from lotkeeper.trading.lots.lot import Lot
from messages.ledger import RecordLots

_MOST = 20  # lots; a comparison or a new database brings very many


def note_recorded(lines: LateLines, message: RecordLots, written: Written) -> None:
    """A line for each lot; one for all where they are very many; none where it was not recorded."""
    if written is Written.NOWHERE:
        return
    if len(message.lots) > _MOST:
        lines.note(LogEvent.LOT_RECORDED, f"{len(message.lots)} lots are recorded", _facts, message, written)
        return
    for lot in message.lots:
        lines.note(LogEvent.LOT_RECORDED, "a lot is recorded", _lot_facts, lot, message, written)


def _lot_facts(lot: Lot, message: RecordLots, written: Written) -> Mapping[str, Any]:
    return {"lot": lot.lot_id, "state": str(lot.state), **_facts(message, written)}


def _facts(message: RecordLots, written: Written) -> Mapping[str, Any]:
    return {"symbol": message.symbol, "where": str(written), "record": message.number}
