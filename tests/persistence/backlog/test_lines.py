"""Every record that may wait is read again as it was; nothing else is taken for one."""

import orjson
import pytest
from hypothesis import HealthCheck, given, settings

from lotkeeper.trading.lots.lot import Lot
from persistence.backlog.lines import (
    DamagedLineError,
    entries_from_line,
    entries_to_line,
    from_line,
    kept_entries,
    to_line,
)
from persistence.records import CursorRecord, DecisionRecord, PairRecord, StateRecord, lot_entries
from tests.actors.stage import TERMS
from tests.persistence.decisions import made
from tests.persistence.lots import books, lot


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(books())
def test_records_of_lots_come_back_as_they_were(book: list[Lot]) -> None:
    entries = [entry for each in book for entry in lot_entries(each)]
    assert kept_entries(entries) == entries
    assert entries_from_line(entries_to_line(entries)) == entries


def test_the_cursor_and_the_terms_do_not_wait() -> None:
    """The cursor says that all before it is in the database, and the terms come with each later record."""
    state = StateRecord("paused:BTCUSDT", "yes")
    assert kept_entries([PairRecord(TERMS), state, CursorRecord("BTCUSDT", 5, 1)]) == [state]


@pytest.mark.parametrize("cut", [1, 2, 20])
def test_a_line_that_is_not_whole_is_no_record(cut: int) -> None:
    line = entries_to_line(lot_entries(lot(7)))
    with pytest.raises(DamagedLineError):
        entries_from_line(line[:-cut])


def test_a_line_that_was_changed_is_no_record() -> None:
    line = entries_to_line(lot_entries(lot(7)))
    with pytest.raises(DamagedLineError):
        entries_from_line(line.replace(b"64000.10", b"64000.11"))


@pytest.mark.parametrize("document", [[["Popen", {"args": "x"}]], [["StateRecord", {"key": "a"}]], 5, [["LotRecord"]]])
def test_what_is_no_record_of_ours_is_refused(document: object) -> None:
    line = to_line(document)
    assert from_line(line) == orjson.loads(orjson.dumps(document))
    with pytest.raises(DamagedLineError):
        entries_from_line(line)


def test_a_decision_waits_as_it_was_made() -> None:
    """The same twice is one row: it may come from the file and from its keeper."""
    waiting = [DecisionRecord(made(1, why="enough", who="alice")), DecisionRecord(made(2, lot_id=None, facts=()))]
    assert entries_from_line(entries_to_line(kept_entries(waiting))) == waiting
