"""A database of 0.1.0 said only in a sentence why a lot is held; after the migration such lots behave as promised."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.states import HoldEvent, HoldReason, LotState
from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.selling.decisions import CancelSell, Close, Decision, Park, PlaceSell, Release, Wait, WaitUntil
from persistence.schema import SCHEMA_KEY, SCHEMA_VERSION
from persistence.store import Store
from tests.lotkeeper.trading import make

# The tables as version 3 made them, and what lotkeeper 0.1.0 wrote there; neither follows the code.
TABLES = """
CREATE TABLE carries (symbol TEXT NOT NULL, source BIGINT NOT NULL, target BIGINT NOT NULL, generation BIGINT NOT NULL,
  source_lot TEXT NOT NULL, target_lot TEXT NOT NULL, quantity TEXT NOT NULL, cost TEXT NOT NULL,
  time_ms BIGINT NOT NULL, PRIMARY KEY (symbol, source, target, generation));
CREATE INDEX idx_carries__source_lot ON carries (source_lot);
CREATE INDEX idx_carries__target_lot ON carries (target_lot);
CREATE TABLE cursors (symbol TEXT NOT NULL PRIMARY KEY, last_trade_id BIGINT NOT NULL, at_ms BIGINT NOT NULL);
CREATE TABLE disposals (symbol TEXT NOT NULL, buy_order_id BIGINT NOT NULL, way TEXT NOT NULL, number BIGINT NOT NULL,
  lot_id TEXT NOT NULL, order_id BIGINT NOT NULL, quantity TEXT NOT NULL, cost TEXT NOT NULL, proceeds TEXT NOT NULL,
  time_ms BIGINT NOT NULL, PRIMARY KEY (symbol, buy_order_id, way, number));
CREATE INDEX idx_disposals__lot_id ON disposals (lot_id);
CREATE TABLE fee_values (lot_id TEXT NOT NULL, trade_id BIGINT NOT NULL, symbol TEXT NOT NULL, asset TEXT NOT NULL,
  price TEXT NOT NULL, time_ms BIGINT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (lot_id, trade_id));
CREATE TABLE fills (symbol TEXT NOT NULL, trade_id BIGINT NOT NULL, side TEXT NOT NULL, lot_id TEXT,
  order_id BIGINT NOT NULL, price TEXT NOT NULL, quantity TEXT NOT NULL, quote_quantity TEXT NOT NULL,
  commission TEXT NOT NULL, commission_asset TEXT NOT NULL, time_ms BIGINT NOT NULL, is_maker BOOLEAN NOT NULL,
  PRIMARY KEY (symbol, trade_id, side));
CREATE INDEX idx_fills__lot_id ON fills (lot_id);
CREATE TABLE lots (id INTEGER PRIMARY KEY AUTOINCREMENT, lot_id TEXT UNIQUE NOT NULL, symbol TEXT NOT NULL,
  base TEXT NOT NULL, quote TEXT NOT NULL, buy_order_id BIGINT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
  buy_ended BOOLEAN NOT NULL, profit TEXT, sells_placed INTEGER, sells_filled INTEGER, first_sell_ms BIGINT,
  held_ms BIGINT, fees_quote TEXT, fees TEXT, rest TEXT);
CREATE INDEX idx_lots__symbol_state_profit ON lots (symbol, state, profit);
CREATE TABLE orders (symbol TEXT NOT NULL, buy_order_id BIGINT NOT NULL, generation BIGINT NOT NULL,
  lot_id TEXT NOT NULL, price TEXT NOT NULL, quantity TEXT NOT NULL, cost TEXT NOT NULL, state TEXT NOT NULL,
  sent_ms BIGINT NOT NULL, order_id BIGINT, executed TEXT NOT NULL, updated_ms BIGINT NOT NULL, profit TEXT,
  sell_rate TEXT, created_ms BIGINT, PRIMARY KEY (symbol, buy_order_id, generation));
