"""What the database knows of pairs."""

from contextlib import closing

from lotkeeper.trading.policy import Terms
from persistence.history.database import HistoryDatabase
from persistence.history.pairs import is_known, known_symbols, read_rules
from persistence.records import PairRecord
from persistence.store import Store
from tests.lotkeeper.trading import make
from tests.persistence.lots import lot, record


def recorded(store: Store, *symbols: str) -> None:
    store.record([PairRecord(Terms(make.market(symbol=each), make.policy())) for each in symbols])


def test_the_rules_are_those_that_were_recorded_last(store: Store) -> None:
    recorded(store, "ETHUSDT", "BTCUSDT")
    with HistoryDatabase(store._engine) as database:
        assert read_rules(database)["ETHUSDT"] == make.pair(symbol="ETHUSDT")
        assert known_symbols(database) == ["BTCUSDT", "ETHUSDT"]


def test_rules_that_cannot_be_read_are_passed_over(store: Store) -> None:
    recorded(store, "ETHUSDT", "BTCUSDT")
    with closing(store._engine.connect()) as connection, connection, closing(connection.cursor()) as cursor:
        cursor.execute("UPDATE trade_pairs SET terms = '{}' WHERE symbol = 'ETHUSDT'")
    with HistoryDatabase(store._engine) as database:
        assert list(read_rules(database)) == ["BTCUSDT"]


def test_a_pair_is_known_by_its_lots_too(store: Store) -> None:
    record(store, lot(7))
    with HistoryDatabase(store._engine) as database:
        assert is_known(database, "BTCUSDT")
        assert not is_known(database, "ETHUSDT")
