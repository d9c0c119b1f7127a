"""What the store writes, keeps and refuses to forget."""

import sqlite3
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path

import pytest

from lotkeeper.trading.filters.counts import MaxNumOrders
from lotkeeper.trading.filters.notionals import Notional
from lotkeeper.trading.filters.prices import PriceFilter
from lotkeeper.trading.filters.sizes import LotSize
from lotkeeper.trading.filters.times import TrailingDelta
from lotkeeper.trading.lots.disposal import Disposal, Way
from lotkeeper.trading.lots.dust_transfer import DustTransfer
from lotkeeper.trading.lots.fees import SellFee
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.orders.fills import FeeValue
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import Dust, ExitPolicy, OnPartial
from lotkeeper.trading.reports.profit import realised
from lotkeeper.trading.reports.totals import Totals
from lotkeeper.trading.selling.situation import Market, Terms
from persistence.errors import OvertakenError
from persistence.records import (
    CarryRecord,
    CursorRecord,
    FeeValueRecord,
    FillRecord,
    OrderRecord,
    PairRecord,
    StateRecord,
    lot_entries,
    lot_record,
)
from persistence.store import Store
from tests.persistence.lots import SYMBOL, buy, lot, order, sell, sold


def record(store: Store, *lots: Lot) -> None:
    store.record([entry for one in lots for entry in lot_entries(one)])


def test_a_pair_that_was_never_seen_is_empty(store: Store) -> None:
    loaded = store.load_pair(SYMBOL)
    assert (loaded.lots, loaded.cursor, loaded.closed) == ((), None, Totals())


def test_a_finished_lot_is_not_loaded_but_listed(store: Store) -> None:
    record(store, lot(1), sold(2))
    store.record([CursorRecord(SYMBOL, 21, 1000)])
    assert store.load_pair(SYMBOL).lots == (lot(1),)
    assert store.lots() == (sold(2), lot(1))
    assert store.lots(open_only=True) == (lot(1),)


@pytest.mark.parametrize(("cursor", "buy_ended"), [(None, True), (20, True), (21, False)])
def test_a_closed_lot_of_which_news_may_come_is_loaded_and_not_among_the_sums(
    store: Store, cursor: int | None, buy_ended: bool
) -> None:
    """Its last trade, 21, will be told again by a reconciliation from the cursor, or its BUY may fill once more."""
    closed = replace(sold(2), buy_ended=buy_ended)
    record(store, closed)
    store.record([] if cursor is None else [CursorRecord(SYMBOL, cursor, 1000)])
    loaded = store.load_pair(SYMBOL)
    assert (loaded.lots, loaded.closed) == ((closed,), Totals())


@pytest.mark.parametrize(("cursor", "is_loaded"), [(30, True), (31, False)])
def test_a_closed_lot_that_answered_for_a_sale_by_hand_is_loaded_while_that_may_be_told_again(
    store: Store, cursor: int, is_loaded: bool
) -> None:
    sale = Disposal(SYMBOL, 2, Way.SOLD_BY_HAND, 31, 77, D("0.1"), D(1), D(2), 1000)
    closed = replace(sold(2), buy_ended=True, disposals=(sale,))
    record(store, closed)
    store.record([CursorRecord(SYMBOL, cursor, 1000)])
    assert store.load_pair(SYMBOL, with_dust=False).lots == ((closed,) if is_loaded else ())


def test_the_latest_lots_are_listed_first_up_to_the_limit(store: Store) -> None:
    for number in range(1, 6):
        record(store, lot(number))
    assert [known.buy_order_id for known in store.lots(limit=2)] == [5, 4]
    assert len(store.lots(limit=None)) == 5


def test_lots_of_one_symbol_only(store: Store) -> None:
    other = replace(lot(1), symbol="ETHUSDT", buys=(), orders=())
    record(store, lot(1), other)
    assert store.lots(symbol="ETHUSDT") == (other,)


def test_many_lots_keep_their_own_fills(store: Store) -> None:
    known = [lot(number) for number in range(1, 451)]
    record(store, *known)
    assert store.load_pair(SYMBOL).lots == tuple(known)


