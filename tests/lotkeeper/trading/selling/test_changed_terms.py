"""Standing SELLs after a change of the configuration: which are placed again, and which stay as they are."""

from dataclasses import replace
from decimal import Decimal as D

import pytest

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.orders.states import OrderEvent
from lotkeeper.trading.policy import ExitPolicy, Rung
from lotkeeper.trading.selling.changed_terms import is_worth_it, sells_to_replace
from lotkeeper.trading.selling.decisions import CancelSell, Decision, PlaceSell, Wait
from lotkeeper.trading.selling.order_slots import PairConditions
from lotkeeper.trading.selling.plan import decide_lot, waits_to_replace
from tests.lotkeeper.trading import make

MARKET = make.market(step=D("0.001"), min_quantity=D("0.001"))
ONE_PERCENT = ExitPolicy(D(1))
LADDER = (Rung(D(50), D("0.5")), Rung(D(30), D(1)), Rung(D(20), D(2)))


def standing(policy: ExitPolicy = ONE_PERCENT, quantity: str = "1") -> PairBook:
    """A lot whose SELLs stand."""
    book = make.book(market=MARKET, policy=policy)
    book.apply_fill(make.buy(quantity=quantity))
    place_all(book, policy)
    return book


def step(book: PairBook, policy: ExitPolicy, **more: object) -> Decision:
    return make.decision(book.lots[7], MARKET, policy, **more)


def place_all(book: PairBook, policy: ExitPolicy) -> None:
    while isinstance(found := step(book, policy), PlaceSell):
        order = book.lots.record_sell_sent(found, make.NOW)
        book.apply_report(make.sell_report(order, 70 + order.name.generation))


def apply_change(book: PairBook, policy: ExitPolicy, most: int = 20) -> int:
    """Carries out all that a change brings; how many SELLs were placed again."""
    for count in range(most):
        found = step(book, policy)
        if not isinstance(found, CancelSell):
            return count
        order = next(each for each in book.lots[7].orders if each.name == found.name)
        book.apply_report(make.sell_report(order, found.order_id, "CANCELED", client_id=f"{order.client_id}-x"))
        place_all(book, policy)
    raise AssertionError("it does not come to an end")


def prices(book: PairBook) -> list[str]:
    return sorted(str(order.price) for order in book.lots[7].live_sells)


# 100 * 1.01 / 0.999 = 101.1011...; at 3 % 103.1031..., at 0 % 100.1001...
@pytest.mark.parametrize(("percent", "price"), [("3", "103.11"), ("0", "100.11")])
def test_a_change_of_the_wanted_profit_places_a_sell_again(percent, price):
    book = standing()
    found = step(book, ExitPolicy(D(percent)))
    assert isinstance(found, CancelSell)
    assert found.why == f"it is to be sold at {price} now"
    assert apply_change(book, ExitPolicy(D(percent))) == 1
    assert prices(book) == [price]


@pytest.mark.parametrize("percent", ["1", "1.0999", "0.9001"])
def test_what_would_be_the_same_or_nearly_so_stands(percent):
    book = standing()
    assert isinstance(step(book, ExitPolicy(D(percent))), Wait)


def test_settings_that_no_price_follows_from_change_nothing():
    book = standing()
    others = replace(ONE_PERCENT, max_sells=1, free_order_slots=0, bnb_discount=True)
    assert isinstance(step(book, others), Wait)


def test_a_fee_that_has_risen_changes_nothing():
    book = standing()
    assert isinstance(make.decision(book.lots[7], make.market("0.005", step=D("0.001")), ONE_PERCENT), Wait)


def test_a_sell_that_was_found_on_the_exchange_keeps_its_price():
    book = make.book(market=MARKET, policy=ONE_PERCENT)
    book.apply_fill(make.buy())
    book.apply_report(make.named_report(7, 1, 71, "1", "120"))
    assert isinstance(step(book, ONE_PERCENT), Wait)


def test_of_a_ladder_only_the_parts_that_changed_are_placed_again():
    book = standing(ExitPolicy(D(0), ladder=LADDER))
    before = prices(book)
    changed = ExitPolicy(D(0), ladder=(*LADDER[:2], Rung(D(20), D(5))))
    assert apply_change(book, changed) == 1
    # 20 * 1.05 / (0.2 * 0.999) = 105.1051...
    assert prices(book) == [*before[:2], "105.11"]


def test_without_its_ladder_the_parts_of_a_lot_are_sold_at_one_profit():
    book = standing(ExitPolicy(D(0), ladder=LADDER))
    apply_change(book, ExitPolicy(D("0.5")))
    assert prices(book) == ["100.61"] * 3
    assert book.lots[7].remainder == 0


