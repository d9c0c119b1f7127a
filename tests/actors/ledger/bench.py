"""A Ledger with a real database, for its tests."""

from actors.ledger.actor import Ledger
from lotkeeper.engine.testkit import ActorBench
from lotkeeper.trading.halts import Halt, Halts
from messages.health import LedgerReported
from messages.ledger import (
    LoadPair,
    PairLoaded,
    RecordHalts,
    RecordLots,
)
from messages.lifecycle import StartLedger
from tests.actors.stage import TERMS
from tests.persistence import lots

SYMBOL = lots.SYMBOL
STARTED_MS = 1_700_000_000_000


class Bench:
    """A Ledger with a database."""

    def __init__(self, url: str, halts: Halts | None = None, backlog: tuple[str, ...] = ()) -> None:
        self.url = url
        self.desk = ActorBench(Ledger)
        self.keeper, self.monitor = self.desk.probe("keeper"), self.desk.probe("monitor")
        start = StartLedger(url, self.monitor.address, 0, STARTED_MS, halts or Halts(), backlog)
        self.desk.tell(start, self.monitor)

    def load(self, symbol: str = SYMBOL) -> PairLoaded:
        self.desk.tell(LoadPair(symbol), self.keeper)
        return self.keeper.pop(PairLoaded)

    def record(self, *changed: object, number: int = 1, cursor: int | None = None) -> None:
        self.desk.tell(RecordLots(SYMBOL, number, changed, cursor, 1000, TERMS), self.keeper)

    def trouble(self) -> str:
        self.monitor.received.clear()
        self.desk.advance(2.0)
        return self.monitor.pop(LedgerReported).trouble


def paused(at_ms: int, *, is_on: bool = True, symbol: str = SYMBOL) -> RecordHalts:
    return RecordHalts(Halts(pauses={symbol: Halt(is_on, at_ms, who="kim")}))
