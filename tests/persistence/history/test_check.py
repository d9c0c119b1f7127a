"""Whether the tables agree: what is wrong is found, and what a pair goes through is right."""

from contextlib import closing
from random import Random

import pytest

from lotkeeper.trading.journal import Cause, DecisionKind
from persistence.engines.choice import engine_of
from persistence.guards import postgresql_guards, sqlite_guards
from persistence.history.check import check_tables
from persistence.history.database import HistoryDatabase
from persistence.records import CursorRecord
from persistence.store import Store
from tests.lotkeeper.trading.world import MOVES, POLICIES, World
from tests.persistence.decisions import decide, made
from tests.persistence.lots import SYMBOL, lot, record, sold


def findings(database: str) -> tuple[str, ...]:
    with HistoryDatabase.open(database) as found:
        return check_tables(found).findings


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("number", range(len(POLICIES)))
def test_nothing_is_found_in_what_a_pair_went_through(tmp_path, number: int, seed: int) -> None:
    url, world, dice = f"sqlite:///{tmp_path}/lots.sqlite", World(POLICIES[number]), Random(seed)
    store = Store.open(url)
    store.record([CursorRecord("BTCUSDT", 0, 0)])
    for move in dice.choices(list(MOVES), list(MOVES.values()), k=60):
        move(world, dice)
        if dice.random() < 0.2:
            record(store, *world.book.lots.values())
            store.count_lots(dice.randint(1, 9))
    assert findings(url) == ()
    store.close()


def change(database: str, statement: str) -> None:
    """As it may stand in a database of before there were guards, or after a damage."""
    with closing(engine_of(database).connect()) as connection, connection, closing(connection.cursor()) as cursor:
        for each in reversed(sqlite_guards() if database.startswith("sqlite") else postgresql_guards()):
            cursor.execute(each.drop)
        cursor.execute(statement)


WRONG = {
    "DELETE FROM lots WHERE lot_id = 'BTCUSDT-20'": (
        "2 rows of fills are of lots that are not there, such as BTCUSDT-20"
    ),
    "UPDATE orders SET lot_id = 'BTCUSDT-7' WHERE buy_order_id = 20": (
        "SELL 1 of BTCUSDT-20 is recorded for lot BTCUSDT-7"
    ),
    "UPDATE fills SET order_id = 99 WHERE side = 'BUY' AND lot_id = 'BTCUSDT-20'": (
        "lot BTCUSDT-20 has trade 200 of another BUY, 99"
    ),
    "UPDATE fills SET order_id = 99 WHERE side = 'SELL' AND lot_id = 'BTCUSDT-20'": (
        "lot BTCUSDT-20 has trade 201 of a SELL that it does not have, 99"
    ),
    "UPDATE fills SET quantity = '0.4' WHERE side = 'SELL'": (
        "SELL lk1-k-1 of lot BTCUSDT-20 has sold 0.4995 BTC, and its trades are of 0.4"
    ),
    "UPDATE fills SET quantity = '0.1' WHERE side = 'BUY' AND lot_id = 'BTCUSDT-20'": (
        "the SELLs of lot BTCUSDT-20 cover 0.4 BTC more than it has"
    ),
    "UPDATE orders SET executed = '9'": "SELL lk1-k-1 of lot BTCUSDT-20 has sold more than it is of",
    "UPDATE lots SET state = 'CLOSED'": "lot BTCUSDT-7 is closed, and its SELL lk1-7-1 is OPEN",
    "UPDATE lots SET state = 'SOMEHOW' WHERE lot_id = 'BTCUSDT-20'": (
        "lot BTCUSDT-20 cannot be read: 'SOMEHOW' is not a valid LotState"
    ),
    "DELETE FROM cursors": "BTCUSDT has closed lots and no cursor",
    "UPDATE profit_entries SET cost = '1' WHERE kind = 'SALE'": (
        "the profit entries of lot BTCUSDT-20 are not those of its trades"
    ),
    "UPDATE profit_sums SET profit = '1' WHERE span = 'month'": (
        "the sum of BTCUSDT for the month 2023-11 is not that of its profit entries"
    ),
    "UPDATE closed_sums SET profit = '1'": "the kept sums of BTCUSDT are not those of its closed lots",
    "DELETE FROM profit_sums WHERE span = 'day'": "there is no sum of BTCUSDT for the day 2023-11-14",
    "UPDATE fills SET commission = 'much'": (
        "3 rows break a rule, such as one with 'much': fills.commission has to be a decimal number"
    ),
    "UPDATE decisions SET lot_id = 'BTCUSDT-8' WHERE number = 2": (
        "1 decisions are about lots that are not there, such as BTCUSDT-8"
    ),
    "DELETE FROM orders WHERE lot_id = 'BTCUSDT-7'": (
        "SELL lk1-7-1 of lot BTCUSDT-7 was placed, as the journal says, and is not among its orders"
    ),
}


@pytest.mark.parametrize("statement", WRONG)
def test_what_does_not_agree_is_said(database: str, statement: str) -> None:
    store = Store.open(database)
    record(store, lot(7), sold(20))
    store.record([CursorRecord(SYMBOL, 1000, 1000)])
    store.count_lots(10)
    decide(store, made(1), made(2, kind=DecisionKind.LOT_CLOSED, lot_id="BTCUSDT-20"))
    adopted = {"kind": DecisionKind.COINS_ADOPTED, "cause": Cause.OPERATOR, "lot_id": "BTCUSDT-99"}
    decide(store, made(3, **adopted), made(4, order="lk1-k-1", lot_id="BTCUSDT-20"))
    store.close()
    assert findings(database) == ()
    change(database, statement)
    assert any(each.startswith(WRONG[statement]) for each in findings(database)), findings(database)
