"""Which trades of a pair count for its lots, and which of them are accounted for."""

from dataclasses import dataclass, field

from lotkeeper.trading.orders.fills import Fill


@dataclass(slots=True)
class PairHistory:
    """From where on the pair's trades are kept, and how far they have been read."""

    # BUYs count from this moment on (exchange's time, ms); None where an earlier version began without one.
    from_ms: int | None
    # All trades up to this id are accounted for; None on a first start. A BUY up to there without a lot is one to be
    # rebuilt.
    cursor: int | None = None
    # SELLs of ours are on the exchange from before the history: an earlier database had their lots.
    is_database_lost: bool = False
    _missed: set[int] = field(default_factory=set)  # trades up to the cursor (ids) that an answer lacked

    def begin(self, from_ms: int) -> None:
        """The first pass begins (exchange's time): where no moment was noted, the history begins with it."""
        if self.from_ms is None:
            self.from_ms = from_ms

    def note_missed(self, trade_id: int) -> None:
        """A trade was not accounted for, although the cursor is beyond it: it counts like one after the cursor."""
        self._missed.add(trade_id)

    def note_database_lost(self) -> None:
        """From now on a BUY from before the history may be of a lot that was lost with the database."""
        self.is_database_lost = True

    def is_up_to_cursor(self, fill: Fill) -> bool:
        """Whether it was accounted for before: a late copy of it must not be sold again."""
        is_read = self.cursor is not None and 0 <= fill.trade_id <= self.cursor
        return is_read and fill.trade_id not in self._missed

    def is_early(self, fill: Fill) -> bool:
        """Whether it is from before the history."""
        return self.from_ms is not None and fill.time_ms < self.from_ms

    def is_lost(self, fill: Fill) -> bool:
        """Whether it is of a lot that was lost with the database: the exchange showed it later than older trades."""
        return self.is_database_lost and self.cursor is not None and fill.trade_id > self.cursor
