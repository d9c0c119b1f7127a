"""A process that is killed while it writes loses nothing that was confirmed, and leaves nothing half.

A few rounds for each engine; 200 on each with `make crashes`.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.persistence.crashes.engines import play_postgresql
from tests.persistence.crashes.rounds import CrashRounds, Tally, Writers
from tests.persistence.crashes.trading import Trading
from tests.persistence.crashes.writer import Writer
from tests.postgresql.sharing import new_server

SEED = 7


def check(tally: Tally) -> None:
    assert not tally.broken
    assert tally.confirmed
    assert tally.lots


@pytest.mark.e2e
def test_a_writer_that_is_killed_loses_nothing_and_leaves_nothing_half(database: str) -> None:
    tally = Tally()
    with closing(Writers()) as writers:
        CrashRounds(database, SEED, writers, tally, most_records=12).play(3)
    check(tally)


@pytest.mark.e2e
@pytest.mark.long
@pytest.mark.timeout(600)
def test_neither_does_a_server_that_ends_without_warning() -> None:
    server = new_server()
    try:
        server.start()
        tally = play_postgresql(server, SEED, 8)
    finally:
        server.remove()
    check(tally)
    assert tally.server_crashes


def test_the_same_seed_tells_the_same_records() -> None:
    one, other = Trading(SEED), Trading(SEED)
    assert [one.next_record() for _ in range(50)] == [other.next_record() for _ in range(50)]
    assert one.lots == other.lots


@pytest.fixture
def compared(tmp_path: Path) -> tuple[CrashRounds, Tally, Path]:
    """A database with twenty records, and the rounds that compare it."""
    path = tmp_path / "lots.sqlite"
    writer, trading, tally = Writer(f"sqlite:///{path}"), Trading(SEED), Tally()
    for _ in range(20):
        writer.write(*trading.next_record())
    writer.close()
    return CrashRounds(f"sqlite:///{path}", SEED, None, tally), tally, path


@pytest.mark.parametrize("confirmed", [19, 20])
def test_what_was_confirmed_is_found_and_one_record_more_may_be_there(compared, confirmed: int) -> None:
    rounds, tally, _ = compared
    rounds.compare(confirmed)
    assert (tally.broken, tally.unheard) == ([], 20 - confirmed)


def test_a_confirmed_record_that_is_gone_is_noticed(compared) -> None:
    rounds, tally, _ = compared
    rounds.compare(21)
    assert [each.partition(":")[0] for each in sorted(tally.broken)] == [
        "not the incidents up to record 21",
        f"seed {SEED}",
    ]
    assert "not what was written up to record 21" in tally.broken[-1]


HALF = (
    "DELETE FROM fills WHERE trade_id = (SELECT min(trade_id) FROM fills)",
    "UPDATE cursors SET last_trade_id = 1",
    "UPDATE incidents SET ended_ms = NULL, how_ended = NULL WHERE opened_ms = 3000",
    "UPDATE balances SET locked = '0'",
)


@pytest.mark.parametrize("statement", HALF)
def test_half_a_record_is_noticed(compared, statement: str) -> None:
    rounds, tally, path = compared
    with closing(sqlite3.connect(path)) as connection, connection:
        assert connection.execute(statement).rowcount
    rounds.compare(20)
    assert tally.broken
