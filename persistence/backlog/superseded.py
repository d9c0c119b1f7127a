"""What waits and must not be written any more, because a new keeper has begun without it.

A keeper that starts while the database can be read and not written does not know what waits. It finds out from the
exchange how coins, dust and costs lie, and says so in records of its own. What its predecessor said of that, and what
never changes once it is written, would come beside it: the same dust would be given twice. Trades, orders, lots and
what a person asked for are the same for both, or are written again by the newer one.
"""

from persistence.backlog.lines import Line
from persistence.records import CostMoveRecord, DisposalRecord, DustTransferRecord


class Superseded:
    """By pair, up to which place in the file."""

    def __init__(self) -> None:
        self._until: dict[str, int] = {}

    def note(self, symbol: str, place: int) -> None:
        self._until[symbol] = max(place, self._until.get(symbol, 0))

    @property
    def symbols(self) -> frozenset[str]:
        return frozenset(self._until)

    def is_wanted(self, line: Line, place: int) -> bool:
        """Whether the entry, which stands at this place, is still to be written."""
        symbol = _symbol_of_a_share(line)
        return symbol is None or place >= self._until.get(symbol, 0)


def _symbol_of_a_share(line: Line) -> str | None:
    match line:
        case DustTransferRecord(transfer):
            return transfer.symbol
        case CostMoveRecord(move):
            return move.symbol
        case DisposalRecord(disposal):
            return disposal.symbol
    return None
