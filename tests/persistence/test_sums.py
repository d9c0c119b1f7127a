"""The sums over closed lots."""

from dataclasses import replace
from decimal import Decimal as D
from random import Random

import pytest

from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.reports.profit import Totals, realised_profit, totals_of
from persistence.records import (
    CursorRecord,
    FillRecord,
)
from persistence.store import Store
from tests.persistence.lots import SYMBOL, dusty, lot, record, sell, sold


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
    assert sums.realised_profit == 2 * realised_profit(sold(2))


@pytest.mark.parametrize("asked", [True, False])
def test_sums_include_what_is_learned_after_a_lot_was_closed(store: Store, asked: bool) -> None:
    record(store, sold(2))
    if asked:
        closed(store)
    late = sell(3, 22, quote_quantity=D(100), commission=D(1))
    store.record([FillRecord("BTCUSDT-2", late)])
    assert closed(store).realised_profit == realised_profit(sold(2)) + 99


def test_a_lot_that_opened_again_is_in_no_sum(store: Store) -> None:
    record(store, sold(2))
    assert closed(store).lots == 1
    record(store, replace(sold(2), state=LotState.OPEN))
    assert closed(store).lots == 0


def test_a_dust_transfer_does_not_change_what_a_closed_lot_earned(store: Store) -> None:
    """The cost goes with the dust: the sums are computed again and stay the same."""
    record(store, dusty(3))
    before = closed(store).realised_profit
    cost = dusty(3).inventory_cost
    record(store, replace(dusty(3), dust_given=(DustTransfer(SYMBOL, 3, 4, 2, D("0.0995"), cost, 2000),)))
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


def test_sums_are_kept_when_lots_are_counted_and_a_start_adds_nothing_up(store: Store) -> None:
    record(store, lot(1), sold(2), sold(3))
    assert store.count_lots(10) == 3
    with store._transaction():
        row = store._entities.closed_sum.get(symbol=SYMBOL)
        assert (row.lots, D(row.profit)) == (2, 2 * realised_profit(sold(2)))
    assert closed(store).lots == 2


@pytest.mark.parametrize("seed", range(3))
def test_kept_sums_stay_those_of_the_closed_lots_whatever_comes(store: Store, seed: int) -> None:
    dice, known = Random(seed), {number: sold(number) for number in range(2, 8)}
    for _ in range(30):
        number = dice.randrange(2, 8)
        state = dice.choice([LotState.CLOSED, LotState.CLOSED, LotState.OPEN])
        known[number] = replace(known[number], state=state)
        record(store, known[number])
        if dice.random() < 0.3:
            store.count_lots(dice.randint(1, 5))
    store.count_lots(100)
    finished = [each for each in known.values() if each.state is LotState.CLOSED and store.lot(each.lot_id)]
    expected = sum((totals_of([each]) for each in finished), Totals())
    assert replace(closed(store), first_sell_ms=None) == replace(expected, first_sell_ms=None)


def test_a_database_without_kept_sums_gets_them(store: Store) -> None:
    """As an earlier version leaves it: the lots have their sums, the pair has none."""
    record(store, sold(2), sold(3))
    before = closed(store)
    with store._transaction():
        store._entities.closed_sum.get(symbol=SYMBOL).delete()
    assert closed(store) == before
    record(store, sold(4))
    assert closed(store).lots == 3
