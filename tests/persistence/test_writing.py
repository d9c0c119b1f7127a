"""Records that come twice, late or out of order."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.filters.amounts import LotSize, Notional, PriceFilter, TrailingDelta
from lotkeeper.trading.filters.counts import MaxNumOrders
from lotkeeper.trading.lots.fees import SellFee
from lotkeeper.trading.lots.transfers import CostMove, DustTransfer
from lotkeeper.trading.orders.fills import FeeValue
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import StopLeg, StopPrices
from lotkeeper.trading.pair import TradePair
from lotkeeper.trading.policy import Dust, ExitPolicy, Market, OnPartial, Terms
from persistence.records import (
    CostMoveRecord,
    CursorRecord,
    DustTransferRecord,
    FeeValueRecord,
    FillRecord,
    OrderRecord,
    PairRecord,
    StateRecord,
    lot_record,
)
from persistence.store import Store
from persistence.writing import must_survive_power_loss
from tests.persistence.lots import SYMBOL, buy, dusty, lot, order, record, sell, sold


def test_a_lot_of_many_fills_may_be_recorded_many_times(store: Store) -> None:
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


def test_a_late_copy_of_an_older_state_changes_no_state(store: Store) -> None:
    filled = order(executed=D("0.4995"), state=OrderState.FILLED, updated_ms=9)
    record(store, lot(orders=(filled,)))
    store.record([OrderRecord("BTCUSDT-7", order(state=OrderState.PLACING, order_id=None, updated_ms=1))])
    assert store.load_pair(SYMBOL).lots[0].orders == (filled,)


@pytest.mark.parametrize("late_first", [False, True])
def test_what_a_stop_has_sold_grows_with_what_its_sell_has_sold(store: Store, late_first: bool) -> None:
    """Fills that are read tell no time: a record of them comes after a newer report of less, or before it."""
    prices = StopPrices(D(55000), D(54900))
    part, whole = (StopLeg(prices, 9, D(each), target_has_ended=True) for each in ("0.3", "0.4995"))
    told = order(executed=D("0.3"), state=OrderState.PARTIALLY_FILLED, updated_ms=9, stop=part)
    read = order(executed=D("0.4995"), state=OrderState.FILLED, updated_ms=1, stop=whole)
    record(store, lot(orders=(read if late_first else told,)))
    store.record([OrderRecord("BTCUSDT-7", told if late_first else read)])
    (found,) = store.load_pair(SYMBOL).lots[0].orders
    assert (found.executed, found.stop) == (D("0.4995"), whole)


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
    assert (store.sell_rate(SYMBOL), store.sell_rate("ETHUSDT")) == (D("0.00075"), None)


def test_values_of_the_system_state_are_found_by_key(store: Store) -> None:
    store.record([StateRecord("pause.BTCUSDT", "1"), StateRecord("pause.ETHUSDT", ""), StateRecord("pausen", "x")])
    store.record([StateRecord("pause.BTCUSDT", "0")])
    assert store.state("pause.BTCUSDT") == "0"
    assert store.state("pause.ETHUSDT") == ""
    assert store.state("pause.XRPUSDT") is None


def test_a_dust_transfer_is_recorded_for_both_lots(store: Store) -> None:
    record(store, dusty(3), lot(4))
    store.record([CursorRecord(SYMBOL, 31, 1000)])
    store.load_pair(SYMBOL)  # works out the sums of what is closed, and keeps them
    carry = DustTransfer(SYMBOL, 3, 4, 2, D("0.0995"), D(6375), 2000)
    store.record([DustTransferRecord(carry), DustTransferRecord(carry)])
    giver, taker = sorted(store.lots(), key=lambda each: each.buy_order_id)
    assert (giver.dust_given, giver.dust_taken, taker.dust_taken, taker.dust_given) == ((carry,), (), (carry,), ())
    assert giver.remainder == 0
    assert [each.buy_order_id for each in store.load_pair(SYMBOL).lots] == [4]


def test_a_cost_move_is_recorded_for_both_lots_and_never_changes(store: Store) -> None:
    record(store, lot(3), lot(4))
    move = CostMove(SYMBOL, 3, 4, 1, D("5.000000000001"), 2000)
    store.record([CostMoveRecord(move), CostMoveRecord(move), CostMoveRecord(replace(move, cost=D(7)))])
    giver, taker = sorted(store.lots(), key=lambda each: each.buy_order_id)
    assert giver.cost_moves == taker.cost_moves == (move,)
    assert (giver.moved_cost, taker.moved_cost) == (D("-5.000000000001"), D("5.000000000001"))
    assert must_survive_power_loss(CostMoveRecord(move))


def test_a_cost_move_changes_what_a_closed_lot_earned(store: Store) -> None:
    record(store, sold(3), lot(4))
    store.record([CursorRecord(SYMBOL, 31, 1000)])
    before = store.load_pair(SYMBOL).closed.realised_profit
    store.record([CostMoveRecord(CostMove(SYMBOL, 3, 4, 1, D(5), 2000))])
    assert store.load_pair(SYMBOL).closed.realised_profit == before + 5


def test_the_terms_of_a_sell_are_never_forgotten_nor_invented(store: Store) -> None:
    placed = order(profit=D("160.00025"), sell_rate=D("0.001"))
    record(store, lot(orders=(placed, order(generation=2, order_id=9))))
    first, second = store.load_pair(SYMBOL).lots[0].orders
    assert (first.profit, first.sell_rate) == (D("160.00025"), D("0.001"))
    assert (second.profit, second.sell_rate) == (None, None)


# Refused and expired SELLs


def refusals(*generations: int, state: OrderState = OrderState.REFUSED) -> tuple[SellOrder, ...]:
    return tuple(order(generation=each, state=state, order_id=None, profit=D(1)) for each in generations)


@pytest.mark.parametrize("state", [OrderState.REFUSED, OrderState.EXPIRED])
def test_setbacks_that_a_lot_has_forgotten_leave_the_database(store: Store, state: OrderState) -> None:
    record(store, lot(orders=refusals(*range(1, 40), state=state)))
    record(store, lot(orders=refusals(38, 39, 40, state=state)))
    assert store.load_pair(SYMBOL).lots[0].orders == refusals(38, 39, 40, state=state)


def test_nothing_else_leaves_the_database(store: Store) -> None:
    standing, other = order(generation=41), lot(8, orders=(order(8, 1, state=OrderState.REFUSED, order_id=None),))
    sold_some = order(generation=2, state=OrderState.REFUSED, order_id=None, executed=D("0.1"))
    record(store, lot(orders=(*refusals(1), sold_some, *refusals(38, 39), standing)))
    record(store, other)
    record(store, lot(orders=refusals(39, 40)))
    found = {each.buy_order_id: each.orders for each in store.load_pair(SYMBOL).lots}
    assert found[7] == (sold_some, *refusals(39, 40), standing)
    assert found[8] == other.orders


def test_an_older_record_that_comes_late_brings_none_back_for_long(store: Store) -> None:
    record(store, lot(orders=refusals(38, 39, 40)))
    record(store, lot(orders=refusals(*range(1, 38))))
    record(store, lot(orders=refusals(38, 39, 40)))
    assert store.load_pair(SYMBOL).lots[0].orders == refusals(38, 39, 40)
