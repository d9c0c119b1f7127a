"""What sales earned, by FIFO within the lot, and the sums over lots."""

from dataclasses import replace
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from lotkeeper.trading.lots.lot import Lot, with_buy, with_dust_transfer, with_fee_value, with_sell
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.orders.fills import FeeValue
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.reports.profit import (
    Totals,
    cost_left,
    fees_by_asset,
    fees_in_quote,
    realised_profit,
    sales_of,
    totals_of,
    unrealised_profit,
)
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.make import NOW, buy, sell

HOUR = 3_600_000
TWO_PARTS = (
    buy(1, quantity="0.5", price="80"),
    buy(2, quantity="0.5", price="120"),
    sell(3, quantity="0.9", price="110"),
)


def lot(*fills, closed=False):
    """A lot of these fills; what is sold was one SELL's."""
    found = Lot(make.SYMBOL, make.BASE, make.QUOTE, 7)
    for fill in fills:
        found = (with_buy if fill.side == "BUY" else with_sell)(found, fill)
    return replace(found, state=LotState.CLOSED) if closed else found


def after(hours, fill):
    return replace(fill, time_ms=NOW + hours * HOUR)


def test_the_coins_bought_first_are_sold_first():
    known = lot(
        buy(1, quantity="2", price="100"),
        buy(2, quantity="1", price="130"),
        sell(3, quantity="1.5", price="120"),
        sell(4, quantity="1", price="140"),
    )
    first, second = sales_of(known)
    assert (first.cost, first.net, first.profit) == (150, 180, 30)  # 1.5 at 100
    assert (second.cost, second.net, second.profit) == (115, 140, 25)  # 0.5 at 100, 0.5 at 130
    assert realised_profit(known) == 55
    assert cost_left(known) == 65  # 0.5 at 130


def test_a_fee_in_the_coin_makes_the_others_dearer_and_one_in_quote_counts_on_top():
    known = lot(
        buy(1, quantity="1", price="100", fee="0.5", asset="BTC"),
        buy(2, quantity="0.5", price="100", fee="10", asset="USDT"),
        sell(3, quantity="0.75", price="300", fee="2.5", asset="USDT"),
    )
    (sale,) = sales_of(known)
    assert sale.cost == 130  # 0.5 for 100, and half of 0.5 for 50 + 10
    assert sale.net == D("222.5")


def test_what_is_left_cost_what_the_sales_did_not():
    """Whatever its SELLs cover: what was sold was sold."""
    book, _ = make.selling(quantity="2")
    book.apply_fill(make.sell(3, quantity="0.5"))
    assert cost_left(book.lots[7]) == 150


def test_dust_that_was_taken_over_is_sold_first():
    carry = DustTransfer(make.SYMBOL, 6, 7, 1, D("0.5"), D(20), NOW - HOUR)
    known = with_dust_transfer(lot(buy(1, quantity="1", price="100"), sell(2, quantity="1", price="100")), carry)
    (sale,) = sales_of(known)
    assert sale.cost == 70  # 0.5 for 20, 0.5 of 1 for 100
    assert cost_left(known) == 50


def test_how_long_coins_were_held_is_weighed_by_quantity():
    known = lot(
        after(0, buy(1, quantity="3", price="1")),
        after(8, buy(2, quantity="1", price="50")),
        after(10, sell(3, quantity="4", price="20")),
    )
    assert sales_of(known)[0].held_ms == 8 * HOUR  # (3 * 10 + 1 * 2) / 4


def test_sales_stand_in_the_order_of_their_time():
    known = lot(
        buy(1, quantity="2", price="100"),
        after(2, sell(3, quantity="1", price="120")),
        after(1, sell(4, quantity="1", price="110")),
    )
    assert [sale.fill.trade_id for sale in sales_of(known)] == [4, 3]


def test_a_closed_lot_keeps_its_dust_at_its_share():
    """1 for 100, 0.9 sold for 99: the tenth that is left is worth 10 of the cost, whichever fill it came from."""
    known = with_order_for(lot(*TWO_PARTS, closed=True))
    assert known.inventory_cost == cost_left(known) == 10
    assert realised_profit(known) == 99 - 90


def test_a_closed_lot_whose_dust_went_on_is_whole():
    carry = DustTransfer(make.SYMBOL, 7, 8, 1, D("0.1"), D(10), NOW + 1)
    known = with_dust_transfer(with_order_for(lot(*TWO_PARTS, closed=True)), carry)
    assert (known.remainder, known.inventory_cost, cost_left(known)) == (0, 0, 0)
    assert realised_profit(known) == 9