def test_a_sell_is_not_cancelled_where_it_could_not_be_placed_again():
    book = standing()
    cheaper = ExitPolicy(D(0))
    assert isinstance(step(book, cheaper, obstacle="the pair is paused"), Wait)
    assert isinstance(step(book, cheaper, pause="the limit of orders is reached"), Wait)
    assert isinstance(step(book, cheaper, free_balance=D(0)), Wait)
    halted = make.market(status="HALT", step=D("0.001"))
    assert isinstance(make.decision(book.lots[7], halted, cheaper), Wait)
    small = make.market(step=D("0.001"), min_notional=D("100.5"))  # at 100.11 it is worth less
    assert isinstance(make.decision(book.lots[7], small, cheaper), Wait)


def test_a_lot_that_is_held_is_left_alone():
    book = standing()
    order = book.lots[7].orders[0]
    book.apply_report(make.sell_report(order, 71, "CANCELED"))
    assert isinstance(step(book, ExitPolicy(D(9))), Wait)


def test_one_sell_of_a_lot_is_replaced_at_a_time():
    book = standing(ExitPolicy(D(0), ladder=LADDER))
    found = step(book, ExitPolicy(D(9)))
    assert isinstance(found, CancelSell)
    book.lots.apply_order_event(found.name, OrderEvent.CANCEL_SENT, make.NOW)
    assert isinstance(step(book, ExitPolicy(D(9))), Wait)


def test_a_part_that_is_left_of_a_sell_and_too_small_for_an_order_stands():
    book = standing()
    order = book.lots[7].orders[0]
    book.apply_report(make.sell_report(order, 71, "PARTIALLY_FILLED", executed="0.96"))
    assert isinstance(step(book, ExitPolicy(D(9))), Wait)


def test_beside_a_least_profit_only_a_higher_percentage_counts():
    policy = ExitPolicy(D(1), min_net_profit=D(4))
    book = standing(policy)
    assert isinstance(step(book, replace(policy, net_profit_pct=D(0))), Wait)
    assert isinstance(step(book, replace(policy, net_profit_pct=D(9))), CancelSell)
    assert list(sells_to_replace(book.lots[7], MARKET, policy)) == []


def test_the_lowest_price_is_replaced_first():
    policy = ExitPolicy(D(0), ladder=LADDER)
    lot = standing(policy).lots[7]
    wanted = [order.price for order in sells_to_replace(lot, MARKET, ExitPolicy(D(5)))]
    assert wanted == [D("100.61"), D("101.11"), D("102.11")]


def test_a_thousandth_of_the_price_is_worth_a_place_on_the_book():
    assert [is_worth_it(D(100), D(price)) for price in ("99.9", "99.91", "100.09", "100.1")] == [
        True,
        False,
        False,
        True,
    ]


def test_each_sell_has_its_share_of_the_least_profit_and_stands():
    """Two SELLs of 0.5 ask for 0.5 USDT each, and the lot for 1."""
    market, policy = make.market(step=D("0.001"), max_quantity=D("0.5")), ExitPolicy(D(0), min_net_profit=D(1))
    book = make.book(market=market, policy=policy)
    book.apply_fill(make.buy(quantity="1"))
    while isinstance(found := make.decision(book.lots[7], market, policy), PlaceSell):
        order = book.lots.record_sell_sent(found, make.NOW)
        book.apply_report(make.sell_report(order, 70 + order.name.generation))
    assert [order.profit for order in book.lots[7].orders] == [D("0.5"), D("0.5")]
    assert list(sells_to_replace(book.lots[7], market, policy)) == []


def test_no_more_are_being_cancelled_than_may_be_sent():
    """The others wait, and are known to wait."""
    book = standing()
    book.apply_fill(make.buy(2, 8))
    found = decide_lot(book, 8, PairConditions(make.NOW))[-1]
    assert isinstance(found, PlaceSell)
    other = book.lots.record_sell_sent(found, make.NOW)
    book.apply_report(make.sell_report(other, 81))
    book.set_terms(MARKET, ExitPolicy(D(9)))
    known = PairConditions(make.NOW, send_room=1)
    (cancel,) = decide_lot(book, 7, known)
    assert isinstance(cancel, CancelSell)
    assert not waits_to_replace(book, 8, known)  # nothing is being cancelled yet
    book.lots.apply_order_event(cancel.name, OrderEvent.CANCEL_SENT, make.NOW)
    (wait,) = decide_lot(book, 8, known)
    assert isinstance(wait, Wait)
    assert waits_to_replace(book, 8, known)
    assert not waits_to_replace(book, 9, known)
    more = PairConditions(make.NOW, send_room=2)
    assert isinstance(decide_lot(book, 8, more)[-1], CancelSell)


def test_what_no_sell_covers_is_sold_first_where_there_is_an_order_slot():
    book = standing()
    book.apply_fill(make.buy(2))
    assert isinstance(step(book, ExitPolicy(D(9))), PlaceSell)
    assert isinstance(step(book, ExitPolicy(D(9)), can_place=False), CancelSell)
