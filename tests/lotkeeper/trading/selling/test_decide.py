from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

import pytest

from lotkeeper.trading.filters.amounts import Precision
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import FeeValue
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.policy import ExitPolicy, OnPartial
from lotkeeper.trading.selling.decide import unprotected_quantity, wait_for_trades
from lotkeeper.trading.selling.decisions import (
    CancelSell,
    Close,
    Park,
    ParkCause,
    PlaceSell,
    ValueFees,
    Wait,
    WaitUntil,
)
from lotkeeper.trading.selling.next_sell import sellable
from tests.lotkeeper.trading import make

COMPLETE = make.policy(on_partial=OnPartial.COMPLETE)


def bought(*fills):
    book = make.book()
    for fill in fills or (make.buy(),):
        book.apply_fill(fill)
    return book


def deciding(book, *, on=None, by=None, at=make.NOW):
    return make.decision(book.lots[7], on, by, at)


def asked(sell):
    """Which SELL at which price, and the cost that it covers."""
    assert isinstance(sell, PlaceSell), sell
    return sell.name, sell.price, sell.quantity, sell.cost


# Placing


def test_a_buy_is_sold_at_its_floor():
    # 100 / 0.999 = 100.1001...
    assert asked(deciding(bought())) == (SellName(7, 1), D("100.11"), D(1), D(100))


def test_the_worked_example():
    """Fee in the coin; what is below a step stays with its share of the cost."""
    book = bought(make.buy(quantity="0.001", price="50000", fee="0.000001"))
    decision = deciding(book, on=make.market(min_notional=D(5)))
    assert isinstance(decision, PlaceSell)
    assert (decision.price, decision.quantity) == (D("50100.16"), D("0.00099"))
    # 50 * 0.00099 / 0.000999 = 49.549549...
    assert abs(decision.cost - D("49.549549549549")) <= D("1E-12")


def test_the_floor_is_that_of_the_exact_share_of_the_cost():
    """Two of three for 1: a third each, and the share written down is rounded below two thirds."""
    book = bought(make.buy(quantity="3", price="0.3333333333333333333333333333333333"))
    fine = {"tick": D("1E-12"), "step": D(2), "min_notional": D(0), "precision": Precision(8, 12)}
    decision = deciding(book, on=make.market(rate="0", **fine))
    assert (decision.price, decision.quantity) == (D("0.333333333334"), D(2))


def test_the_sells_of_a_climbing_lot_bring_the_floor_of_all_they_cover_together():
    """The dust of the first, cheaper part stays; together they cover their share of the whole lot's cost."""
    market = make.market(rate="0.00002", min_notional=D(5))
    book = bought(make.buy(quantity="0.00014", price="59870.61", fee="0.00000002"))
    first = make.place(book, on=market)
    book.apply_fill(make.buy(2, quantity="0.00046", price="59970.62", fee="0.00000009"))
    book.apply_report(make.sell_report(first, order_id=70))
    second = make.place(book, on=market)
    lot = book.lots[7]
    covered = Fraction(lot.cost) * Fraction(first.quantity + second.quantity) / Fraction(lot.received)
    brought = (first.price * first.quantity + second.price * second.quantity) * (1 - D("0.00002"))
    assert Fraction(brought) >= covered


def test_the_floor_may_lie_below_the_bid_and_stands_all_the_same():
    """The decision knows no bid: the exchange then sells at once, and better."""
    assert deciding(bought(make.buy(price="0.01"), make.buy(2, price="100"))).price == D("50.06")


def test_a_lowest_price_of_the_exchange_lifts_the_sell():
    decision = deciding(bought(), on=make.market(min_price=D("120.5")))
    assert decision.price == D("120.5")


def test_a_lowest_price_off_the_tick_is_lifted_to_the_tick():
    decision = deciding(bought(), on=make.market(min_price=D("120.503")))
    assert decision.price == D("120.51")


def test_a_largest_quantity_leaves_the_rest_for_the_next_sell():
    book = bought(make.buy(quantity="2.5"))
    capped = make.market(max_quantity=D("1.000004"))
    quantities = []
    for order_id in (70, 71, 72):
        order = make.place(book, on=capped)
        quantities.append(order.quantity)
        assert isinstance(deciding(book, on=capped), Wait)
        book.apply_report(make.sell_report(order, order_id))
    assert quantities == [1, 1, D("0.5")]
    assert book.lots[7].uncovered_cost == 0
    assert deciding(book, on=capped) == Wait("its SELLs on the book", WaitUntil.SOLD)


