"""The moments of the histories in a real file, beside the store that the Ledger uses."""

import subprocess
import sys

import pytest

from lotkeeper.trading.recovery.history_start import Clock, HistoryStart, MachineMoment, Removed, from_text
from persistence.history_starts import HistoryStarts, state_key
from persistence.records import CursorRecord, lot_entries
from persistence.store import Store
from tests.persistence.lots import lot

KNOWN = HistoryStart(1_700_000_000_000, Clock.EXCHANGE)
NOTED = HistoryStart(17, Clock.MACHINE, MachineMoment(17, 3, "boot"))


@pytest.fixture
def url(database):
    return database


def test_a_new_database_has_none_and_is_complete(url):
    starts = HistoryStarts.open(url)
    assert (starts.records(), starts.known_pairs()) == ({}, set())
    store = Store.open(url)
    assert store.cursor("BTCUSDT") is None
    store.close()


def test_what_is_written_is_there_for_the_next_start_and_for_the_ledger(url):
    HistoryStarts.open(url).write({"BTCUSDT": KNOWN, "ETHUSDT": NOTED, "币安人生USDT": Removed()})
    again = HistoryStarts.open(url)
    assert again.records() == {"BTCUSDT": KNOWN, "ETHUSDT": NOTED, "币安人生USDT": Removed()}
    again.write({"BTCUSDT": Removed()})
    again.write({})
    assert again.records()["BTCUSDT"] == Removed()
    store = Store.open(url)
    assert from_text(store.state(state_key("ETHUSDT")) or "") == NOTED
    store.close()


def test_a_pair_is_known_by_its_lots_or_by_its_cursor(url):
    store = Store.open(url)
    store.record([*lot_entries(lot(7)), CursorRecord("ETHUSDT", 5, 0)])
    store.close()
    assert HistoryStarts.open(url).known_pairs() == {"BTCUSDT", "ETHUSDT"}


def test_a_start_does_not_wait_for_pony(url):
    Store.open(url).close()
    code = f"import sys; from persistence.history_starts import HistoryStarts as H; H.open({url!r}).records()"
    check = f"{code}; sys.exit('pony' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
