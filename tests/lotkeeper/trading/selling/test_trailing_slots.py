"""Which lots follow the price where the exchange takes few such orders: the nearest, without taking turns."""

from decimal import Decimal as D

from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.filters.counts import MaxNumAlgoOrders
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.orders.refusals import RefusalKind
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.decisions import CancelSell, PlaceSell
from lotkeeper.trading.selling.order_slots import PairConditions
from lotkeeper.trading.selling.plan import decide_lot
from lotkeeper.trading.selling.refused_trails import RefusedTrails
from lotkeeper.trading.selling.trailing_slots import free_trails, lots_to_trail, trail_to_give_up
from tests.lotkeeper.trading import make

KNOWN = PairConditions(make.NOW)


def book(slots: int = 2, free: int = 0, share: int = 100) -> PairBook:
    kept = make.book()
    market = make.market("0.001", MaxNumAlgoOrders(slots), step=D("0.01"), min_quantity=D("0.01"))
    kept.set_terms(market, ExitPolicy(D(0), trailing_bips=150, trailing_share_pct=D(share), free_algo_slots=free))
    return kept


def bought(kept: PairBook, number: int, price: str) -> None:
    kept.apply_fill(make.buy(number, number, "1", price))
    kept.apply_report(make.buy_report(number))


def carried_out(kept: PairBook, number: int, known: PairConditions = KNOWN) -> bool:
    """Decides about a lot, and the exchange does what was decided; whether anything was."""
    did = False
    for step in decide_lot(kept, number, known):
        if isinstance(step, PlaceSell):
            order = kept.lots.record_sell_sent(step, make.NOW)
            kept.apply_report(make.sell_report(order, number * 100 + step.name.generation))
        elif isinstance(step, CancelSell):
            cancelled(kept, step)
        else:
            kept.lots.apply_decision(kept.lots[number], step)
            continue
        did = True
    return did


def cancelled(kept: PairBook, step: CancelSell) -> None:
    kept.lots.apply_order_event(step.name, OrderEvent.CANCEL_SENT, make.NOW)
    order = kept.lots.sell(step.name)
    assert order is not None
    kept.apply_report(make.sell_report(order, step.order_id, "CANCELED"))


def settle(kept: PairBook, known: PairConditions = KNOWN, most: int = 200) -> int:
    """Until nothing is to be done any more; how many steps it took."""
    for count in range(most):
        did = False
        for number in sorted(kept.lots):
            did |= carried_out(kept, number, known)
        for number in lots_to_trail(kept, known):
            did |= carried_out(kept, number, known._replace(arms_trail_of=number))
        step = trail_to_give_up(kept, known)
        if step is not None:
            cancelled(kept, step)
        elif not did:
            return count
    raise AssertionError("they take the slots from each other")


def follows(kept: PairBook) -> list[int]:
    """The lots of which a SELL follows the price."""
    return sorted(number for number, lot in kept.lots.items() if any(each.trail for each in lot.live_sells))


def live(kept: PairBook, number: int) -> tuple[SellOrder, ...]:
    return kept.lots[number].live_sells


def test_the_first_lots_follow_as_many_as_there_are_slots() -> None:
    kept = book()
    for number, price in ((7, "100"), (8, "101"), (9, "102")):
        bought(kept, number, price)
    settle(kept)
    assert follows(kept) == [7, 8]
    assert live(kept, 9)[0].trail is None


def test_a_nearer_lot_stands_as_limit_at_once_and_then_takes_the_slot_of_the_farthest() -> None:
    kept = book()
    for number, price in ((7, "100"), (8, "110")):
        bought(kept, number, price)
    settle(kept)
    bought(kept, 9, "90")
    carried_out(kept, 9)
    assert live(kept, 9)[0].trail is None
    assert follows(kept) == [7, 8]
    step = trail_to_give_up(kept, KNOWN)
    assert step is not None
    assert step.name.buy_order_id == 8
    assert step.why == "lot BTCUSDT-9 at 90.1 is nearer, and follows the price in its place"
    settle(kept)
    assert follows(kept) == [7, 9]
    assert all(len(live(kept, number)) == 1 for number in kept.lots)


def test_a_lot_that_is_nearer_by_less_than_a_thousandth_takes_no_slot() -> None:
    kept = book(slots=1)
    bought(kept, 7, "100.05")
    settle(kept)
    bought(kept, 8, "100")
    settle(kept)
    assert follows(kept) == [7]


def test_a_slot_that_gets_free_goes_to_the_nearest() -> None:
    kept = book(slots=1)
    for number, price in ((7, "100"), (8, "110"), (9, "105")):
        bought(kept, number, price)
    settle(kept)
    assert lots_to_trail(kept, KNOWN) == []
    (order,) = live(kept, 7)
    kept.apply_report(make.sell_report(order, order.order_id or 0, "FILLED", "1"))
    assert lots_to_trail(kept, KNOWN) == [9]
    settle(kept)
    assert follows(kept) == [9]


