"""A part of the profit kept in coins: how many, once, and only where the rest can still be sold."""

from decimal import Decimal as D
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DisposalKind
from lotkeeper.trading.policy import Dust, ExitPolicy
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import Close, Decision, Keep, PlaceSell, Situation, TransferDust
from lotkeeper.trading.selling.kept_coins import coins_to_keep
from lotkeeper.trading.selling.order_slots import PairConditions
from lotkeeper.trading.selling.plan import decide_lot, is_dust
from tests.lotkeeper.trading import make

MARKET = make.market(step=D("0.001"), min_quantity=D("0.001"))
POLICY = ExitPolicy(D(5), keep_coins_pct=D(100))  # of 1 it keeps 5 / 105 = 0.047619..., in whole steps 0.047


def bought(quantity: str = "1", policy: ExitPolicy = POLICY) -> PairBook:
    book = make.book(market=MARKET, policy=policy)
    book.apply_fill(make.buy(quantity=quantity))
    return book


def carry_out(book: PairBook, number: int = 7) -> tuple[Decision, ...]:
    """What is decided about a lot; a SELL stands then."""
    steps = decide_lot(book, number, PairConditions(make.NOW))
    for step in steps:
        if isinstance(step, Keep):
            book.lots.dispose(step.disposal)
        elif isinstance(step, TransferDust):
            book.lots.transfer_dust(step.transfer)
        elif isinstance(step, PlaceSell):
            order = book.lots.record_sell_sent(step, make.NOW)
            book.apply_report(make.sell_report(order, 10 * number + order.name.generation))
        else:
            book.lots.apply_decision(book.lots[number], step)
    return steps


def kept(book: PairBook, number: int = 7) -> D:
    return sum((each.quantity for each in book.lots[number].disposals if each.kind is DisposalKind.KEPT), D(0))


def test_coins_are_kept_once_however_often_the_sell_is_placed():
    book = bought()
    carry_out(book)
    for generation in range(1, 4):
        order = book.lots[7].orders[-1]
        book.apply_report(make.sell_report(order, 70 + generation, "EXPIRED"))
        (step,) = decide(book.lots[7], MARKET, POLICY, Situation(make.NOW + 10**9))
        assert isinstance(step, PlaceSell)
        again = book.lots.record_sell_sent(step, make.NOW)
        book.apply_report(make.sell_report(again, 71 + generation))
    assert kept(book) == D("0.047")
    assert {order.quantity for order in book.lots[7].orders} == {D("0.953")}


def test_beside_a_least_profit_in_quote_the_whole_cost_counts_when_a_sell_is_placed_again():
    """5 of 105 USDT are kept; of the cost of the rest alone, 95.3 USDT, they would be two steps more."""
    policy = ExitPolicy(D(1), min_net_profit=D(5), keep_coins_pct=D(100))
    book = bought(policy=policy)
    carry_out(book)
    book.apply_report(make.sell_report(book.lots[7].orders[-1], 71, "EXPIRED"))
    assert kept(book) == D("0.047")
    assert coins_to_keep(book.lots[7], MARKET.pair, policy) == 0


def test_kept_coins_leave_their_lot_at_their_share_of_its_cost():
    book = bought()
    carry_out(book)
    (disposal,) = book.lots[7].disposals
    assert (disposal.quantity, disposal.cost) == (D("0.047"), D("4.7"))
    assert book.lots[7].stock_cost == D("95.3")


def test_what_was_kept_stays_kept_when_less_is_to_be_kept():
    book = bought()
    carry_out(book)
    book.apply_report(make.sell_report(book.lots[7].orders[-1], 71, "EXPIRED"))
    half = ExitPolicy(D(5), keep_coins_pct=D(50))
    assert coins_to_keep(book.lots[7], MARKET.pair, half) == 0
    (step,) = decide(book.lots[7], MARKET, half, Situation(make.NOW + 10**9))
    assert isinstance(step, PlaceSell)
    assert step.quantity == D("0.953")


def test_a_lost_database_does_not_sell_what_was_kept():
    """The SELL on the exchange tells which part of the lot is for sale; the rest is what was kept."""
    book = bought()
    book.apply_report(make.named_report(7, 1, 71, "0.953", "105.11"))
    steps = carry_out(book)
    assert [type(step) for step in steps[:1]] == [Keep]
    assert kept(book) == D("0.047")
    assert book.lots[7].remainder == 0


