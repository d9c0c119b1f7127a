"""A bench whose exchange writes a journal, and the judge's verdict on it. Tests place SELLs, right or wrong."""

import json
from fractions import Fraction

from binance_sim.faults.armed import ArmedFaults
from binance_sim.journal.book_tops import BookTopJournal
from binance_sim.journal.facts import JournalFacts
from binance_sim.journal.writer import Journal
from binance_sim.matching.sinks import SinkGroup
from binance_sim.wsapi.broadcast import Broadcast
from binance_sim.wsapi.subscriptions import UserHub
from lotkeeper.verification.judge.judge import judge
from lotkeeper.verification.judge.naming import lot_name
from lotkeeper.verification.judge.verdict import Expectations
from tests.binance_sim.support import Bench

PLENTY = {"USDT": "100000", "BTC": "10", "BNB": "10"}
HALF_PERCENT = Fraction("0.005")


class JournalBench(Bench):
    """BTCUSDT is at 60000.00 / 60000.01, rates are 0.1 %, and the wanted profit is 0.5 %."""

    def __init__(self, path, balances=None, **more):
        super().__init__(balances or PLENTY, **more)
        self.path, self.journal = path, Journal(path)
        hub = UserHub(self.clock, self.journal, ArmedFaults("1", self.journal.write))
        broadcast, tops = Broadcast(hub, self.journal), BookTopJournal(self.exchange, self.journal)
        self.exchange.sink = SinkGroup(broadcast, tops, self.notes)
        self.facts = JournalFacts(self.journal)
        self.facts.write_start(self.exchange, "1")

    def buy(self, qty="0.01", **more):
        """A BUY at the ask."""
        return self.place("BUY", "MARKET", qty=qty, **more)

    def sell(self, lot, qty, price, generation=1, **more):
        """A SELL that names a BUY by its order id, or itself."""
        name = lot_name(lot if isinstance(lot, int) else lot.order_id)
        return self.place("SELL", qty=qty, price=price, client_id=f"{name}-{generation}", **more)

    def verdict(self, **wishes):
        self.journal.flush()
        return judge(self.path, Expectations(**{"profit": HALF_PERCENT, "grace_s": 0, "strict": True} | wishes))

    def broken(self, **wishes):
        """The broken points, each with the name of the lot."""
        return [(each.point, each.lot) for each in self.verdict(**wishes).violations]

    def rewrite(self, change):
        """Change the journal's lines: `change` receives each as an object and returns it, or None to delete it."""
        self.journal.flush()
        changed = (change(json.loads(row)) for row in self.path.read_text().splitlines())
        self.path.write_text("".join(json.dumps(row) + "\n" for row in changed if row is not None))