def test_a_largest_notional_leaves_the_rest_for_the_next_sell():
    book = bought(make.buy(quantity="2"))
    decision = deciding(book, on=make.market(max_notional=D(150)))
    assert decision.price * decision.quantity <= 150 < decision.price * (decision.quantity + D("0.00001"))
    assert decision.price == D("100.11")


@pytest.mark.parametrize(
    "rules",
    [
        {"max_notional": D("0.0001"), "min_notional": D(0)},  # not even one step
        {"max_notional": D(50), "min_notional": D(0), "min_quantity": D("0.75")},
        {"max_notional": D(50), "min_notional": D(60)},
        {"max_quantity": D("0.000001")},
        {"min_quantity": D(2)},
        {"min_notional": D(101)},
        {"max_price": D(100)},
    ],
)
def test_what_no_order_can_carry_is_parked_with_the_numbers(rules):
    book = bought()
    decision = deciding(book, on=make.market(**rules))
    assert isinstance(decision, Park)
    assert decision.until_ms is None
    assert any(letter.isdigit() for letter in decision.why)
    assert unprotected_quantity(book.lots[7], make.market(**rules), make.policy()) == 0


def test_the_smallest_quantity_may_be_all_that_the_largest_order_carries():
    exact = make.market(max_notional=D("50.0601"), min_quantity=D("0.50005"))  # 0.50005 * 100.11 = 50.0600055
    assert deciding(bought(), on=exact).quantity == D("0.50005")


def test_an_account_without_a_coin_says_so():
    parked = make.decision(bought().lots[7], free_balance=D(0))
    assert parked.why == "0 BTC is free on the account, and 1 is to be sold"
    assert parked.until_ms == make.NOW + 30_000


def test_free_coins_that_are_too_few_for_an_order_are_looked_at_again():
    """What is short is the balance, which changes without an event; the lot itself is large enough."""
    parked = make.decision(bought().lots[7], free_balance=D("0.006"))
    assert (parked.cause, parked.until_ms) == (ParkCause.NO_BALANCE, make.NOW + 30_000)
    assert parked.why == "0.006 BTC is free on the account, and 1 is to be sold"


def test_a_pair_that_is_halted_parks():
    parked = Park(ParkCause.NOT_TRADING, "BTCUSDT is BREAK on the exchange")
    assert deciding(bought(), on=make.market(status="BREAK")) == parked


def test_parked_reasons_name_what_is_short():
    reason = deciding(bought(make.buy(quantity="0.01"))).why
    assert reason == "worth 1.0011 USDT, below the smallest order of 5 (NOTIONAL)"
    reason = deciding(bought(make.buy(quantity="0.000004"))).why
    assert reason == "0.000004 BTC is below the smallest order quantity 0.00001 (LOT_SIZE)"
    reason = deciding(bought(), on=make.market(max_price=D(100))).why
    assert reason == "the floor 100.11 is above the highest price allowed, 100 (PRICE_FILTER)"


def test_the_smallest_quantity_named_is_the_step_where_that_is_larger():
    reason = deciding(bought(make.buy(quantity="0.5")), on=make.market(step=D(1), min_quantity=D("0.1"))).why
    assert reason == "0.5 BTC is below the smallest order quantity 1 (LOT_SIZE)"


def test_small_parts_are_sold_together():
    """A part below the smallest order waits for the next one, at cost."""
    book = bought(make.buy(quantity="0.04", price="100"))
    assert isinstance(deciding(book), Park)
    book.apply_fill(make.buy(2, quantity="0.04", price="110"))
    # (4 + 4.4) / (0.08 * 0.999) = 105.105...
    assert asked(deciding(book)) == (SellName(7, 1), D("105.11"), D("0.08"), D("8.4"))


# Waiting


@pytest.mark.parametrize("lost", [False, True])
def test_an_outcome_not_known_blocks_its_lot(lost):
    book = bought(make.buy(quantity="2"))
    order = make.place(book, on=make.market(max_quantity=D(1)))
    if lost:
        book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW)
    assert deciding(book, at=make.NOW + 10**9) == Wait("the outcome of SELL lk1-7-1", WaitUntil.OUTCOME)


