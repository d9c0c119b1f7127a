"""A database that an earlier lotkeeper wrote is brought to the newest tables, with all that stands in it."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path

import pytest

from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.orders.trails import Trail
from persistence.errors import StoreError
from persistence.records import lot_entries
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION
from persistence.store import Store
from tests.persistence.lots import SYMBOL, lot, order, sold

# The tables as version 1 made them.
V1 = """
CREATE TABLE cursors (symbol TEXT NOT NULL PRIMARY KEY, last_trade_id BIGINT NOT NULL, at_ms BIGINT NOT NULL);
CREATE TABLE fee_values (lot_id TEXT NOT NULL, trade_id BIGINT NOT NULL, symbol TEXT NOT NULL, asset TEXT NOT NULL,
  price TEXT NOT NULL, time_ms BIGINT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (lot_id, trade_id));
CREATE TABLE fills (symbol TEXT NOT NULL, trade_id BIGINT NOT NULL, side TEXT NOT NULL, lot_id TEXT,
  order_id BIGINT NOT NULL, price TEXT NOT NULL, quantity TEXT NOT NULL, quote_quantity TEXT NOT NULL,
  commission TEXT NOT NULL, commission_asset TEXT NOT NULL, time_ms BIGINT NOT NULL, is_maker BOOLEAN NOT NULL,
  PRIMARY KEY (symbol, trade_id, side));
CREATE TABLE lots (id INTEGER PRIMARY KEY AUTOINCREMENT, lot_id TEXT UNIQUE NOT NULL, symbol TEXT NOT NULL,
  base TEXT NOT NULL, quote TEXT NOT NULL, buy_order_id BIGINT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
  buy_ended BOOLEAN NOT NULL, profit TEXT, sells_placed INTEGER, sells_filled INTEGER, first_sell_ms BIGINT);
CREATE TABLE orders (symbol TEXT NOT NULL, buy_order_id BIGINT NOT NULL, generation BIGINT NOT NULL,
  lot_id TEXT NOT NULL, price TEXT NOT NULL, quantity TEXT NOT NULL, cost TEXT NOT NULL, state TEXT NOT NULL,
  sent_ms BIGINT NOT NULL, order_id BIGINT, executed TEXT NOT NULL, updated_ms BIGINT NOT NULL,
  PRIMARY KEY (symbol, buy_order_id, generation));
CREATE TABLE system_state (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE trade_pairs (symbol TEXT NOT NULL PRIMARY KEY, base TEXT NOT NULL, quote TEXT NOT NULL,
  status TEXT NOT NULL, tick TEXT NOT NULL, step TEXT NOT NULL, min_price TEXT NOT NULL, max_price TEXT NOT NULL,
  min_quantity TEXT NOT NULL, max_quantity TEXT NOT NULL, min_notional TEXT NOT NULL, max_notional TEXT NOT NULL);
INSERT INTO system_state VALUES ('schema.version', '1');
INSERT INTO trade_pairs VALUES ('BTCUSDT', 'BTC', 'USDT', 'TRADING', '0.01', '0.00001', '0', '0', '0', '0', '5', '0');
INSERT INTO lots (lot_id, symbol, base, quote, buy_order_id, state, reason, buy_ended, profit, sells_placed,
  sells_filled, first_sell_ms) VALUES ('BTCUSDT-2', 'BTCUSDT', 'BTC', 'USDT', 2, 'CLOSED', '', 1, '12345', 1, 1, 1000);
INSERT INTO fills VALUES ('BTCUSDT', 20, 'BUY', 'BTCUSDT-2', 2, '64000.10', '0.5', '32000.05', '0.0005', 'BTC',
  1700000000000, 0);
INSERT INTO fills VALUES ('BTCUSDT', 21, 'SELL', 'BTCUSDT-2', 3, '70000', '0.4995', '34965', '34.965', 'USDT',
  1700000000000, 0);
INSERT INTO orders VALUES ('BTCUSDT', 2, 1, 'BTCUSDT-2', '70000', '0.4995', '32000.05', 'FILLED', 1000, 3, '0.4995',
  1001);
INSERT INTO cursors VALUES ('BTCUSDT', 21, 1000);
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "lots.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(V1)
    path.chmod(0o600)
    return path


def test_what_stood_in_it_is_still_there(old: Path) -> None:
    store = Store.open(f"sqlite:///{old}")
    assert store.state(SCHEMA_KEY) == str(SCHEMA_VERSION)
    assert store.lots() == (sold(2),)
    assert store.terms(SYMBOL) is None  # each start asks for them again
    store.close()


def test_the_sums_of_closed_lots_are_worked_out_again(old: Path) -> None:
    store = Store.open(f"sqlite:///{old}")
    closed = store.load_pair(SYMBOL).closed
    # 34965 - 34.965 - 32000.05, and not the figure that stood there; fees: 0.0005 BTC at 64000.10 and 34.965 USDT
    assert (closed.lots, closed.realised_profit) == (1, D("2929.985"))
    assert (closed.fees_quote, closed.fees) == (D("66.96505"), (("BTC", D("0.0005")), ("USDT", D("34.965"))))
    store.close()


def test_it_takes_new_records(old: Path) -> None:
    store = Store.open(f"sqlite:///{old}")
    carry = DustTransfer(SYMBOL, 2, 7, 1, D("0.0001"), D("6.4"), 1_700_000_000_001)
    known = replace(lot(7), dust_taken=(carry,))
    store.record(lot_entries(known))
    assert store.lots() == (known, replace(sold(2), dust_given=(carry,)))
    store.close()


def test_orders_of_an_earlier_version_are_limits(old: Path) -> None:
    """Version 4 had no order that follows the price."""
    store = Store.open(f"sqlite:///{old}")
    assert [order.trail for each in store.lots() for order in each.orders] == [None]
    trailing = replace(lot(7), orders=(replace(order(7), trail=Trail(150, D("70000.10"))),))
    store.record(lot_entries(trailing))
    assert store.lots()[0].orders[0].trail == Trail(150, D("70000.10"))
    store.close()


def test_it_is_done_once(old: Path) -> None:
    for _ in range(2):
        Store.open(f"sqlite:///{old}").close()


def test_a_step_that_fails_changes_nothing(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("ALTER TABLE orders ADD COLUMN sell_rate TEXT")  # the last but one step will stumble on it
        connection.commit()
        before = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    with pytest.raises(StoreError, match="duplicate column"):
        Store.open(f"sqlite:///{old}")
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall() == before
        assert connection.execute("SELECT value FROM system_state").fetchall() == [("1",)]
