"""A database that cannot be opened, is held by another process, or is gone for a while."""

import sqlite3
from decimal import Decimal as D
from functools import partial

import pytest

from actors.ledger.actor import Ledger
from lotkeeper.engine.testkit import ActorBench, Probe
from lotkeeper.trading.buying.purchase import PurchaseWish
from lotkeeper.verification.staging.waiting import wait_for
from messages.control import (
    AskPositions,
    CommandRefused,
    ExplainLot,
)
from messages.ledger import (
    LedgerFailed,
    LoadPair,
    LotsRecorded,
    PairLoaded,
)
from messages.purchases import RecordPurchase
from persistence.engines.postgresql import connector
from persistence.store import Store
from tests.actors.ledger.bench import SYMBOL, Bench
from tests.counting import count_calls
from tests.persistence import lots
from tests.postgresql.sharing import new_server


def test_a_purchase_that_comes_before_the_ledger_is_started_is_not_recorded():
    desk = ActorBench(Ledger)
    keeper: Probe = desk.probe("keeper")
    wish = PurchaseWish(None, D("0.001"), None, 1_700_000_000_000, "alice", "monthly")
    desk.tell(RecordPurchase(SYMBOL, 1, wish, is_again=False), keeper)
    assert keeper.pop(LedgerFailed).symbol == SYMBOL
    keeper.nothing()


def test_a_shut_database_explains_nothing(shut):
    refused = shut.desk.ask(ExplainLot(lot="BTCUSDT-7"))
    assert isinstance(refused, CommandRefused)
    assert "lots.sqlite" in refused.text


def test_a_database_that_cannot_be_opened_is_reported_and_tried_again(shut):
    shut.desk.tell(LoadPair(SYMBOL), shut.keeper)
    shut.keeper.nothing()
    assert str(shut.place) in shut.trouble()
    shut.place.rmdir()
    shut.desk.advance(2.0)
    assert shut.keeper.pop(PairLoaded).symbol == SYMBOL
    assert shut.trouble() == ""


def test_a_keeper_that_asks_again_and_again_is_answered_once(shut):
    other: Probe = shut.desk.probe("the keeper of another pair")
    for _ in range(50):
        shut.desk.tell(LoadPair(SYMBOL), shut.keeper)
        shut.desk.tell(LoadPair("ETHUSDT"), other)
    shut.place.rmdir()
    shut.desk.advance(2.0)
    assert [len(each.received) for each in (shut.keeper, other)] == [1, 1]


def test_while_it_is_shut_nothing_is_confirmed(shut):
    shut.record(lots.lot(7))
    failed = shut.keeper.pop(LedgerFailed)
    assert failed.symbol == SYMBOL
    assert str(shut.place) in failed.reason
    shut.keeper.nothing()
    assert isinstance(shut.desk.ask(AskPositions()), CommandRefused)


@pytest.fixture
def hasty(tmp_path, monkeypatch):
    """A Ledger that does not wait for a database that is held."""
    monkeypatch.setattr(Store, "open", partial(Store.open, busy_timeout_s=0.01))
    bench = Bench(f"sqlite:///{tmp_path}/lots.sqlite")
    yield bench
    bench.desk.actor.on_exit()


def test_a_database_that_another_process_holds(hasty):
    bench = hasty
    holder = sqlite3.connect(bench.url.removeprefix("sqlite:///"), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        bench.record(lots.lot(7), number=3)
        assert "locked" in bench.keeper.pop(LedgerFailed).reason
        assert "another process holds it" in bench.trouble()
        bench.desk.tell(LoadPair(SYMBOL), bench.keeper)
        bench.keeper.nothing(PairLoaded)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    bench.record(lots.lot(7), number=4)
    assert bench.keeper.pop(LotsRecorded).number == 4
    assert bench.trouble() == ""
    assert bench.keeper.pop(PairLoaded).lots == (lots.lot(7),)


# A server that is gone for a while


@pytest.fixture
def server():
    made = new_server()
    made.start()
    yield made
    made.remove()


def is_recorded(bench: Bench) -> bool:
    """Whether the server, where the machine has much else to do, has answered in time."""
    bench.record(lots.lot(7), cursor=70)
    answers = [type(each) for each in bench.keeper.received]
    bench.keeper.received.clear()
    return LotsRecorded in answers


def test_nothing_is_confirmed_while_the_server_is_gone_and_each_record_is_answered_soon(server, monkeypatch):
    """The keepers send their records again; none of them waits here for a connection."""
    monkeypatch.setattr(connector, "_TRY_AGAIN_S", 0.0)
    bench = Bench(server.url("postgres"))
    wait_for("the first record", lambda: is_recorded(bench))
    monkeypatch.setattr(connector, "_TRY_AGAIN_S", 600.0)
    server.stop()
    tried = count_calls(monkeypatch, connector.psycopg2, "connect")
    for number in range(2, 12):
        bench.record(lots.lot(8), number=number, cursor=80)
        assert "the server cannot be reached" in bench.keeper.pop(LedgerFailed).reason
    assert len(tried) <= 1
    assert "the server cannot be reached" in bench.trouble()
    server.start()
    monkeypatch.setattr(connector, "_TRY_AGAIN_S", 0.0)
    bench.record(lots.lot(8), number=12, cursor=80)
    assert bench.keeper.pop(LotsRecorded) == LotsRecorded(SYMBOL, 12)
    assert bench.trouble() == ""
    assert [lot.buy_order_id for lot in bench.load().lots] == [7, 8]
    bench.desk.actor.on_exit()
