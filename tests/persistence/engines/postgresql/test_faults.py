"""A PostgreSQL server that is stopped for a while: what is recorded meanwhile waits, and is there afterwards."""

from pathlib import Path

import pytest

from messages.ledger import BacklogWritten, LedgerFailed, LotsKept, LotsRecorded
from persistence.engines.postgresql import connector
from persistence.history.check import Checked, check_tables
from persistence.history.database import HistoryDatabase
from tests.actors.ledger.test_actor import Bench
from tests.docs.fault_table import sentence_of
from tests.persistence import lots
from tests.postgresql.sharing import new_server

SERVER_STOPPED = "server stopped"


@pytest.mark.e2e
@pytest.mark.parametrize("is_crash", [False, pytest.param(True, marks=pytest.mark.long)])
def test_nothing_is_lost_and_the_sentence_is_that_of_the_documents(tmp_path: Path, monkeypatch, is_crash: bool) -> None:
    monkeypatch.setattr(connector, "_TRY_AGAIN_S", 0.0)
    server = new_server()
    try:
        server.start()
        bench = Bench(server.url("postgres"), backlog=(str(tmp_path / "backlog"),))
        bench.record(lots.lot(1), cursor=10)
        bench.keeper.pop(LotsRecorded)
        server.crash() if is_crash else server.stop()
        for number in range(2, 52):
            bench.record(lots.lot(number), number=number)
        assert sum(isinstance(each, LotsKept) for each in bench.keeper.received) == 50
        bench.keeper.nothing(LedgerFailed)
        trouble = bench.trouble()
        assert sentence_of(SERVER_STOPPED) in trouble
        assert "50 records wait in" in trouble
        server.start()
        bench.desk.advance(4.0)
        bench.keeper.pop(BacklogWritten)
        bench.record(number=52, cursor=520)
        bench.keeper.pop(LotsRecorded)
        assert bench.trouble() == ""
        bench.desk.actor.on_exit()
        with HistoryDatabase.open(server.url("postgres")) as database:
            assert check_tables(database) == Checked(51, ())
    finally:
        server.remove()