def test_a_farther_lot_leaves_the_free_slot_to_a_nearer_one() -> None:
    kept = book(slots=1)
    blocked = RefusedTrails()
    blocked.note(7, RefusalKind.OTHER, had_stop_price=True, now_ms=make.NOW)
    bought(kept, 7, "100")
    carried_out(kept, 7, KNOWN._replace(refused_trails=blocked))
    bought(kept, 8, "110")
    carried_out(kept, 8)
    assert follows(kept) == []
    bought(kept, 9, "90")
    carried_out(kept, 9)
    assert follows(kept) == [9]


def test_a_lot_whose_sell_was_refused_stands_as_limit_and_holds_up_no_other() -> None:
    kept = book(slots=1)
    refused = RefusedTrails()
    refused.note(7, RefusalKind.MAX_NUM_ALGO_ORDERS, had_stop_price=True, now_ms=make.NOW)
    for number, price in ((7, "100"), (8, "110")):
        bought(kept, number, price)
    settle(kept, KNOWN._replace(refused_trails=refused))
    assert follows(kept) == [8]
    assert len(live(kept, 7)) == 1


def traders(number: int, kind: str, status: str = "NEW") -> OrderReport:
    amounts = D(90), D(1), D(0), D(0)
    return OrderReport(make.SYMBOL, number, "web", Side.SELL, status, *amounts, make.NOW, order_type=kind)


def test_orders_of_the_trader_that_wait_for_a_price_take_slots_too() -> None:
    kept = book(slots=3)
    assert free_trails(kept) == 3
    kept.apply_report(traders(900, "LIMIT"))
    kept.apply_report(traders(901, "STOP_LOSS_LIMIT"))
    kept.apply_report(traders(902, "TAKE_PROFIT"))
    assert free_trails(kept) == 1
    kept.apply_report(traders(901, "STOP_LOSS_LIMIT", "CANCELED"))
    assert free_trails(kept) == 2
    kept.other_orders.clear()
    assert free_trails(kept) == 3


def test_slots_are_left_to_the_trader_who_may_use_them() -> None:
    kept = book(slots=5, free=2)
    assert free_trails(kept) == 3
    kept.apply_report(traders(901, "STOP_LOSS_LIMIT"))
    assert free_trails(kept) == 3
    kept.set_terms(make.market(), kept.policy)
    assert free_trails(kept) is None  # no filter, no limit


def test_nothing_is_moved_while_nothing_can_be_sent() -> None:
    kept = book(slots=1)
    for number, price in ((7, "100"), (8, "90")):
        bought(kept, number, price)
        carried_out(kept, number)
    for known in (KNOWN._replace(obstacle="paused"), KNOWN._replace(pause="a moment"), KNOWN._replace(send_room=0)):
        assert trail_to_give_up(kept, known) is None
        assert lots_to_trail(kept, known) == []
    assert trail_to_give_up(kept, KNOWN) is not None


def test_one_slot_is_given_up_at_a_time() -> None:
    kept = book()
    for number, price in ((7, "100"), (8, "110"), (9, "90"), (10, "91")):
        bought(kept, number, price)
        carried_out(kept, number)
    step = trail_to_give_up(kept, KNOWN)
    assert step is not None
    kept.lots.apply_order_event(step.name, OrderEvent.CANCEL_SENT, make.NOW)
    assert trail_to_give_up(kept, KNOWN) is None
    order = kept.lots.sell(step.name)
    assert order is not None
    assert order.state is OrderState.CANCELING


@settings(deadline=None, max_examples=40)
@given(
    prices=st.lists(st.integers(80, 120), min_size=1, max_size=9),
    slots=st.integers(1, 4),
    share=st.sampled_from([100, 60]),
)
def test_whatever_comes_in_the_nearest_follow_and_it_comes_to_rest(prices: list[int], slots: int, share: int) -> None:
    """No lot that stands as LIMIT is nearer by a thousandth than one that follows; each lot is covered once."""
    kept = book(slots=slots, share=share)
    for number, price in enumerate(prices, 7):
        bought(kept, number, str(price))
        settle(kept)
    assert settle(kept) == 0
    following, others = follows(kept), sorted(set(kept.lots) - set(follows(kept)))
    assert len(following) == min(slots, len(prices))
    for lot in kept.lots.values():
        assert lot.remainder == 0
        assert sum(order.open_quantity for order in lot.live_sells) == 1
    farthest = max(order.price for number in following for order in live(kept, number))
    assert all(order.price * D("1.001") > farthest for number in others for order in live(kept, number))
