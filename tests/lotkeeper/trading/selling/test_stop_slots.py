"""Few stops for many lots: the highest SELLs have them, and none goes back and forth."""

from decimal import Decimal as D

from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.filters.counts import MaxNumAlgoOrders, MaxNumOrderLists
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.decisions import CancelSell, PlaceSell
from lotkeeper.trading.selling.order_slots import PairConditions
from lotkeeper.trading.selling.plan import decide_lot
from lotkeeper.trading.selling.stop_slots import most_stops, stop_slots
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.selling.slots import KNOWN, NOW, bought

POLICY = ExitPolicy(D(1), stop_loss_pct=D(8), stop_limit_pct=D(1), free_order_slots=0)


def book(algo: int = 2, *others, **rules) -> PairBook:
    kept = make.book()
    kept.set_terms(make.market("0.001", MaxNumAlgoOrders(algo), *others, step=D("0.01"), **rules), POLICY)
    return kept


def settle(kept: PairBook, numbers, known: PairConditions = KNOWN) -> list[tuple[int, object]]:
    """Decides about all lots again and again, as comparisons do, until nothing changes; what was done."""
    done = []
    for _ in range(60):
        changed = False
        for number in numbers:
            (step,) = decide_lot(kept, number, known)
            if isinstance(step, PlaceSell):
                order = kept.lots.record_sell_sent(step, NOW)
                kept.apply_report(make.sell_report(order, number * 1000 + order.name.generation))
            elif isinstance(step, CancelSell):
                order = kept.lots.sell(step.name)
                ended = make.sell_report(order, order.order_id, "CANCELED", client_id=f"{order.client_id}-x")
                kept.apply_report(ended)
            else:
                continue
            changed = True
            done.append((number, step))
        if not changed:
            return done
    raise AssertionError("it goes on for ever")


def with_stops(kept: PairBook) -> list[int]:
    return [lot.buy_order_id for lot in kept.lots.values() if any(each.stop for each in lot.live_sells)]


def test_the_least_limit_counts():
    assert most_stops(make.pair()) is None
    assert most_stops(make.pair(MaxNumAlgoOrders(5), MaxNumOrderLists(3))) == 3


def test_the_first_lots_have_them_and_the_next_has_a_limit():
    kept = book()
    for number, price in enumerate(("100", "101", "99"), 1):
        bought(kept, number, price)
        settle(kept, [number])
    assert with_stops(kept) == [1, 2]
    assert all(lot.open_quantity == 1 for lot in kept.lots.values())


def test_a_nearer_lot_gets_the_stop_of_the_farthest_and_no_lot_is_left_without_an_order():
    kept = book()
    for number, price in enumerate(("100", "101", "110"), 1):
        bought(kept, number, price)
        settle(kept, [number])
    assert with_stops(kept) == [1, 2]
    done = settle(kept, [1, 2, 3])
    assert with_stops(kept) == [2, 3]
    assert [(number, type(step).__name__) for number, step in done] == [
        (1, "CancelSell"),
        (3, "CancelSell"),
        (1, "PlaceSell"),
        (3, "PlaceSell"),
    ]
    assert all(lot.open_quantity == 1 for lot in kept.lots.values())


def test_a_stop_does_not_move_for_less_than_a_thousandth():
    kept = book(1)
    for number, price in enumerate(("100", "100.05"), 1):
        bought(kept, number, price)
        settle(kept, [number])
    assert settle(kept, [1, 2]) == []


def test_a_slot_that_is_free_goes_to_the_highest_without_a_stop():
    kept = book(1)
    for number, price in enumerate(("100", "90", "95"), 1):
        bought(kept, number, price)
        settle(kept, [number])
    (order,) = kept.lots[1].live_sells
    kept.apply_report(make.sell_report(order, order.order_id, "FILLED", "1"))
    assert stop_slots(kept, NOW, 3).stop_from == kept.lots[3].live_sells[0].price
    settle(kept, [2, 3])
    assert with_stops(kept) == [3]