def test_fees_in_third_assets_are_valued_first():
    book = bought(make.buy(fee="0.1", asset="BNB"), make.buy(2, fee="0.1", asset="ADA"))
    assert deciding(book) == ValueFees(("ADA", "BNB"))
    book.set_fee_value(7, FeeValue(1, "BNB", D(600), make.NOW, D(60)))
    assert deciding(book) == ValueFees(("ADA",))
    book.set_fee_value(7, FeeValue(2, "ADA", D(1), make.NOW, D("0.1")))
    # (200 + 60 + 0.1) / (2 * 0.999) = 130.18...
    assert deciding(book).price == D("130.19")


def test_the_fee_of_a_sale_stops_nothing():
    book, _ = make.selling(quantity="1")
    book.apply_fill(make.sell(quantity="0.5", fee="0.1", asset="BNB"))
    assert deciding(book) == Wait("its SELLs on the book", WaitUntil.SOLD)


def test_on_partial_complete_waits_for_the_end_of_the_buy():
    book = bought(make.buy(quantity="0.5"))
    assert deciding(book, by=COMPLETE) == Wait("the end of the BUY order", WaitUntil.BUY_END)
    assert unprotected_quantity(book.lots[7], make.market(), COMPLETE) == 0
    book.apply_report(make.buy_report(executed="1"))
    assert deciding(book, by=COMPLETE) == Wait(
        "the end of the BUY order", WaitUntil.BUY_END
    )  # the report overtook a fill
    book.apply_fill(make.buy(2, quantity="0.5"))
    assert deciding(book, by=COMPLETE).quantity == 1


@pytest.mark.parametrize("status", ["CANCELED", "EXPIRED", "EXPIRED_IN_MATCH"])
def test_a_buy_that_ends_before_it_is_filled_is_sold(status):
    book = bought(make.buy(quantity="0.5"))
    book.apply_report(make.buy_report(executed="0.5", status=status))
    assert deciding(book, by=COMPLETE).quantity == D("0.5")


def test_more_in_sells_than_received_waits_for_reconciliation():
    book, _ = make.selling()
    lot = replace(book.lots[7], buys=(make.buy(quantity="0.75"),))
    wait = Wait("reconciliation: SELLs cover 0.25 BTC more than was received", WaitUntil.RECONCILED)
    assert make.decision(lot) == wait


# How many SELLs a lot may have


TWO = ExitPolicy(D(0), max_sells=2)


def parts(*quantities, has_ended=False):
    """A lot bought in parts, of which all but the last have a SELL that stands."""
    book = make.book()
    for number, quantity in enumerate(quantities, 1):
        book.apply_fill(make.buy(number, quantity=quantity))
        if number < len(quantities):
            book.apply_report(make.sell_report(make.place(book), 69 + number))
    if has_ended:
        book.apply_report(make.buy_report(executed=str(sum(map(D, quantities)))))
    return book


def test_up_to_the_bound_each_part_has_its_own():
    assert deciding(parts("1", "2"), by=TWO).quantity == 2


def test_beyond_it_the_smallest_is_taken_back_to_be_sold_with_the_rest():
    why = "to be sold together with what was bought since"
    assert deciding(parts("2", "1", "1.5"), by=TWO) == CancelSell(SellName(7, 2), 71, why)


def test_while_the_buy_goes_on_a_smaller_part_waits():
    text = "2 SELLs of it stand on the book, as many as are allowed"
    assert deciding(parts("2", "1", "0.5"), by=TWO) == Wait(text, WaitUntil.MORE_BOUGHT)
    assert isinstance(deciding(parts("2", "1", "0.5", has_ended=True), by=TWO), CancelSell)


def test_while_the_buy_goes_on_a_part_as_large_is_sold_together():
    assert isinstance(deciding(parts("1", "1", "1"), by=TWO), CancelSell)


def test_together_they_may_be_as_large_as_the_largest_order():
    book = parts("1", "1", "1", has_ended=True)
    assert isinstance(deciding(book, by=TWO, on=make.market(max_quantity=D(2))), CancelSell)
    # both at 100.11: together they are worth 200.22
    assert isinstance(deciding(book, by=TWO, on=make.market(max_notional=D("200.22"))), CancelSell)
    assert isinstance(deciding(book, by=TWO, on=make.market(max_notional=D("200.21"))), PlaceSell)


