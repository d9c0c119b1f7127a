from dataclasses import replace
from decimal import Decimal as D
from fractions import Fraction
from itertools import permutations

from lotkeeper.trading.lots.lot import Lot, with_buy, with_dust_transfer, with_fee_value, with_order, with_sell
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.orders.fills import FeeValue
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.reports.profit import realised_profit
from tests.lotkeeper.trading import make


def lot(*buys, base=make.BASE, quote=make.QUOTE):
    kept = Lot(make.SYMBOL, base, quote, 7)
    for fill in buys:
        kept = with_buy(kept, fill)
    return kept


def value(trade_id, amount):
    return FeeValue(trade_id, "BNB", D(600), make.NOW, D(amount))


def test_a_fee_in_the_coin_is_not_received_and_costs_nothing_more():
    kept = lot(make.buy(quantity="0.001", price="50000", fee="0.000001"))
    assert kept.received == D("0.000999")
    assert kept.cost == 50


def test_a_fee_in_quote_is_paid_on_top():
    kept = lot(make.buy(fee="0.1", asset="USDT"))
    assert (kept.received, kept.cost) == (1, D("100.1"))


def test_a_fee_in_bnb_is_paid_on_top_at_its_value():
    fill = make.buy(fee="0.000125", asset="BNB")
    kept = lot(fill)
    assert kept.unvalued_fills() == (fill,)
    valued = with_fee_value(kept, value(1, "0.075"))
    assert (valued.received, valued.cost) == (1, D("100.075"))
    assert valued.unvalued_fills() == ()
    assert with_fee_value(valued, value(1, "9")) == valued  # the first value stays


def test_bnb_bought_with_a_fee_in_bnb_is_received_less():
    kept = lot(make.buy(fee="0.00075", asset="BNB"), base="BNB")
    assert (kept.received, kept.cost, kept.unvalued_fills()) == (D("0.99925"), 100, ())


def test_fees_switch_their_asset_within_one_order():
    # 1 at 100, fee 0.001 in the coin; then 1 at 102, fee 0.000125 BNB worth 0.08: received 1.999, cost 202.08
    kept = lot(make.buy(fee="0.001"), make.buy(2, price="102", fee="0.000125", asset="BNB"))
    kept = with_fee_value(kept, value(2, "0.08"))
    assert (kept.received, kept.cost) == (D("1.999"), D("202.08"))


def test_bnb_sold_with_a_fee_in_bnb_brings_less_by_what_that_coin_brought():
    # 1 BNB sold at 101, fee 0.00075 BNB: worth 0.07575 at the price of the same trade
    kept = with_sell(Lot(make.SYMBOL, "BNB", "USDT", 7), make.sell(fee="0.00075", asset="BNB"))
    assert kept.unvalued_fills() == ()
    assert kept.proceeds == D("100.92425")


def test_profit_of_what_is_sold():
    # bought 1 at 100; sold 0.4 at 100.11, fee 0.1 %: 40.044 - 0.040044 - 40 = 0.003956
    book, order = make.selling()
    assert order.price == D("100.11")
    book.apply_fill(make.sell(2, quantity="0.4", price="100.11", fee="0.040044"))
    kept = book.lots[7]
    assert (kept.sold, kept.open_quantity, kept.remainder) == (D("0.4"), D("0.6"), 0)
    assert (kept.proceeds, kept.cost_sold, realised_profit(kept)) == (D("40.003956"), 40, D("0.003956"))


def test_fills_alone_say_what_is_sold():
    book, _ = make.selling()
    book.apply_fill(make.sell(2, quantity="0.4"))
    book.apply_fill(make.sell(3, quantity="0.3"))
    assert book.lots[7].sold == D("0.7")
    assert book.apply_fill(make.sell(4, quantity="0.3")).orders[0].state is OrderState.FILLED