def test_a_lot_of_many_fills_is_told_again_and_again(store: Store) -> None:
    for count in range(1, 12):
        known = lot(buys=tuple(buy(trade_id=number) for number in range(count)))
        record(store, known)
        assert store.load_pair(SYMBOL).lots == (known,)


def test_executed_never_goes_back(store: Store) -> None:
    record(store, lot(orders=(order(executed=D("0.3"), state=OrderState.PARTIALLY_FILLED, updated_ms=5),)))
    store.record([OrderRecord("BTCUSDT-7", order(executed=D("0.1"), state=OrderState.CANCELED, updated_ms=6))])
    found = store.load_pair(SYMBOL).lots[0].orders[0]
    assert (found.executed, found.state) == (D("0.3"), OrderState.CANCELED)


def test_executed_is_compared_as_a_number_and_not_as_text(store: Store) -> None:
    record(store, lot(orders=(order(executed=D(9)),)))
    store.record([OrderRecord("BTCUSDT-7", order(executed=D(10)))])
    assert store.load_pair(SYMBOL).lots[0].orders[0].executed == D(10)


def test_a_late_copy_of_older_news_moves_no_state(store: Store) -> None:
    filled = order(executed=D("0.4995"), state=OrderState.FILLED, updated_ms=9)
    record(store, lot(orders=(filled,)))
    store.record([OrderRecord("BTCUSDT-7", order(state=OrderState.PLACING, order_id=None, updated_ms=1))])
    assert store.load_pair(SYMBOL).lots[0].orders == (filled,)


def test_a_fill_never_changes(store: Store) -> None:
    store.record([FillRecord("BTCUSDT-7", buy()), lot_record(lot())])
    store.record([FillRecord("BTCUSDT-7", buy(price=D(1))), FillRecord(None, buy()), FillRecord("BTCUSDT-9", buy())])
    assert store.load_pair(SYMBOL).lots[0].buys == (buy(),)


def test_a_fill_without_a_lot_is_claimed_later(store: Store) -> None:
    store.record([FillRecord(None, sell()), lot_record(lot())])
    assert store.load_pair(SYMBOL).lots[0].sells == ()
    store.record([FillRecord("BTCUSDT-7", sell())])
    assert store.load_pair(SYMBOL).lots[0].sells == (sell(),)


def test_a_trade_with_ourselves_is_two_fills_under_one_id(store: Store) -> None:
    known = lot(buys=(buy(trade_id=5),), sells=(sell(trade_id=5),))
    record(store, known)
    assert store.load_pair(SYMBOL).lots == (known,)


def test_the_first_value_of_a_fee_stays(store: Store) -> None:
    first, second = FeeValue(70, "BNB", D(600), 1, D("0.6")), FeeValue(70, "BNB", D(700), 2, D("0.7"))
    record(store, lot(fee_values=(first,)))
    store.record([FeeValueRecord("BTCUSDT-7", SYMBOL, second)])
    assert store.load_pair(SYMBOL).lots[0].fee_values == (first,)


def test_the_cursor_only_goes_forward(store: Store) -> None:
    store.record([CursorRecord(SYMBOL, 10, 1000)])
    store.record([CursorRecord(SYMBOL, 9, 2000)])
    assert store.load_pair(SYMBOL).cursor == 10
    store.record([CursorRecord(SYMBOL, 11, 3000)])
    assert store.load_pair(SYMBOL).cursor == 11


def test_the_rules_of_a_pair_are_the_last_recorded(store: Store) -> None:
    old = TradePair(SYMBOL, "BTC", "USDT", "TRADING", PriceFilter(D("0.01")), LotSize(D("0.00001")))
    new = replace(old, status="HALT", filters=(Notional(D(5)), MaxNumOrders(200), TrailingDelta(1, 2, 3, 4)))
    policy = ExitPolicy(D("0.5"), OnPartial.COMPLETE, D(1), Dust.WRITE_OFF, SellFee.MAKER, True, 3, 0)
    store.record([PairRecord(Terms(Market(old, D("0.001")), policy))])
    store.record([PairRecord(Terms(Market(new, D("0.00075")), policy))])
    assert store.terms(SYMBOL) == Terms(Market(new, D("0.00075")), policy)
    assert store.terms("ETHUSDT") is None


