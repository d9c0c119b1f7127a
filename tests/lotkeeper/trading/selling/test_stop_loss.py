"""Stop loss: where the stop stands, when a SELL has none, and that it is the only order under the floor."""

from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.filters.amounts import PercentPriceBySide
from lotkeeper.trading.orders.order import SellOrder, apply_event
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.orders.stop_leg import StopPrices
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import CancelSell, PlaceSell, Situation, Wait
from lotkeeper.trading.selling.stop_loss import NoStop, NoStopCause, lacks_stop, possible_stop, tried_again_ms
from tests.lotkeeper.trading import make

MINUTE = 60_000
MARKET = make.market(step=D("0.001"), min_quantity=D("0.001"))
BAND = make.market("0.001", PercentPriceBySide(D(5), D("0.2"), D(5), D("0.95")), step=D("0.001"))
POLICY = ExitPolicy(D(1), stop_loss_pct=D(8), stop_limit_pct=D("0.5"))
STOP = StopPrices(D(92), D("91.54"))


def bought(policy: ExitPolicy = POLICY, market=MARKET, quantity: str = "1") -> PairBook:
    book = make.book(market=market, policy=policy)
    book.apply_fill(make.buy(quantity=quantity))
    return book


def step_of(book: PairBook, at_ms: int = make.NOW, **around):
    market, policy = book.terms
    (step,) = decide(book.lots[7], market, policy, Situation(at_ms, **around))
    return step


def placed(book: PairBook, at_ms: int = make.NOW, **around) -> SellOrder:
    """The next SELL, as it stands then."""
    step = step_of(book, at_ms, **around)
    assert isinstance(step, PlaceSell), step
    order = book.lots.record_sell_sent(step, at_ms)
    book.apply_report(make.sell_report(order, 70 + order.name.generation))
    return book.lots[7].orders[-1]


def refused(book: PairBook, at_ms: int = make.NOW) -> None:
    """The exchange refuses the next SELL."""
    step = step_of(book, at_ms)
    order = book.lots.record_sell_sent(step, at_ms)
    book.lots.apply_order_event(order.name, OrderEvent.REFUSED, at_ms, "refused: Filter failure: MAX_NUM_ALGO_ORDERS")


def cancelled(book: PairBook) -> None:
    order = book.lots[7].orders[-1]
    book.apply_report(make.sell_report(order, order.order_id, "CANCELED", client_id=f"{order.client_id}-x"))


def test_without_the_policy_there_is_no_stop():
    assert step_of(bought(ExitPolicy(D(1)))).stop is None


def test_the_sell_above_is_at_its_floor_whatever_the_stop():
    with_it, without = step_of(bought()), step_of(bought(ExitPolicy(D(1))))
    assert (with_it.stop, with_it.no_stop) == (STOP, "")
    assert replace(with_it, stop=None) == without


@settings(deadline=None)
@given(
    quantity=st.decimals(min_value=D("0.1"), max_value=9, places=3),
    price=st.decimals(min_value=60, max_value=900, places=2),
    fee=st.decimals(min_value=0, max_value=D("0.001"), places=4),
    below=st.decimals(min_value=D("0.1"), max_value=99, places=1),
    slack=st.decimals(min_value=0, max_value=50, places=1),
)
def test_it_is_never_triggered_early_and_is_one_tick_at_most_too_low(quantity, price, fee, below, slack):
    book = make.book(market=MARKET, policy=ExitPolicy(D(1), stop_loss_pct=below, stop_limit_pct=slack))
    book.apply_fill(make.buy(quantity=str(quantity), price=str(price), fee=str(fee)))
    sell = step_of(book)
    if sell.stop is None:  # worth less than the smallest order
        assert "NOTIONAL" in sell.no_stop or "no price" in sell.no_stop
        return
    tick = Fraction("0.01")
    trigger = Fraction(sell.cost) * (1 - Fraction(below) / 100) / Fraction(sell.quantity)
    assert trigger - tick < Fraction(sell.stop.trigger) <= trigger
    limit = Fraction(sell.stop.trigger) * (1 - Fraction(slack) / 100)
    assert limit - tick < Fraction(sell.stop.limit) <= limit
    assert sell.stop.limit <= sell.stop.trigger < sell.price


def test_a_pair_that_takes_no_lists_gets_a_limit():
    market = replace(MARKET, pair=replace(MARKET.pair, takes_lists=False))
    sell = step_of(bought(market=market))
    assert (sell.price, sell.stop, sell.no_stop) == (
        D("101.11"),
        None,
        "no stop: BTCUSDT takes no order lists (OCO) on the exchange",
    )


def test_what_the_band_refuses_is_said_with_the_nearest_that_is_allowed():
    sell = step_of(bought(market=BAND), reference_price=D(100))
    assert (sell.price, sell.stop) == (D("101.11"), None)
    assert sell.no_stop == (
        "no stop: its limit 91.54 is not allowed, PERCENT_PRICE_BY_SIDE: price 91.54; the nearest allowed is 95"
    )
    assert step_of(bought(market=BAND)).stop == STOP  # the exchange decides