CREATE INDEX idx_orders__lot_id ON orders (lot_id);
CREATE TABLE system_state (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE trade_pairs (symbol TEXT NOT NULL PRIMARY KEY, base TEXT NOT NULL, quote TEXT NOT NULL,
  status TEXT NOT NULL, terms TEXT NOT NULL);
INSERT INTO system_state VALUES ('schema.version', '3');
INSERT INTO cursors VALUES ('BTCUSDT', 1, 1700000000000);
"""

BUYING, SELLING, PARKED, QUEUED, CANCELLED, AMENDED = range(7001, 7007)
RELEASED, READING, DOUBTED, NAMELESS, SOLD, GONE = range(7007, 7013)

LOTS = {  # by BUY order id: state, reason, whether the BUY has ended, bought
    BUYING: ("OPEN", "", 0, "0.5"),
    SELLING: ("SELLING", "", 1, "1"),
    PARKED: ("PARKED", "worth 1, below the smallest order of 5 (NOTIONAL)", 1, "0.01"),
    QUEUED: ("QUEUED", "every order slot is taken; it is sold at 100.11 when one is free", 1, "1"),
    CANCELLED: ("HELD", "its SELL was cancelled by hand; resume the pair to sell it again", 1, "1"),
    AMENDED: ("HELD", "its SELL was made smaller by hand; resume the pair to sell the rest again", 1, "1"),
    RELEASED: ("HELD", "released by hand: what stands on the book is taken back first", 1, "1"),
    READING: ("HELD", "rebuilt from a SELL on the exchange: its earlier SELLs are being looked for", 1, "1"),
    DOUBTED: (
        "HELD",
        "order 9099, cancelled by hand after it sold 0.4 BTC, may have been its; "
        "resume the pair to sell the rest all the same",
        1,
        "1",
    ),
    NAMELESS: ("HELD", "", 1, "1"),
    SOLD: ("CLOSED", "", 1, "1"),
    GONE: ("CLOSED", "it was released", 1, "1"),
}
SELLS = {  # by BUY order id: state, quantity, executed
    SELLING: ("OPEN", "1", "0"),
    CANCELLED: ("CANCELED", "1", "0"),
    AMENDED: ("OPEN", "0.4", "0"),
    RELEASED: ("OPEN", "1", "0"),
    READING: ("OPEN", "0.4", "0"),
    DOUBTED: ("CANCELED", "1", "0"),
    NAMELESS: ("CANCELED", "1", "0"),
    SOLD: ("FILLED", "1", "1"),
}

HOLDS = {
    CANCELLED: HoldReason.CANCELLED_BY_HAND,
    AMENDED: HoldReason.AMENDED_BY_HAND,
    RELEASED: HoldReason.RELEASING,
    READING: HoldReason.READING,
    DOUBTED: HoldReason.PERHAPS_SOLD,
    NAMELESS: HoldReason.CANCELLED_BY_HAND,
}


def fill_in(connection: sqlite3.Connection) -> None:
    for buy, (state, reason, has_ended, bought) in LOTS.items():
        lot = f"BTCUSDT-{buy}"
        connection.execute(
            "INSERT INTO lots (lot_id, symbol, base, quote, buy_order_id, state, reason, buy_ended)"
            " VALUES (?, 'BTCUSDT', 'BTC', 'USDT', ?, ?, ?, ?)",
            [lot, buy, state, reason, has_ended],
        )
        connection.execute(
            "INSERT INTO fills VALUES ('BTCUSDT', ?, 'BUY', ?, ?, '100', ?, ?, '0', 'BTC', 1700000000000, 0)",
            [buy - 7000 + 10, lot, buy, bought, f"{float(bought) * 100:g}"],
        )
    for buy, (state, quantity, executed) in SELLS.items():
        connection.execute(
            "INSERT INTO orders VALUES ('BTCUSDT', ?, 1, ?, '100.11', ?, ?, ?, 1700000000100, ?, ?, 1700000000200,"
            " '0', '0.001', 1700000000150)",
            [buy, f"BTCUSDT-{buy}", quantity, f"{float(quantity) * 100:g}", state, buy + 2000, executed],
        )
    connection.execute(
        "INSERT INTO fills VALUES ('BTCUSDT', 50, 'SELL', 'BTCUSDT-7011', 9011, '100.11', '1', '100.11', '0.10011',"
        " 'USDT', 1700000000300, 1)"
    )
    connection.execute(
        "INSERT INTO disposals VALUES ('BTCUSDT', 7012, 'RELEASED', 1700000000400, 'BTCUSDT-7012', 0, '1', '100', '0',"
        " 1700000000400)"
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    path = tmp_path / "lots.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(TABLES)
        fill_in(connection)
        connection.commit()
    path.chmod(0o600)
    return Store.open(f"sqlite:///{path}")


def loaded(store: Store) -> PairBook:
    book = make.book()
    book.set_terms(make.market(), make.policy())
    book.load_lots(store.load_pair("BTCUSDT").lots)
    return book


def step(book: PairBook, buy: int) -> Decision:
    return make.decision(book.lots[buy])


def test_each_lot_has_its_state_and_the_held_ones_their_reason(store: Store) -> None:
    assert store.state(SCHEMA_KEY) == str(SCHEMA_VERSION)
    lots = {lot.buy_order_id: lot for lot in store.lots()}
    assert {buy: (str(lot.state), lot.reason) for buy, lot in lots.items()} == {
        buy: (state, reason) for buy, (state, reason, _, _) in LOTS.items()
    }
    assert {buy: lot.hold for buy, lot in lots.items() if lot.hold} == HOLDS
    for lot in lots.values():
        make.check(lot)


def test_what_is_not_held_goes_on_as_before(store: Store) -> None:
    book = loaded(store)
    assert step(book, SELLING) == Wait("its SELLs on the book", WaitUntil.SOLD)
    assert isinstance(step(book, PARKED), Park)
    for buy in (BUYING, QUEUED):
        assert isinstance(step(book, buy), PlaceSell)
    assert {book.lots[buy].state for buy in (SOLD, GONE) if buy in book.lots} <= {LotState.CLOSED}


def test_nothing_is_placed_for_a_held_lot_before_the_pair_is_resumed(store: Store) -> None:
    book = loaded(store)
    for buy in HOLDS:
        assert isinstance(step(book, buy), Wait | CancelSell)


@pytest.mark.parametrize(("buy", "quantity"), [(CANCELLED, "1"), (AMENDED, "0.6"), (DOUBTED, "1"), (NAMELESS, "1")])
def test_what_a_person_held_is_sold_again_after_a_resume(store: Store, buy: int, quantity: str) -> None:
    book = loaded(store)
    book.lots.resume(make.NOW)
    sell = step(book, buy)
    assert isinstance(sell, PlaceSell)
    assert str(sell.quantity.normalize()) == quantity


@pytest.mark.parametrize("is_cancelled_by_hand", [True, False])
def test_a_released_lot_is_not_sold_after_a_resume(store: Store, is_cancelled_by_hand: bool) -> None:
    book = loaded(store)
    book.lots.resume(make.NOW)
    cancel = step(book, RELEASED)
    assert isinstance(cancel, CancelSell)
    if not is_cancelled_by_hand:
        book.lots.apply_order_event(cancel.name, OrderEvent.CANCEL_SENT, make.NOW)
    book.apply_report(make.sell_report(book.lots[RELEASED].orders[0], RELEASED + 2000, "CANCELED"))
    book.lots.resume(make.NOW)
    assert step(book, RELEASED) == Release()
    lot = book.lots.release_rest(RELEASED, make.NOW)
    assert [(each.kind, each.quantity) for each in lot.disposals] == [(DisposalKind.RELEASED, 1)]
    assert isinstance(step(book, RELEASED), Close)


def test_a_lot_whose_history_was_being_read_waits_for_it(store: Store) -> None:
    book = loaded(store)
    book.lots.resume(make.NOW)
    assert [lot.buy_order_id for lot in book.lots.being_read()] == [READING]
    assert isinstance(step(book, READING), Wait)
    book.lots.apply_hold_event(READING, HoldEvent.READ)
    sell = step(book, READING)
    assert isinstance(sell, PlaceSell)
    assert str(sell.quantity.normalize()) == "0.6"