def test_no_more_is_kept_than_no_sell_covers():
    book = bought()
    book.apply_report(make.named_report(7, 1, 71, "0.9795", "105.11"))
    assert coins_to_keep(book.lots[7], MARKET.pair, POLICY) == D("0.02")  # of 0.0205
    book.apply_report(make.named_report(7, 2, 72, "0.03", "105.11"))
    assert coins_to_keep(book.lots[7], MARKET.pair, POLICY) == 0


def test_coins_that_are_to_be_kept_are_no_dust_for_another_lot():
    book = bought()
    book.apply_report(make.named_report(7, 1, 71, "0.953", "105.11"))
    book.apply_report(make.buy_report())
    assert not is_dust(book.lots[7], MARKET, POLICY)
    assert is_dust(book.lots[7], MARKET, ExitPolicy(D(5)))


def test_the_owner_gets_no_coins_while_the_lot_waits_for_its_turn():
    slots = make.market(step=D("0.001"), min_quantity=D("0.001"), max_orders=1)
    book = make.book(market=slots, policy=ExitPolicy(D(5), keep_coins_pct=D(100), free_order_slots=0))
    for number, price in ((6, "90"), (7, "100")):
        book.apply_fill(make.buy(number, number, price=price))
    carry_out(book, 6)
    assert kept(book, 6) == D("0.047")
    carry_out(book, 7)
    assert (kept(book, 7), book.lots[7].state) == (0, LotState.QUEUED)


def test_a_lot_that_has_sold_all_but_what_is_kept_is_closed_by_its_sells():
    book = bought()
    carry_out(book)
    order = book.lots[7].orders[0]
    book.apply_report(make.sell_report(order, 71, "FILLED", executed="0.953"))
    book.apply_fill(make.sell(2, 71, "0.953", "105.11"))
    (close,) = carry_out(book)
    assert isinstance(close, Close)
    assert close.why == ""
    assert book.lots[7].state is LotState.CLOSED
    assert book.lots[7].inventory_cost == 0


def test_a_change_of_the_share_keeps_the_difference_of_what_no_sell_covers():
    book = bought(policy=ExitPolicy(D(5), keep_coins_pct=D(50)))
    carry_out(book)
    assert kept(book) == D("0.023")
    assert coins_to_keep(book.lots[7], MARKET.pair, POLICY) == 0  # its SELL stands
    book.apply_report(make.sell_report(book.lots[7].orders[0], 71, "EXPIRED"))
    assert coins_to_keep(book.lots[7], MARKET.pair, POLICY) == D("0.024")


def test_coins_that_cost_nothing_and_bring_no_profit_are_not_kept():
    book = make.book()
    book.apply_fill(make.buy(quantity="3000", price="0"))
    assert coins_to_keep(book.lots[7], MARKET.pair, POLICY) == 0


@settings(deadline=None)
@given(
    parts=st.lists(
        st.tuples(
            st.decimals(min_value=D("0.001"), max_value=3, places=3), st.decimals(min_value=1, max_value=400, places=2)
        ),
        min_size=1,
        max_size=4,
    ),
    percent=st.decimals(min_value=0, max_value=100, places=1),
    profit=st.decimals(min_value=0, max_value=3, places=2),
    dust=st.sampled_from(Dust),
)
def test_whatever_is_bought_the_sells_bring_the_cost_and_the_part_of_the_profit_in_quote(parts, percent, profit, dust):
    """And what is kept is never worth more than its part of the profit, at the price of the lot."""
    policy = ExitPolicy(profit, keep_coins_pct=percent, max_sells=20, dust=dust)
    book = make.book(market=MARKET, policy=policy)
    for trade_id, (quantity, price) in enumerate(parts, 1):
        book.apply_fill(make.buy(trade_id, quantity=str(quantity), price=str(price)))
    while isinstance(carry_out(book)[-1], PlaceSell):
        pass
    lot = book.lots[7]
    make.check(lot)
    assert kept(book) + sum(order.quantity for order in lot.orders) + lot.remainder == lot.received
    if lot.remainder or not lot.orders:
        return
    in_all = Fraction(lot.cost) * Fraction(profit) / 100
    in_coins = in_all * Fraction(percent) / 100
    brought = sum(Fraction(order.price) * Fraction(order.quantity) for order in lot.orders)
    assert brought * (1 - Fraction(MARKET.sell_rate)) >= Fraction(lot.cost) + in_all - in_coins
    assert Fraction(kept(book)) / Fraction(lot.received) * (Fraction(lot.cost) + in_all) <= in_coins