def test_words_of_state_are_found_by_key(store: Store) -> None:
    store.record([StateRecord("pause.BTCUSDT", "1"), StateRecord("pause.ETHUSDT", ""), StateRecord("pausen", "x")])
    store.record([StateRecord("pause.BTCUSDT", "0")])
    assert store.state("pause.BTCUSDT") == "0"
    assert store.state("pause.ETHUSDT") == ""
    assert store.state("pause.XRPUSDT") is None


def test_all_entries_are_written_or_none(store: Store) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        store.record([lot_record(lot()), FillRecord(None, buy(price=D("NaN")))])
    assert store.lots() == ()
    record(store, lot())
    assert store.lots() == (lot(),)


def test_nothing_to_record_is_no_error(store: Store) -> None:
    store.record([])
    assert store.lots() == ()


def closed(store: Store) -> Totals:
    """The sums over the closed lots, with all their trades accounted for."""
    store.record([CursorRecord(SYMBOL, 1000, 1000)])
    return store.load_pair(SYMBOL, with_dust=False).closed


def test_the_sums_of_closed_lots_are_exact(store: Store) -> None:
    record(store, lot(1), sold(2), sold(3, "34965.000000000000000001"))
    earned = D("34965") - D("34.965") - D("32000.05")
    sums = closed(store)
    assert (sums.lots, sums.realised_profit) == (2, 2 * earned + D("0.000000000000000001"))


def test_sums_of_closed_lots_come_with_the_pair(store: Store) -> None:
    record(store, sold(2), sold(3))
    store.record([CursorRecord(SYMBOL, 31, 1000)])
    sums = store.load_pair(SYMBOL).closed
    assert (sums.lots, sums.sells_placed, sums.sells_filled, sums.first_sell_ms) == (2, 2, 2, 1000)
    assert sums.realised_profit == 2 * realised(sold(2))


@pytest.mark.parametrize("asked", [True, False])
def test_sums_follow_what_is_learned_after_a_lot_was_closed(store: Store, asked: bool) -> None:
    record(store, sold(2))
    if asked:
        closed(store)
    late = sell(3, 22, quote_quantity=D(100), commission=D(1))
    store.record([FillRecord("BTCUSDT-2", late)])
    assert closed(store).realised_profit == realised(sold(2)) + 99


def test_a_lot_that_opened_again_is_in_no_sum(store: Store) -> None:
    record(store, sold(2))
    assert closed(store).lots == 1
    record(store, replace(sold(2), state=LotState.OPEN))
    assert closed(store).lots == 0


def dusty(number: int) -> Lot:
    """A closed lot that has something left."""
    order_of = sold(number)
    less = replace(order_of.orders[0], quantity=D("0.4"), executed=D("0.4"), cost=D(25625))
    sale = replace(order_of.sells[0], quantity=D("0.4"))
    return replace(order_of, orders=(less,), sells=(sale,))


def test_closed_lots_with_dust_come_back_for_who_wants_it(store: Store) -> None:
    record(store, sold(2), dusty(3))
    store.record([CursorRecord(SYMBOL, 31, 1000)])
    assert store.load_pair(SYMBOL, with_dust=False).lots == ()
    loaded = store.load_pair(SYMBOL)
    assert loaded.lots == (dusty(3),)
    assert loaded.closed.lots == 1  # the other one


def test_dust_that_was_carried_away_is_gone_and_both_lots_have_it(store: Store) -> None:
    record(store, dusty(3), lot(4))
    store.record([CursorRecord(SYMBOL, 31, 1000)])
    store.load_pair(SYMBOL)  # works out the sums of what is closed, and keeps them
    carry = DustTransfer(SYMBOL, 3, 4, 2, D("0.0995"), D(6375), 2000)
    store.record([CarryRecord(carry), CarryRecord(carry)])
    giver, taker = sorted(store.lots(), key=lambda each: each.buy_order_id)
    assert (giver.given, giver.taken, taker.taken, taker.given) == ((carry,), (), (carry,), ())
    assert giver.remainder == 0
    assert [each.buy_order_id for each in store.load_pair(SYMBOL).lots] == [4]


