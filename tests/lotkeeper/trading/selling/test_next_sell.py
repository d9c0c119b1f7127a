"""The next SELL of a lot, against fractions and the filters, over all kinds of lots, rules and wishes."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from lotkeeper.trading.filters.amounts import PercentPriceBySide
from lotkeeper.trading.filters.base import Draft, MarketContext, OrderType
from lotkeeper.trading.lots.lot import Lot, with_buy
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.policy import Dust, ExitPolicy, Market
from lotkeeper.trading.selling.decisions import PlaceSell, Situation
from lotkeeper.trading.selling.next_sell import fitting_part, next_sell, required_of, sellable
from tests.lotkeeper.trading import make

TICKS = [D("1E-8"), D("0.0001"), D("0.01"), D("0.05"), D(1)]
STEPS = [D("1E-8"), D("0.001"), D("0.01"), D(1)]


@st.composite
def bought(draw: st.DrawFn) -> Lot:
    """A lot of a few fills, each with a fee of its own kind."""
    lot = Lot(make.SYMBOL, make.BASE, make.QUOTE, 7)
    for trade_id in range(1, draw(st.integers(1, 4)) + 1):
        quantity = draw(st.decimals(min_value=D("0.001"), max_value=10**4, places=draw(st.integers(0, 8))))
        price = draw(st.decimals(min_value=D("0.0001"), max_value=10**5, places=4))
        rate = draw(st.decimals(min_value=0, max_value=D("0.002"), places=5))
        asset = draw(st.sampled_from([make.BASE, make.QUOTE]))
        fee = (quantity if asset == make.BASE else quantity * price) * rate
        fill = make.buy(trade_id, quantity=str(quantity), price=str(price), fee=str(fee), asset=asset)
        lot = with_buy(lot, fill)
    return lot


@st.composite
def markets(draw: st.DrawFn) -> Market:
    reference_rules = [PercentPriceBySide(D(5), D("0.2"), D(5), D("0.8"))] if draw(st.booleans()) else []
    return make.market(
        str(draw(st.decimals(min_value=0, max_value=D("0.02"), places=5))),
        *reference_rules,
        tick=draw(st.sampled_from(TICKS)),
        step=draw(st.sampled_from(STEPS)),
        min_quantity=draw(st.sampled_from([D(0), D("0.01"), D(3)])),
        max_quantity=draw(st.sampled_from([D(0), D(5), D(10**4)])),
        min_notional=draw(st.sampled_from([D(0), D(5), D(100)])),
        max_notional=draw(st.sampled_from([D(0), D(1000)])),
        min_price=draw(st.sampled_from([D(0), D(50)])),
        max_price=draw(st.sampled_from([D(0), D(10**4)])),
    )


policies = st.builds(
    ExitPolicy,
    st.decimals(min_value=0, max_value=20, places=2),
    min_net_profit=st.just(D(0)) | st.decimals(min_value=0, max_value=50, places=2),
    dust=st.sampled_from(Dust),
)
references = st.none() | st.decimals(min_value=D("0.01"), max_value=10**5, places=2)


@given(lot=bought(), market=markets(), policy=policies, reference=references)
def test_at_its_price_a_sell_brings_what_is_wanted_and_a_tick_lower_it_would_not_or_a_filter_says_why(
    lot, market, policy, reference
):
    pair = market.pair
    quantity = sellable(lot, pair)
    assume(quantity)
    now = Situation(make.NOW, reference_price=reference)
    sell, refusals = next_sell(lot, market, policy, now, quantity)
    wanted = net_wanted(lot, pair, policy, quantity)
    assert net(sell, sell.price, market) >= wanted
    lower = sell.price - pair.tick
    is_tight = lower <= 0 or net(sell, lower, market) < wanted
    event("tight" if is_tight else "lifted by a filter")
    if not is_tight:
        names = {each.filter for each in refused(sell, lower, market, reference)}
        assert names & {"PRICE_FILTER", "PERCENT_PRICE_BY_SIDE"}
    assert refusals == refused(sell, sell.price, market, reference)
    assert not {each.filter for each in refusals if each.of == "quantity"}


def net(sell: PlaceSell, price: D, market: Market) -> Fraction:
    return Fraction(price) * Fraction(sell.quantity) * (1 - Fraction(market.sell_rate))


def net_wanted(lot, pair, policy, quantity) -> Fraction:
    """The rule again, in fractions: the share of the cost, and the larger of the two profits."""
    received, cost = Fraction(lot.received), Fraction(lot.cost)
    fitting = received // Fraction(pair.step) * Fraction(pair.step)
    whole = received if policy.dust is Dust.KEEP else fitting
    share = cost * Fraction(quantity) / whole
    part = Fraction(policy.min_net_profit) * Fraction(quantity) / fitting
    return share + max(share * Fraction(policy.net_profit_pct) / 100, part)


def refused(sell, price, market, reference):
    draft = Draft(Side.SELL, OrderType.LIMIT, sell.quantity, price)
    return market.pair.refusals(draft, MarketContext(reference_price=reference, now_ms=make.NOW))


@given(lot=bought(), market=markets(), free=st.none() | st.decimals(min_value=0, max_value=10**4, places=4))
def test_what_can_be_sold_fits_the_rules_and_one_step_more_would_not(lot, market, free):
    pair = market.pair
    quantity = sellable(lot, pair, free)
    most = min(each for each in (lot.remainder, free, pair.size.most or None) if each is not None)
    if not quantity:
        assert most // pair.step * pair.step < pair.min_quantity
        return
    assert Fraction(quantity) % Fraction(pair.step) == 0
    assert pair.min_quantity <= quantity <= most < quantity + pair.step


def test_all_of_the_rest_takes_all_of_its_cost():
    """Three thirds are the whole, to the last digit."""
    book = make.book()
    book.apply_fill(make.buy(quantity="0.3", price="33.3333333"))
    thirds = make.market(step=D("0.1"), max_quantity=D("0.1"), min_notional=D(0))
    for order_id in (70, 71, 72):
        book.apply_report(make.sell_report(make.place(book, on=thirds), order_id))
    costs = [order.cost for order in book.lots[7].orders]
    assert costs == [D("3.33333333"), D("3.33333333"), D("3.33333333")]
    assert sum(costs) == book.lots[7].cost == D("9.99999999")


def test_the_last_sell_takes_what_rounding_left():
    book = make.book()
    book.apply_fill(make.buy(quantity="0.7", price="1"))
    sevenths = make.market(rate="0", step=D("0.3"), max_quantity=D("0.3"), min_notional=D(0), tick=D("1E-8"))
    first = make.place(book, on=sevenths)
    book.apply_report(make.sell_report(first, 70))
    second = make.place(book, on=sevenths)
    lot = book.lots[7]
    assert (first.cost, second.cost) == (D("0.3"), D("0.3"))
    assert (lot.remainder, lot.uncovered_cost) == (D("0.1"), D("0.1"))


def test_a_cost_with_more_digits_than_are_written_down_is_covered_whole():
    """A price and a quantity of eight decimals each make sixteen: nothing may stay for dust to bring."""
    book = make.book()
    book.apply_fill(make.buy(quantity="0.99999999", price="0.99999999"))
    fine = make.market(rate="0", step=D("1E-8"), min_quantity=D(0), min_notional=D(0), tick=D("1E-8"))
    order = make.place(book, on=fine)
    lot = book.lots[7]
    assert order.cost == lot.cost == D("0.9999999800000001")
    assert (lot.remainder, lot.uncovered_cost) == (0, 0)


def test_two_sells_share_a_cost_with_more_digits_than_are_written_down():
    book = make.book()
    book.apply_fill(make.buy(quantity="0.99999999", price="0.99999999"))
    rules = {"step": D("1E-8"), "min_quantity": D(0), "min_notional": D(0), "tick": D("1E-8")}
    halves = make.market(rate="0", max_quantity=D("0.5"), **rules)
    book.apply_report(make.sell_report(make.place(book, on=halves), 70))
    book.apply_report(make.sell_report(make.place(book, on=halves), 71))
    lot = book.lots[7]
    # 0.9999999800000001 * 0.5 / 0.99999999 = 0.499999995 to the last digit, and the other takes the rest
    assert [order.cost for order in lot.orders] == [D("0.499999995"), D("0.4999999850000001")]
    assert (lot.remainder, lot.uncovered_cost) == (0, 0)


def test_a_price_that_is_raised_to_a_bound_off_the_tick_is_raised_to_the_next_tick():
    # 150.01 * 0.8 = 120.008
    rule = PercentPriceBySide(D(5), D("0.2"), D(5), D("0.8"))
    lot = with_buy(Lot(make.SYMBOL, make.BASE, make.QUOTE, 7), make.buy())
    now = Situation(make.NOW, reference_price=D("150.01"))
    sell, refusals = next_sell(lot, make.market("0.001", rule), ExitPolicy(D(0)), now, D(1))
    assert (sell.price, refusals) == (D("120.01"), ())


def test_no_more_than_the_remainder_is_sold_however_much_is_free():
    book, _ = make.selling(quantity="1")
    book.apply_fill(make.buy(3, quantity="0.5"))
    assert sellable(book.lots[7], make.pair(), D(9)) == D("0.5")
    assert sellable(book.lots[7], make.pair(), D("0.25")) == D("0.25")
    assert sellable(book.lots[7], make.pair(), D(0)) == 0


def test_written_off_dust_is_shared_by_the_sells():
    """0.25 for 25, of which 0.2 fits: each tenth brings half of it, and the last all that is left."""
    lot = with_buy(Lot(make.SYMBOL, make.BASE, make.QUOTE, 7), make.buy(quantity="0.25"))
    pair = make.pair(step=D("0.1"))
    claim = required_of(lot, pair, ExitPolicy(D(0), dust=Dust.WRITE_OFF), D("0.1"))
    assert Fraction(claim.cost.numerator) / Fraction(claim.cost.denominator) == Fraction("12.5")
    claim = required_of(lot, pair, ExitPolicy(D(0)), D("0.1"))
    assert Fraction(claim.cost.numerator) / Fraction(claim.cost.denominator) == 10


@pytest.mark.parametrize(("most", "part"), [("50", "0.49"), ("100.11", "1"), ("0.5", "0.00")])
def test_how_much_an_order_of_a_largest_worth_carries(most, part):
    book = make.book()
    book.apply_fill(make.buy())
    found = make.decision(book.lots[7])
    assert isinstance(found, PlaceSell)
    assert found.price == D("100.11")
    assert fitting_part(found, D(most), make.pair(step=D("0.01"))) == D(part)