def test_a_closed_lot_whose_dust_was_written_off_has_brought_all_of_its_cost():
    fills = buy(1, quantity="1", price="100"), sell(3, quantity="0.9", price="120")
    known = with_order_for(lot(*fills, closed=True), cost=D(100))
    assert known.inventory_cost == 0
    assert realised_profit(known) == 8


def with_order_for(known, cost=None):
    """The SELL that sold what the fills say, for its share of the cost."""
    sold = sum(fill.quantity for fill in known.sells)
    share = known.cost * sold / known.received if cost is None else cost
    _, order = make.selling()
    done = replace(order, quantity=sold, executed=sold, cost=share, state=OrderState.FILLED, order_id=70)
    return replace(known, orders=(done,))


@given(
    buys=st.lists(st.tuples(st.integers(1, 500), st.integers(1, 300)), min_size=1, max_size=5),
    sold=st.lists(st.integers(1, 400), max_size=5),
)
def test_sales_and_what_is_left_make_up_the_cost_to_the_last_digit(buys, sold):
    known = lot(
        *(
            buy(number, quantity=f"{quantity}E-2", price=str(price), fee=f"{quantity}E-5", asset="USDT")
            for number, (quantity, price) in enumerate(buys)
        )
    )
    left = known.received
    for number, quantity in enumerate(sold, 100):
        part = min(left, D(quantity) / 64)
        if part:
            known, left = with_sell(known, sell(number, quantity=str(part), price="7")), left - part
    assert sum(sale.cost for sale in sales_of(known)) + cost_left(known) == known.cost
    assert realised_profit(known) == known.proceeds - (known.cost - cost_left(known))


def test_a_sale_without_a_lot_costs_nothing():
    """A SELL in deficit sold what no fill here says was bought: its cost is not made up."""
    (sale,) = sales_of(lot(sell(3, quantity="1", price="10")))
    assert (sale.cost, sale.held_ms) == (0, 0)


def test_fees_by_asset_and_in_quote():
    known = lot(
        buy(1, quantity="1", price="100", fee="0.001", asset="BTC"),
        buy(2, quantity="1", price="100", fee="0.0002", asset="BNB"),
        sell(3, quantity="1", price="110", fee="0.11", asset="USDT"),
        sell(4, quantity="0.5", price="120", fee="0.0001", asset="BNB"),
    )
    known = with_fee_value(known, FeeValue(2, "BNB", D(600), NOW, D("0.12")))
    assert fees_by_asset(known) == {"BTC": D("0.001"), "BNB": D("0.0003"), "USDT": D("0.11")}
    assert fees_in_quote(known) == D("0.1") + D("0.12") + D("0.11")  # the last one is not valued yet


def test_what_is_left_at_a_price():
    assert unrealised_profit(D(2), D(100), D(60), D("0.001")) == D("19.88")  # 120 * 0.999 - 100


moments = st.none() | st.integers(0, 10**13)
counts = st.integers(0, 10**6)
sums = st.builds(Totals, counts, counts, counts, st.decimals(-(10**9), 10**9, places=8), moments)


@given(sums, sums, sums)
def test_sums_add_up_in_any_order(one, two, three):
    assert one + Totals() == one
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)


def test_lots_and_their_sells():
    book, _ = make.selling()
    book.apply_fill(make.sell(2, price="100.11", fee="0.10011"))
    other = make.book()
    other.apply_fill(make.buy(3, 8))
    refused = make.place(other, 8)
    other.lots.apply_order_event(refused.name, OrderEvent.REFUSED, make.NOW)
    totals = totals_of([book.lots[7], other.lots[8]])
    # 100.11 - 0.10011 - 100
    assert totals == Totals(
        lots=2,
        sells_placed=1,
        sells_filled=1,
        realised_profit=D("0.00989"),
        first_sell_ms=make.NOW,
        fees_quote=D("0.10011"),
        fees=(("USDT", D("0.10011")),),
    )


def test_a_sell_that_the_exchange_rejected_by_event_never_was_placed():
    book = make.book()
    book.apply_fill(make.buy())
    order = make.place(book)
    book.apply_report(make.sell_report(order, status="REJECTED"))
    assert totals_of(book.lots.values()).sells_placed == 0


def test_profits_of_any_size_add_up_exactly():
    one = Totals(realised_profit=D("123456789012345678901234567.12345678"))
    assert (one + Totals(realised_profit=D("0.00000001"))).realised_profit == D("123456789012345678901234567.12345679")


def test_nothing():
    assert totals_of([]) == Totals()
