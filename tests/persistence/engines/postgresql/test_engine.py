"""A database of a real PostgreSQL server: what is made, what is refused, and who may write."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import psycopg2
import pytest

from lotkeeper.verification.staging.waiting import wait_for
from persistence.engines.base import Presence
from persistence.engines.choice import engine_of
from persistence.engines.postgresql import connector
from persistence.errors import OvertakenError, StoreError
from persistence.history_starts import HistoryStarts
from persistence.records import StateRecord, lot_entries
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION
from persistence.store import Store
from tests.counting import count_calls
from tests.persistence.lots import lot, record
from tests.postgresql.sharing import SharedServer, new_server


@pytest.fixture
def url(postgresql: SharedServer) -> Iterator[str]:
    made = postgresql.database()
    yield made
    postgresql.drop(made)


@pytest.fixture
def empty(postgresql: SharedServer) -> Iterator[str]:
    made = postgresql.empty_database()
    yield made
    postgresql.drop(made)


def refused(url: str) -> str:
    with pytest.raises(StoreError) as caught:
        Store.open(url, busy_timeout_s=0.1)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def do(url: str, *statements: str) -> None:
    connection = engine_of(url).connect()
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
    connection.close()


def test_an_empty_database_gets_its_tables(empty: str) -> None:
    assert HistoryStarts.open(empty).records() == {}
    store = Store.open(empty)
    assert store.state(SCHEMA_KEY) == str(SCHEMA_VERSION)
    record(store, lot())
    assert (store.lots(), store.presence()) == ((lot(),), Presence.WHOLE)
    store.close()


def test_two_that_open_an_empty_database_at_once_make_its_tables_once(empty: str) -> None:
    """Two machines, started at the same time."""
    failed: list[Exception] = []

    def open_it() -> None:
        try:
            Store.open(empty).close()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []


def test_one_schema_of_a_database_is_enough(empty: str) -> None:
    do(empty, "CREATE TABLE somebodys (a int)", "CREATE SCHEMA lots")
    assert "belongs to another program" in refused(empty)
    assert "search_path" in refused(empty)
    for _ in range(2):
        store = Store.open(f"{empty}&options=-csearch_path%3Dlots")
        record(store, lot())
        assert store.lots() == (lot(),)
        store.close()


def test_a_database_of_a_newer_version_is_refused(url: str) -> None:
    do(url, f"UPDATE system_state SET value = '{SCHEMA_VERSION + 1}' WHERE key = '{SCHEMA_KEY}'")
    assert "a newer lotkeeper wrote it" in refused(url)


def test_an_encoding_that_cannot_hold_every_text_is_refused(postgresql: SharedServer) -> None:
    made = postgresql.database(template="template0 ENCODING 'LATIN1'")
    assert "has the encoding LATIN1" in refused(made)
    postgresql.drop(made)


def test_a_database_that_is_not_there_and_a_server_that_is_not_there(url: str) -> None:
    assert "createdb" in refused(url.replace("/test_", "/no_test_"))
    assert "the server cannot be reached" in refused("postgresql://me:hunter2@127.0.0.1:1/lots")
    assert "hunter2" not in refused("postgresql://me:hunter2@127.0.0.1:1/lots")


def test_a_role_without_rights_is_told_what_it_needs(url: str) -> None:
    do(url, "CREATE ROLE reader LOGIN")
    try:
        assert "OWNER TO" in refused(url.replace("lotkeeper@", "reader@"))
    finally:
        do(url, "DROP ROLE reader")


def test_text_that_postgresql_cannot_hold_does_not_make_a_record_impossible(url: str) -> None:
    store = Store.open(url)
    record(store, lot(reason="a\0b"))
    assert store.lots()[0].reason == "a\ufffdb"
    store.close()


def test_every_commit_waits_for_the_servers_disk(url: str) -> None:
    """The server may crash while the service goes on, and its cursor would stand behind what is lost."""
    do(url, "ALTER ROLE lotkeeper SET synchronous_commit = off")
    try:
        store = Store.open(url)
        record(store, lot())
        with store._db.provider.pool.con.cursor() as cursor:
            cursor.execute("SHOW synchronous_commit")
            assert cursor.fetchone() == ("on",)
        store.close()
    finally:
        do(url, "ALTER ROLE lotkeeper RESET synchronous_commit")


def test_two_hosts_that_start_at_once_never_take_the_same_token(url: str) -> None:
    Store.open(url).close()
    taken: list[int] = []

    def start() -> None:
        store = Store.open(url)
        taken.extend(store.take_lease() for _ in range(5))
        store.close()

    threads = [threading.Thread(target=start) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(taken) == list(range(1, 21))


def test_no_token_is_taken_while_a_record_of_the_older_one_is_being_written(url: str) -> None:
    """Else the new system would load the pair, and the old one write after that."""
    old, new = Store.open(url), Store.open(url, busy_timeout_s=0.2)
    token = old.take_lease()
    with old._transaction():
        old._refuse_older_lease(token)
        with pytest.raises(StoreError, match="another transaction holds it"):
            new.take_lease()
    assert new.take_lease() == token + 1
    with pytest.raises(OvertakenError, match=f"lease {token + 1}, ours is {token}"):
        old.record(lot_entries(lot()), token)
    assert new.lots() == ()
    old.close()
    new.close()


def test_a_record_that_another_transaction_holds_up_fails_in_time(url: str) -> None:
    store = Store.open(url, busy_timeout_s=0.2)
    record(store, lot())
    other = engine_of(url).connect()
    with other.cursor() as cursor:
        cursor.execute("UPDATE lots SET reason = 'held'")
    with pytest.raises(StoreError, match="is a second service running"):
        record(store, replace(lot(), reason="new"))
    other.rollback()
    other.close()
    record(store, replace(lot(), reason="new"))
    assert store.lots()[0].reason == "new"
    store.close()


def test_a_session_that_the_server_ended_while_nothing_happened_is_replaced(url: str) -> None:
    store = Store.open(url)
    record(store, lot())
    end_sessions(url)
    record(store, replace(lot(), reason="new"))
    assert store.lots()[0].reason == "new"
    store.close()


def test_a_transaction_whose_session_ends_is_not_half_written(url: str) -> None:
    """It fails as a whole: nothing of it goes on in another session."""
    store = Store.open(url)

    def write_both() -> None:
        with store._transaction():
            store._entities.state(key="first", value="1")
            store._db.flush()
            end_sessions(url)
            store._entities.state(key="second", value="2")

    with pytest.raises(StoreError):
        write_both()
    assert (store.state("first"), store.state("second")) == (None, None)
    store.record([StateRecord("first", "1")])
    assert store.state("first") == "1"
    store.close()


OTHERS = """
FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database() AND backend_type = 'client backend'
"""


def end_sessions(url: str) -> None:
    """Of all clients, until none is left."""
    with closing(engine_of(url).connect()) as connection, connection.cursor() as cursor:
        connection.autocommit = True  # within a transaction the sessions would stay those of its beginning
        cursor.execute(f"SELECT pg_terminate_backend(pid) {OTHERS}")
        wait_for("their end", lambda: is_alone(cursor))


def is_alone(cursor: Any) -> bool:
    cursor.execute(f"SELECT count(*) {OTHERS}")
    return bool(cursor.fetchone() == (0,))


def test_a_standby_is_refused_when_it_is_written_to(url: str) -> None:
    store = Store.open(url)
    with store._db.provider.pool.con.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    store._db.provider.pool.con.commit()
    with pytest.raises(StoreError, match="the address of the primary"):
        record(store, lot())
    store.close()


def test_errors_of_plain_connections_are_sentences_too(url: str) -> None:
    engine = engine_of(url)
    with pytest.raises(StoreError, match="look into the server's log"):
        engine.read("SELECT nothing FROM nowhere")
    with pytest.raises(psycopg2.Error):
        engine_of(url.replace("/test_", "/no_test_")).connect()


def test_a_server_that_hangs_is_given_up_in_time_and_not_tried_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """An actor that waited for it would be ended as hung."""
    monkeypatch.setattr(connector, "STATEMENT_S", 3.0)
    monkeypatch.setattr(connector, "_TRY_AGAIN_S", 600.0)
    server = new_server()
    server.start()
    store = Store.open(server.url("postgres"))
    record(store, lot())
    server.freeze()
    tried = count_calls(monkeypatch, connector.psycopg2, "connect")
    for _ in range(20):
        with pytest.raises(StoreError, match=r"no answer within 3\.5 s"):
            record(store, replace(lot(), reason="new"))
    assert tried == [], "one wait is enough"
    server.thaw()
    monkeypatch.setattr(connector, "_TRY_AGAIN_S", 0.0)
    record(store, replace(lot(), reason="new"))
    assert store.lots()[0].reason == "new"
    store.close()
    server.remove()
