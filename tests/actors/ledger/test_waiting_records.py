"""While the database cannot be written, records wait on disk; afterwards they are in it, and their keepers know."""

import sqlite3
from contextlib import closing
from decimal import Decimal as D
from functools import partial
from pathlib import Path

import pytest

from messages.health import LedgerReported
from messages.ledger import BacklogWritten, LedgerFailed, LoadPair, LotsKept, LotsRecorded, PairLoaded, RecordCoins
from messages.lifecycle import LeaseChecked, Peers, PeersChanged
from persistence.store import Store
from tests.actors.ledger.test_actor import Bench
from tests.persistence import lots

SYMBOL = lots.SYMBOL


class Held:
    """A database that another process can hold."""

    def __init__(self, folder: Path, backlog: tuple[str, ...]) -> None:
        self.path, self.backlog = folder / "lots.sqlite", backlog
        self.bench = self.start()
        self._holder = sqlite3.connect(self.path, isolation_level=None)

    def start(self) -> Bench:
        return Bench(f"sqlite:///{self.path}", backlog=self.backlog)

    def hold(self) -> None:
        self._holder.execute("BEGIN IMMEDIATE")

    def let_go(self) -> None:
        self._holder.execute("ROLLBACK")

    def close(self) -> None:
        self._holder.close()
        self.bench.desk.actor.on_exit()

    def report(self) -> LedgerReported:
        self.bench.monitor.received.clear()
        self.bench.desk.advance(2.0)
        return self.bench.monitor.pop(LedgerReported)


@pytest.fixture
def held(tmp_path, monkeypatch):
    monkeypatch.setattr(Store, "open", partial(Store.open, busy_timeout_s=0.01))
    found = Held(tmp_path, (str(tmp_path / "backlog" / "first"), str(tmp_path / "second")))
    yield found
    found.close()


def test_records_wait_and_are_written_in_their_order_when_the_database_is_back(held):
    bench = held.bench
    held.hold()
    bench.record(lots.lot(7), number=3, cursor=70)
    bench.record(lots.lot(7, reason="newer"), lots.lot(8), number=4)
    assert [bench.keeper.pop(LotsKept).number for _ in range(2)] == [3, 4]
    bench.keeper.nothing(LedgerFailed)
    held.let_go()
    bench.desk.advance(2.1)
    assert bench.keeper.pop(BacklogWritten) == BacklogWritten(SYMBOL)
    assert bench.load().lots == (lots.lot(7, reason="newer"), lots.lot(8))
    assert bench.load().cursor is None
    bench.record(lots.lot(7, reason="newer"), lots.lot(8), number=5, cursor=70)
    assert bench.keeper.pop(LotsRecorded) == LotsRecorded(SYMBOL, 5, is_first_cursor=True)
    assert not list((held.path.parent / "backlog").iterdir())


def test_the_status_says_what_is_wrong_since_when_and_how_much_waits_and_where(held):
    assert (held.report().since_ms, held.report().waiting) == (None, 0)
    held.hold()
    began = held.bench.desk.actor.wall_ms()
    held.bench.record(lots.lot(7))
    held.bench.record(lots.lot(8), number=2)
    report = held.report()
    assert (report.since_ms, report.waiting, report.backlog) == (began, 2, held.backlog[0])
    assert report.waiting_bytes > 1000
    assert "another process holds it" in report.trouble
    assert report.trouble.endswith(f"; 2 records wait in {held.backlog[0]}, and will be written when that works again")
    held.let_go()
    held.bench.desk.advance(2.0)
    report = held.report()
    assert (report.trouble, report.since_ms, report.waiting, report.backlog) == ("", None, 0, "")


def test_where_no_file_takes_them_the_keepers_hold_them_and_the_status_warns(tmp_path, held):
    (tmp_path / "backlog").touch()
    held.bench.desk.actor._backlog.backlog._places.pop()
    held.hold()
    held.bench.record(lots.lot(7))
    assert "another process holds it" in held.bench.keeper.pop(LedgerFailed).reason
    assert "do not stop the service before the database can be written" in held.report().trouble
    held.let_go()
    held.bench.record(lots.lot(7), number=2)
    assert held.bench.keeper.pop(LotsRecorded).number == 2
    assert held.report().trouble == ""


def test_what_only_a_person_knows_survives_an_end_of_the_service_meanwhile(held):
    """The exchange does not know which coins the trader wants to keep."""
    held.hold()
    held.bench.desk.tell(RecordCoins(SYMBOL, D(5)), held.bench.keeper)
    held.bench.keeper.nothing(LedgerFailed)
    held.bench.desk.actor.on_exit()
    held.let_go()
    held.bench = held.start()
    assert held.bench.load().own_coins == D(5)


def test_of_a_damaged_or_read_only_database_a_pair_is_still_told_what_can_be_read(held):
    """Its keeper asks the exchange for the rest: to wait would leave new BUYs without a SELL."""
    bench = held.bench
    bench.record(lots.lot(7), cursor=70)
    with closing(sqlite3.connect(held.path)) as trigger:
        trigger.execute("CREATE TRIGGER full BEFORE INSERT ON lots BEGIN SELECT RAISE(FAIL, 'disk is full'); END")
        bench.record(lots.lot(8), number=2)
        assert bench.keeper.pop(LotsKept)
        assert [lot.buy_order_id for lot in bench.load().lots] == [7]
        trigger.execute("DROP TRIGGER full")
    bench.desk.advance(2.1)
    assert [lot.buy_order_id for lot in bench.load().lots] == [7, 8]


def test_while_much_is_being_written_a_pair_waits_for_it(held):
    bench = held.bench
    held.hold()
    for number in range(1, 121):
        bench.record(lots.lot(number), number=number)
    held.let_go()
    bench.desk.advance(2.0)
    bench.desk.tell(LoadPair(SYMBOL), bench.keeper)
    bench.keeper.nothing(PairLoaded)
    bench.desk.advance(0.1)
    assert len(bench.keeper.pop(PairLoaded).lots) == 120


def test_a_service_that_was_overtaken_meanwhile_writes_nothing_of_it(held):
    bench = held.bench
    gateway = bench.desk.probe("gateway")
    bench.desk.tell(PeersChanged(Peers(gateway=gateway.address, monitor=bench.monitor.address)))
    held.hold()
    bench.record(lots.lot(7))
    held.let_go()
    with closing(Store.open(f"sqlite:///{held.path}")) as other:
        other.take_lease()
        bench.desk.advance(2.1)
        assert "began later" in [each.overtaken for each in gateway.received if isinstance(each, LeaseChecked)][-1]
        assert other.lots() == ()
        bench.record(lots.lot(8), number=2)
        assert "began later" in bench.keeper.pop(LedgerFailed).reason