def test_a_closed_lot_earned_no_other_sum_after_its_dust_was_carried(store: Store) -> None:
    """With what it gives goes its cost: the sums are worked out anew, and stay."""
    record(store, dusty(3))
    before = closed(store).realised_profit
    cost = dusty(3).cost_of_rest
    record(store, replace(dusty(3), given=(DustTransfer(SYMBOL, 3, 4, 2, D("0.0995"), cost, 2000),)))
    assert closed(store).realised_profit == before


def test_fees_and_time_of_closed_lots_are_summed_up(store: Store) -> None:
    late = replace(sold(3).sells[0], time_ms=sold(3).buys[0].time_ms + 5_000)
    record(store, sold(2), replace(sold(3), sells=(late,)))
    store.record([CursorRecord(SYMBOL, 31, 1000)])
    closed = store.load_pair(SYMBOL).closed
    assert (closed.closed, closed.held_ms, closed.mean_held_ms) == (2, 5_000, 2_500)
    assert closed.fees == (("BTC", D("0.0010")), ("USDT", D("69.930")))
    # 0.0005 BTC at 64000.10 and 34.965 USDT, twice
    assert closed.fees_quote == 2 * (D("32.000050") + D("34.965"))


def test_the_terms_of_a_sell_are_never_forgotten_nor_invented(store: Store) -> None:
    placed = order(profit=D("160.00025"), sell_rate=D("0.001"))
    record(store, lot(orders=(placed, order(generation=2, order_id=9))))
    first, second = store.load_pair(SYMBOL).lots[0].orders
    assert (first.profit, first.sell_rate) == (D("160.00025"), D("0.001"))
    assert (second.profit, second.sell_rate) == (None, None)


def test_one_lot_by_its_name(store: Store) -> None:
    record(store, lot(7), sold(2))
    assert store.lot("BTCUSDT-2") == sold(2)
    assert store.lot("BTCUSDT-3") is None
    assert store.terms(SYMBOL) is None


def test_a_reader_in_another_process_sees_what_is_committed(store: Store, tmp_path: Path) -> None:
    record(store, lot())
    other = Store.open(f"sqlite:///{tmp_path}/lots.sqlite")
    assert other.lots() == (lot(),)
    other.close()


def test_a_word_of_a_person_is_written_through_to_the_disk(store: Store) -> None:
    seen: list[str] = []
    connection = store._db.provider.pool.con
    connection.set_trace_callback(seen.append)
    store.record([StateRecord("pause.BTCUSDT", "1")])
    assert seen[0] == "PRAGMA synchronous = FULL"
    assert "COMMIT" in seen
    assert seen[-1] == "PRAGMA synchronous = NORMAL"
    seen.clear()
    record(store, lot())
    assert not [sql for sql in seen if "PRAGMA" in sql]
    assert connection.execute("PRAGMA synchronous").fetchone() == (1,)


def test_the_file_is_in_wal_mode_and_only_its_owner_reads_it(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "lots.sqlite"
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    record(store, lot())
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}


def test_a_lease_is_newer_each_time_and_the_older_one_writes_nothing_more(tmp_path):
    url = f"sqlite:///{tmp_path}/lots.sqlite"
    store = Store.open(url)
    first, second = store.take_lease(), store.take_lease()
    assert (first, second) == (1, 2)
    store.record([StateRecord("a", "1")], second)
    with pytest.raises(OvertakenError, match=r"lease 2, ours is 1"):
        store.record([StateRecord("a", "2")], first)
    with pytest.raises(OvertakenError):
        store.check_lease(first)
    store.check_lease(second)
    assert store.state("a") == "1"
    store.close()