def test_together_they_are_as_dear_as_the_dearer_of_both():
    book = make.book()
    for number, price in ((1, "100"), (2, "100"), (3, "200")):
        book.apply_fill(make.buy(number, price=price))
        if number < 3:
            book.apply_report(make.sell_report(make.place(book), 69 + number))
    # the third is to be sold at 200.21: together with another it is worth up to 400.42
    assert isinstance(deciding(book, by=TWO, on=make.market(max_notional=D("400.41"))), PlaceSell)
    assert isinstance(deciding(book, by=TWO, on=make.market(max_notional=D("400.42"))), CancelSell)


def test_what_no_single_order_carries_has_as_many_as_it_needs():
    small = make.market(max_quantity=D("1.8"))
    assert deciding(parts("1", "1", "1", has_ended=True), by=TWO, on=small).quantity == 1
    cheap = make.market(max_notional=D(150))
    assert deciding(parts("1", "1", "1", has_ended=True), by=TWO, on=cheap).quantity == 1


def test_nothing_is_taken_back_while_nothing_can_be_sent():
    book = parts("2", "1", "1.5")
    assert make.decision(book.lots[7], by=TWO, obstacle="the pair is paused") == Park(
        ParkCause.OBSTACLE, "the pair is paused"
    )


def test_a_little_too_much_in_a_sell_that_stands_is_no_dust_of_a_lot_forgotten():
    """Only when it is sold can nothing come of it any more."""
    book, _ = make.selling(quantity="1")
    lot = replace(book.lots[7], buys=(make.buy(quantity="0.999999"),))
    assert isinstance(make.decision(lot), Wait)
    sold = replace(lot, orders=(replace(lot.orders[0], state=OrderState.FILLED, executed=D(1)),))
    assert isinstance(make.decision(sold), Close)


def test_much_too_much_sold_waits_for_reconciliation():
    book, _ = make.selling(quantity="1")
    sold = replace(book.lots[7].orders[0], state=OrderState.FILLED, executed=D(1))
    lot = replace(book.lots[7], buys=(make.buy(quantity="0.9"),), orders=(sold,))
    assert isinstance(make.decision(lot), Wait)


# Closing


def test_sold_out_closes_and_dust_stays():
    book = bought(make.buy(quantity="0.100005"))
    order = make.place(book)
    book.apply_report(make.sell_report(order, status="FILLED", executed="0.1"))
    assert deciding(book) == Close()
    assert book.lots[7].remainder == D("0.000005")


def test_a_lot_whose_sell_has_sold_more_than_its_trades_say_waits_for_them():
    book = bought(make.buy(quantity="0.1"))
    order = make.place(book)
    book.apply_report(make.sell_report(order, status="FILLED", executed="0.1"))
    waiting = wait_for_trades(book.lots[7])
    assert waiting is not None
    assert waiting.why == "the trades of SELL lk1-7-1, which sold 0.1"
    book.apply_fill(make.sell(quantity="0.1"))
    assert wait_for_trades(book.lots[7]) is None


def test_sold_to_the_last_digit_closes_where_no_step_and_no_least_quantity_are_set():
    book = bought()
    free = make.market(step=D(0), min_quantity=D(0))
    order = make.place(book, on=free)
    book.apply_report(make.sell_report(order, status="FILLED", executed="1"))
    assert deciding(book, on=free) == Close()


def test_dust_alone_is_never_closed_nor_sold():
    book = bought(make.buy(quantity="0.000001"))
    assert isinstance(deciding(book), Park)
    assert sellable(book.lots[7], make.pair()) == 0


# What no SELL covers


def test_unprotected_is_what_could_be_sold_and_is_not():
    book = bought(make.buy(quantity="2"))
    assert unprotected_quantity(book.lots[7], make.market(), make.policy()) == 2
    assert unprotected_quantity(book.lots[7], make.market(max_quantity=D(1)), make.policy()) == 2
    order = make.place(book)
    assert unprotected_quantity(book.lots[7], make.market(), make.policy()) == 0
    book.apply_report(make.sell_report(order))
    book.apply_report(make.sell_report(order, status="CANCELED", executed="0.5"))
    assert unprotected_quantity(book.lots[7], make.market(), make.policy()) == D("1.5")
