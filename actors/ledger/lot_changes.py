"""Which lots were recorded since somebody asked, so that who shows lots reads only these again."""

from lotkeeper.trading.reports.change_log import ChangeLog
from messages.control import AskLotsChanged, LotsChanged
from messages.ledger import RecordLots

_MOST = 20_000  # names; a record has some hundred at most


class LotChanges:
    """Lots and pairs in one log: the name of a lot has a hyphen, that of a pair has none."""

    def __init__(self) -> None:
        self._log = ChangeLog(0, _MOST)

    def begin(self, now_ms: int) -> None:
        """Anything may have changed: the database was opened, or records that had waited were written."""
        self._log.begin(now_ms)

    def note(self, message: RecordLots) -> None:
        """It is in the database."""
        self._log.note(lot.lot_id for lot in message.lots)
        if message.terms is not None:
            self._log.note([message.symbol])

    def answer(self, message: AskLotsChanged) -> LotsChanged:
        found = self._log.since(message.series, message.number)
        if found.names is None:
            return LotsChanged(found.series, found.number, None)
        lots = tuple(name for name in found.names if "-" in name)
        pairs = tuple(name for name in found.names if "-" not in name)
        return LotsChanged(found.series, found.number, lots, pairs)
