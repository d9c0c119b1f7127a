"""What a lot earned and when: the entries add up to its profit, to the last digit."""

from dataclasses import replace
from decimal import Decimal as D
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import Disposal, DisposalKind
from lotkeeper.trading.money import total
from lotkeeper.trading.reports.profit import fees_by_asset, realised_profit, sum_fees
from lotkeeper.trading.reports.profit_entries import EARNING, EntryKind, day_name, day_of, entries_of
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.make import NOW
from tests.lotkeeper.trading.reports.test_profit import HOUR, TWO_PARTS, after, lot
from tests.lotkeeper.trading.world import MOVES, POLICIES, World


def earned_by_hand(known: Lot) -> D:
    by_hand = [each for each in known.disposals if each.kind is DisposalKind.SOLD_BY_HAND]
    return total(each.proceeds - each.cost for each in by_hand)


def check(known: Lot) -> None:
    entries = entries_of(known)
    assert total(each.profit for each in entries) == realised_profit(known) + earned_by_hand(known)
    assert len({(each.kind, each.number) for each in entries}) == len(entries)
    fees: dict[str, D] = dict(sum((sum_fees(each.fees, ()) for each in entries), ()))
    assert set(fees) == set(fees_by_asset(known))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), policy=st.sampled_from(POLICIES))
def test_the_entries_of_any_lot_add_up_to_its_profit(seed, policy):
    """Whatever a pair went through: parts, dust, manual sales, releases, restarts."""
    world, dice = World(policy), Random(seed)
    for move in dice.choices(list(MOVES), list(MOVES.values()), k=60):
        move(world, dice)
        for known in world.book.lots.values():
            check(known)


def test_a_sale_has_what_its_coins_cost_and_when_they_were_bought():
    known = lot(
        after(0, make.buy(1, quantity="1", price="100")),
        after(5, make.buy(2, quantity="1", price="130", fee="1", asset="USDT")),
        after(9, make.sell(3, quantity="1.5", price="120", fee="0.18")),
    )
    (sale,) = [each for each in entries_of(known) if each.kind is EntryKind.SALE]
    assert (sale.quantity, sale.cost, sale.proceeds, sale.fee) == (D("1.5"), D("165.5"), D(180), D("0.18"))
    assert sale.profit == D("14.32")
    assert (sale.time_ms, sale.bought_ms) == (NOW + 9 * HOUR, (NOW, NOW + 5 * HOUR))
    assert sale.fees == (("USDT", D("0.18")),)


def test_the_dust_of_a_closed_lot_has_an_entry_of_its_own():
    """0.9 sold for 99: by FIFO they cost 88, and by their share 90, because the tenth that is left keeps 10."""
    known = make_closed()
    (dust,) = [each for each in entries_of(known) if each.kind is EntryKind.DUST]
    assert (dust.quantity, dust.profit, dust.time_ms) == (0, D(-2), known.closed_ms)


def make_closed() -> Lot:
    from tests.lotkeeper.trading.reports.test_profit import with_order_for

    return with_order_for(lot(*TWO_PARTS, closed=True))


def test_the_fees_of_buys_are_noted_by_day():
    day = 24
    known = lot(
        after(0, make.buy(1, fee="0.1", asset="BNB")),
        after(0, make.buy(2, fee="0.2", asset="BNB")),
        after(day, make.buy(3, fee="0.4", asset="BTC")),
    )
    entries = entries_of(known)
    assert [(each.kind, each.fees) for each in entries] == [
        (EntryKind.BUY, (("BNB", D("0.3")),)),
        (EntryKind.BUY, (("BTC", D("0.4")),)),
    ]
    assert all(each.profit == 0 for each in entries)
    assert [each.number for each in entries] == [day_of(NOW), day_of(NOW) + 1]


def test_a_manual_sale_earned_what_it_brought_less_its_cost():
    sold = Disposal(make.SYMBOL, 7, DisposalKind.SOLD_BY_HAND, 9, 90, D("0.5"), D(50), D(60), NOW + HOUR)
    released = replace(sold, kind=DisposalKind.RELEASED, number=NOW, order_id=0, proceeds=D(0))
    known = replace(lot(make.buy(1)), disposals=(sold, released))
    (entry,) = [each for each in entries_of(known) if each.kind in EARNING]
    assert (entry.kind, entry.number, entry.order_id) == (EntryKind.MANUAL_SALE, 9, 90)
    assert (entry.quantity, entry.cost, entry.proceeds, entry.profit) == (D("0.5"), D(50), D(60), D(10))


def test_a_manual_sale_that_was_one_of_ours_has_no_entry():
    sold = Disposal(make.SYMBOL, 7, DisposalKind.SOLD_BY_HAND, 9, 90, D(0), D(0), D(0), NOW)
    assert {each.kind for each in entries_of(replace(lot(make.buy(1)), disposals=(sold,)))} == {EntryKind.BUY}


def test_a_lot_without_anything_has_no_entry():
    assert entries_of(Lot(make.SYMBOL, make.BASE, make.QUOTE, 7, state=LotState.CLOSED)) == ()


def test_days_are_those_of_utc():
    assert day_name(day_of(NOW)) == "2023-11-14"  # 22:13:20
    assert day_of(NOW + 2 * HOUR) == day_of(NOW) + 1
