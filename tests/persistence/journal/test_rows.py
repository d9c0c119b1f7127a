"""The journal of decisions: each is there once, as it was made, and stays so."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from lotkeeper.trading.journal import Cause, DecisionKind
from persistence.engines.choice import engine_of
from persistence.errors import StoreError
from persistence.history.database import HistoryDatabase
from persistence.history.decisions import read_decisions
from persistence.history.wanted import Wanted
from persistence.records import DecisionRecord
from persistence.store import Store
from tests.persistence.decisions import decide, made


def all_of(url: str) -> list[Any]:
    with HistoryDatabase.open(url) as database:
        return read_decisions(database, Wanted(limit=1000))


def test_what_was_decided_is_read_as_it_was_made(store: Store, database: str) -> None:
    first = made(1, who="alice", why="enough", cause=Cause.OPERATOR, kind=DecisionKind.SALE_BEGUN)
    second = made(2, lot_id=None, order="", facts=(), kind=DecisionKind.PAIR_PAUSED)
    decide(store, first, second)
    assert all_of(database) == [second, first]


def test_a_decision_that_comes_again_is_there_once(store: Store, database: str) -> None:
    """As after a crash: the Ledger's answer was lost."""
    decide(store, made(1), made(2))
    decide(store, made(2), made(3))
    assert [each.number for each in all_of(database)] == [3, 2, 1]


def test_two_lives_of_a_keeper_may_decide_in_one_moment(store: Store, database: str) -> None:
    decide(store, made(1, incarnation=1), made(1, incarnation=2))
    assert len(all_of(database)) == 2


def test_every_decision_and_every_cause_can_be_recorded(store: Store, database: str) -> None:
    kinds = [made(number, kind=kind) for number, kind in enumerate(DecisionKind)]
    causes = [made(number, incarnation=2, cause=cause) for number, cause in enumerate(Cause)]
    decide(store, *kinds, *causes)
    assert sorted(all_of(database), key=lambda each: (each.incarnation, each.number)) == [*kinds, *causes]


def test_words_of_people_stay_as_they_are(store: Store, database: str) -> None:
    verdict = 'l\'ordre \u20bf \U0001f600 \\ "quoted"'
    said = made(1, facts=(("verdict", verdict),), why="it's \u5e01\u5b89", who="J\u00f6rg")
    decide(store, said)
    assert all_of(database) == [said]


@contextmanager
def connected(url: str) -> Iterator[Any]:
    engine = engine_of(url)
    with engine.own_errors(), closing(engine.connect()) as connection, connection, closing(connection.cursor()) as each:
        yield each


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE decisions SET why = 'another reason'",
        "DELETE FROM decisions",
        "UPDATE decisions SET number = number + 1 WHERE symbol = 'BTCUSDT'",
    ],
)
def test_the_database_refuses_to_change_it(store: Store, database: str, statement: str) -> None:
    decide(store, made(1))
    with pytest.raises(StoreError, match="rows of decisions are only added"), connected(database) as cursor:
        cursor.execute(statement)
    assert all_of(database) == [made(1)]


def test_the_program_cannot_change_it_either(store: Store, database: str) -> None:
    decide(store, made(1))
    store.record([DecisionRecord(made(1, why="another reason"))])
    assert all_of(database) == [made(1)]