def test_sums_of_amounts_with_all_twenty_digits_are_exact():
    """The context of plain Decimal sums ends at 28 digits; a quote quantity worked out from a reply has up to 40."""
    fills = [make.buy(number, quantity="123456789012.12345678", price="98765432.12345678") for number in range(1, 4)]
    kept = lot(*fills)
    assert kept.received == D("370370367036.37037034")
    assert kept.uncovered_cost == kept.cost
    assert Fraction(kept.cost) == sum(Fraction(each.quote_quantity) for each in fills)


def test_fills_come_twice_and_in_any_order():
    fills = [make.buy(number, quantity=str(number), price=str(100 + number), fee="0.001") for number in range(1, 5)]
    ends = {lot(*order, *order[:2]) for order in permutations(fills)}
    assert len(ends) == 1


def test_orders_stand_by_generation():
    book, order = make.selling()
    kept = book.lots[7]
    assert with_order(with_order(kept, order), order).orders == (order,)
    assert kept.next_generation == 2
    assert kept.lot_id == "BTCUSDT-7"


def test_when_it_opened_and_closed():
    book, _ = make.selling()
    assert book.lots[7].opened_ms == make.NOW + 1
    book.apply_fill(make.sell(5))
    assert book.lots[7].closed_ms is None
    assert replace(book.lots[7], state=LotState.CLOSED).closed_ms == make.NOW + 5
    assert Lot(make.SYMBOL, "BTC", "USDT", 7).opened_ms == 0


def test_it_opened_with_its_first_fill_and_closed_with_its_last_sale():
    book, _ = make.selling(quantity="2")
    book.apply_fill(make.buy(9, quantity="1"))
    for number in (5, 7, 6):
        book.apply_fill(make.sell(number, quantity="0.5"))
    known = replace(book.lots[7], state=LotState.CLOSED)
    assert (known.opened_ms, known.closed_ms) == (make.NOW + 1, make.NOW + 7)


# Dust


def carry(source, target, quantity="0.1", cost="10", at=make.NOW + 9):
    return DustTransfer(make.SYMBOL, source, target, 1, D(quantity), D(cost), at)


def test_dust_adds_to_the_stock_and_what_was_received_stays():
    kept = with_dust_transfer(lot(make.buy()), carry(6, 7))
    assert (kept.received, kept.cost) == (1, 100)
    assert (kept.stock, kept.stock_cost, kept.remainder, kept.uncovered_cost) == (D("1.1"), 110, D("1.1"), 110)
    assert with_dust_transfer(kept, carry(6, 7)) == kept


def test_dust_that_was_given_is_gone_at_its_cost():
    kept = with_dust_transfer(lot(make.buy()), carry(7, 8))
    assert (kept.stock, kept.stock_cost, kept.remainder, kept.inventory_cost) == (D("0.9"), 90, D("0.9"), 90)
    assert kept.dust_given[0].target_lot == "BTCUSDT-8"
    assert kept.dust_given[0].source_lot == kept.lot_id


def test_the_rest_is_worth_its_share_and_no_more():
    """A SELL that was found may cover less of the cost than its share: dust does not have to bring that."""
    book, order = make.selling()
    thin = replace(order, quantity=D("0.9"), cost=D(50), order_id=70)
    assert replace(book.lots[7], orders=(thin,)).uncovered_cost == 50
    assert replace(book.lots[7], orders=(thin,)).inventory_cost == 10
    dear = replace(thin, cost=D(95))
    assert replace(book.lots[7], orders=(dear,)).inventory_cost == 5
    over = replace(thin, cost=D(101))
    assert replace(book.lots[7], orders=(over,)).inventory_cost == 0
    assert replace(book.lots[7], orders=(replace(thin, quantity=D(2)),)).inventory_cost == 0  # nothing is left


def test_a_lot_that_gave_all_away_closed_when_it_did():
    kept = replace(with_dust_transfer(lot(make.buy(quantity="0.1")), carry(7, 8)), state=LotState.CLOSED)
    assert kept.closed_ms == make.NOW + 9