def test_a_stop_worth_too_little_for_an_order_is_none():
    sell = step_of(bought(quantity="0.05"))  # 5.05 above, 4.57 below
    assert (sell.quantity, sell.stop) == (D("0.05"), None)
    assert "NOTIONAL" in sell.no_stop


def test_after_a_refusal_the_limit_follows_at_once_and_the_stop_ever_later():
    book, at_ms, waits = bought(), make.NOW, []
    for _ in range(10):
        refused(book, at_ms)
        order = placed(book, at_ms)
        assert (order.price, order.stop) == (D("101.11"), None)
        assert isinstance(step_of(book, at_ms + 10 * MINUTE - 1), Wait)
        again_ms = tried_again_ms(book.lots[7], at_break_even=False)
        assert isinstance(step_of(book, again_ms - 1), Wait)
        step = step_of(book, again_ms)
        assert (type(step), step.why) == (CancelSell, "it is to have a stop at 92")
        cancelled(book)
        waits.append((again_ms - at_ms) // MINUTE)
        at_ms = again_ms
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 1280, 1280]


def test_why_the_exchange_refused_it_stands_with_the_lot():
    book = bought()
    refused(book)
    placed(book)
    assert book.lots[7].reason == "no stop: refused: Filter failure: MAX_NUM_ALGO_ORDERS"


def test_a_refused_limit_waits_as_ever():
    book = bought()
    refused(book)
    refused(book)
    assert not isinstance(step_of(book), PlaceSell)


def test_a_changed_stop_replaces_the_sell_and_an_equal_one_does_not():
    book = bought()
    placed(book)
    assert isinstance(step_of(book), Wait)
    for policy, why in (
        (replace(POLICY, stop_loss_pct=D(9)), "its stop is to be at 91 now"),
        (replace(POLICY, stop_limit_pct=D(2)), "its stop is to be at 92 now"),
        (ExitPolicy(D(1)), "no stop is wanted any more"),
    ):
        book.set_terms(MARKET, policy)
        assert step_of(book).why == why
    book.set_terms(MARKET, replace(POLICY, stop_loss_pct=D("8.05")))
    assert isinstance(step_of(book), Wait)


def test_a_stop_goes_to_a_nearer_lot_only_where_the_slots_say_so():
    book = bought()
    placed(book)
    assert step_of(book, gives_up_stop=1, stop_from=None).why == "its stop goes to a nearer lot"
    assert isinstance(step_of(book, gives_up_stop=2, stop_from=None), Wait)


def test_without_a_slot_the_sell_is_a_limit_until_there_is_one():
    book = bought()
    order = placed(book, stop_from=None)
    assert order.stop is None
    assert isinstance(step_of(book, stop_from=None), Wait)
    assert isinstance(step_of(book, stop_from=D("101.12")), Wait)
    assert isinstance(step_of(book, stop_from=D("101.11")), CancelSell)


def test_what_was_found_on_the_exchange_stays_as_it_is():
    book = bought()
    book.apply_report(make.named_report(7, 1, 70, "1", "101.11"))
    assert isinstance(step_of(book), Wait)


def test_a_triggered_stop_is_left_to_sell():
    book = bought()
    order = placed(book)
    book.apply_report(make.sell_report(order, order.order_id, "EXPIRED"))
    book.set_terms(MARKET, ExitPolicy(D(5)))
    assert isinstance(step_of(book), Wait)
    assert book.lots[7].open_quantity == 1


def test_the_causes_are_values():
    book = bought()
    sell = step_of(book)
    found = possible_stop(sell, book.lots[7], MARKET, POLICY, Situation(make.NOW, stop_from=None))
    assert isinstance(found, NoStop)
    assert found.cause is NoStopCause.SLOTS
    low = replace(POLICY, stop_loss_pct=D("99.99"))
    assert possible_stop(sell, book.lots[7], MARKET, low, Situation(make.NOW)).cause is NoStopCause.NO_PRICE


def test_an_event_of_a_sell_with_a_stop_is_that_of_any_other():
    book = bought()
    order = book.lots.record_sell_sent(step_of(book), make.NOW)
    assert apply_event(order, OrderEvent.ANSWER_LOST, make.NOW).state is OrderState.UNKNOWN


def test_what_a_person_wants_sold_gets_no_stop():
    book = bought()
    order = placed(book)
    book.lots.store(replace(book.lots[7], orders=(replace(order, stop=None),)))
    (limit,) = book.lots[7].orders
    instructed = replace(limit, name=replace(limit.name, is_instructed=True))
    assert lacks_stop(limit, book.lots[7], *book.terms, Situation(make.NOW))
    assert not lacks_stop(instructed, book.lots[7], *book.terms, Situation(make.NOW))