def test_the_last_order_slot_is_not_enough_for_two_orders():
    kept = book(5, max_orders=3)
    for number in (1, 2):
        bought(kept, number, "100")
        settle(kept, [number])
    assert with_stops(kept) == [1]
    assert kept.lots.index.live_sells == 3


def test_without_any_limit_all_may_have_one():
    kept = make.book()
    kept.set_terms(make.market(step=D("0.01")), POLICY)
    assert stop_slots(kept, NOW, 3).stop_from == 0


@settings(deadline=None, max_examples=50)
@given(
    prices=st.lists(st.decimals(min_value=50, max_value=150, places=1), min_size=1, max_size=7, unique=True),
    algo=st.integers(1, 3),
    order=st.randoms(use_true_random=False),
)
def test_in_the_end_the_highest_have_them(prices, algo, order):
    kept, numbers = book(algo), list(range(1, len(prices) + 1))
    for number, price in zip(numbers, prices, strict=True):
        bought(kept, number, str(price))
        settle(kept, [number])
    order.shuffle(numbers)
    settle(kept, numbers)
    found = with_stops(kept)
    assert len(found) == min(algo, len(prices))
    lowest = min(prices[number - 1] for number in found)
    others = [price for number, price in enumerate(prices, 1) if number not in found]
    assert all(price <= lowest * D("1.0012") for price in others)
    assert all(lot.open_quantity == 1 for lot in kept.lots.values())


def test_a_sell_in_flight_takes_a_slot():
    kept = book(1)
    for number in (1, 2):
        bought(kept, number, "100")
        (step,) = decide_lot(kept, number, KNOWN)
        kept.lots.record_sell_sent(step, NOW)
    states = [(lot.orders[0].state, bool(lot.orders[0].stop)) for lot in kept.lots.values()]
    assert states == [(OrderState.PLACING, True), (OrderState.PLACING, False)]


def test_whose_stop_was_triggered_keeps_its_slot():
    kept = book(1)
    bought(kept, 1, "100")
    settle(kept, [1])
    (order,) = kept.lots[1].live_sells
    kept.apply_report(make.sell_report(order, order.order_id, "EXPIRED"))
    bought(kept, 2, "150")
    settle(kept, [1, 2])
    assert with_stops(kept) == [1]


# Break-even: the lots that are not armed, and those whose stop the bid has not passed, take no slot

EVEN = ExitPolicy(D(50), break_even_gain_pct=D(2), free_order_slots=0)


def at_bid(bid: str) -> PairConditions:
    return PairConditions(NOW, bid=D(bid))


def with_limits(*prices: str) -> PairBook:
    """Of each lot a LIMIT stands; there is room for one stop."""
    kept = make.book()
    kept.set_terms(make.market("0.001", MaxNumAlgoOrders(1), step=D("0.01")), EVEN)
    for number, price in enumerate(prices, 1):
        bought(kept, number, price)
        settle(kept, [number])
    return kept


def test_a_lot_that_is_not_armed_leaves_the_slot_to_one_that_is():
    kept = with_limits("100", "110")
    kept.lots.arm_break_even(1, NOW)
    settle(kept, [1, 2], at_bid("130"))
    assert with_stops(kept) == [1]


def test_a_lot_whose_stop_is_above_the_bid_leaves_the_slot_to_one_below():
    kept = with_limits("100", "110")
    for number in (1, 2):
        kept.lots.arm_break_even(number, NOW)
    settle(kept, [1, 2], at_bid("105"))
    assert with_stops(kept) == [1]
    settle(kept, [1, 2], at_bid("115"))
    assert with_stops(kept) == [2]


def test_a_stop_is_not_given_up_to_a_lot_whose_stop_is_above_the_bid():
    kept = with_limits("100", "110")
    for number in (1, 2):
        kept.lots.arm_break_even(number, NOW)
    settle(kept, [1], at_bid("105"))
    assert settle(kept, [1, 2]) == []
    assert with_stops(kept) == [1]
