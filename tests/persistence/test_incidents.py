"""Incidents, which come twice, late, or from a Monitor that does not know when they began."""

from contextlib import closing
from itertools import permutations

import pytest

from lotkeeper.trading.incidents import Incident, IncidentEnd
from lotkeeper.trading.trouble_kinds import INCIDENTS, TroubleKind
from persistence.engines.choice import engine_of
from persistence.errors import StoreError
from persistence.history.check import check_tables
from persistence.history.database import HistoryDatabase
from persistence.history.incidents import read_incidents
from persistence.history.wanted import Wanted
from persistence.records import OpenIncidentsRecord
from persistence.store import Store
from tests.persistence.incidents import BEGAN_MS, began, note, over


def all_of(url: str) -> list[Incident]:
    with HistoryDatabase.open(url) as database:
        return read_incidents(database, Wanted(limit=1000))


def test_an_incident_is_read_as_it_was_written(store: Store, database: str) -> None:
    pair = over(kind=TroubleKind.HELD, subject="BTCUSDT-7", symbol="BTCUSDT", text="l'ordre \u20bf")
    note(store, began(), pair)
    assert sorted(all_of(database), key=lambda each: each.name) == [pair, began()]


def test_every_kind_can_be_recorded(store: Store, database: str) -> None:
    note(store, *(began(kind=kind) for kind in INCIDENTS))
    assert {each.kind for each in all_of(database)} == set(INCIDENTS)


@pytest.mark.parametrize("order", list(permutations((began(), over(), began(text="still"), over()))))
def test_in_whatever_order_it_is_said_it_is_one_row_and_over(
    store: Store, database: str, order: tuple[Incident, ...]
) -> None:
    for each in order:
        note(store, each)
    (found,) = all_of(database)
    assert (found.opened_ms, found.ended_ms, found.end) == (BEGAN_MS, BEGAN_MS + 1_500, IncidentEnd.OVER)


def test_its_text_is_the_newest(store: Store, database: str) -> None:
    note(store, began())
    note(store, began(text="no route to host"))
    assert [each.text for each in all_of(database)] == ["no route to host"]


def test_a_monitor_that_does_not_know_its_beginning_goes_on_with_the_row(store: Store, database: str) -> None:
    note(store, began())
    later = BEGAN_MS + 60_000
    note(store, began(opened_ms=later, text="still down"))
    assert all_of(database) == [began(text="still down")]
    note(store, over(opened_ms=later))
    (found,) = all_of(database)
    assert (found.opened_ms, found.ended_ms) == (BEGAN_MS, later + 1_500)
    note(store, over(opened_ms=later))
    assert all_of(database) == [found], "the same again is no second row"


def test_it_can_begin_again(store: Store, database: str) -> None:
    again = began(opened_ms=BEGAN_MS + 1_500)
    note(store, over(), again)
    note(store, over())
    assert all_of(database) == [again, over()]


def test_what_is_not_found_any_more_ends(store: Store, database: str) -> None:
    other = began(subject="gateway", kind=TroubleKind.ACTOR_RESTARTED)
    note(store, began(), other, over(subject="market stream 1"))
    store.record([OpenIncidentsRecord(frozenset({(other.name, other.subject)}), BEGAN_MS + 9)])
    ended = began(ended_ms=BEGAN_MS + 9, end=IncidentEnd.NOT_FOUND)
    assert all_of(database) == [ended, over(subject="market stream 1"), other]


def test_what_was_not_found_may_be_found_again(store: Store, database: str) -> None:
    note(store, began())
    store.record([OpenIncidentsRecord(frozenset(), BEGAN_MS + 9)])
    note(store, began())
    assert all_of(database) == [began()]


def test_a_clock_that_went_back_ends_nothing_before_its_beginning(store: Store, database: str) -> None:
    note(store, began())
    store.record([OpenIncidentsRecord(frozenset(), BEGAN_MS - 5_000)])
    assert [each.ended_ms for each in all_of(database)] == [BEGAN_MS]


def test_the_database_refuses_a_second_open_one(store: Store, database: str) -> None:
    note(store, began())
    engine = engine_of(database)
    statement = (
        "INSERT INTO incidents (kind, subject, opened_ms, symbol, severity, details) "
        "VALUES ('STREAM_LOST', 'user stream', 5, '', 'WARNING', '')"
    )
    with pytest.raises(StoreError), engine.own_errors(), closing(engine.connect()) as connection, connection:
        connection.cursor().execute(statement)


def test_a_check_finds_one_that_ended_before_it_began(store: Store, database: str) -> None:
    note(store, over(after_ms=-1))
    with HistoryDatabase.open(database) as opened:
        findings = check_tables(opened).findings
    assert findings == ("1 incidents ended before they began, such as STREAM_LOST of user stream",)
