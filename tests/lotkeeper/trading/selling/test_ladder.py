"""A lot sold in parts: which part is next, what is too small for an order, and which part a SELL is."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.policy import ExitPolicy, Market, Rung
from lotkeeper.trading.selling.decisions import CancelSell, Park, ParkCause, PlaceSell, Wait
from lotkeeper.trading.selling.ladder import ladder_of, part_of
from tests.lotkeeper.trading import make

MARKET = make.market(step=D("0.001"), min_quantity=D("0.001"))


def ladder(*rungs: tuple[str, str], max_sells: int = 5) -> ExitPolicy:
    """Shares and net profits, in percent; the floor is without a profit."""
    return ExitPolicy(D(0), max_sells=max_sells, ladder=tuple(Rung(D(share), D(profit)) for share, profit in rungs))


THREE = ladder(("50", "0.5"), ("30", "1"), ("20", "2"))


def bought(quantity: str = "1", policy: ExitPolicy = THREE, market: Market = MARKET) -> PairBook:
    book = make.book(market=market, policy=policy)
    book.apply_fill(make.buy(quantity=quantity))
    return book


def place_all(book: PairBook, *, most: int = 100) -> list[PlaceSell]:
    """Every SELL that is wanted now; each stands before the next is decided."""
    market, policy = book.terms
    placed: list[PlaceSell] = []
    while isinstance(found := make.decision(book.lots[7], market, policy), PlaceSell):
        order = book.lots.record_sell_sent(found, make.NOW)
        book.apply_report(make.sell_report(order, 70 + order.name.generation))
        placed.append(found)
        assert len(placed) <= most
    return placed


def quantities(placed: list[PlaceSell]) -> list[D]:
    return [each.quantity for each in placed]


def test_a_part_is_placed_again_when_the_exchange_ended_it():
    book = bought()
    place_all(book)
    order = book.lots[7].orders[1]
    book.apply_report(make.sell_report(order, 72, "EXPIRED", executed="0.1"))
    (again,) = place_all(book)
    assert (again.quantity, again.price) == (D("0.2"), order.price)
    assert part_of(again, MARKET, THREE) == 1


def test_a_part_that_was_sold_is_not_offered_again():
    book = bought()
    first = place_all(book)[0]
    order = book.lots[7].orders[0]
    book.apply_report(make.sell_report(order, 71, "FILLED", executed=str(first.quantity)))
    found = make.decision(book.lots[7], MARKET, THREE)
    assert isinstance(found, Wait)
    assert book.lots[7].remainder == 0


def test_a_lost_database_does_not_change_the_parts():
    """The exchange has the SELLs of the second and the third part, and no record tells which parts they are."""
    book = bought()
    for generation, (quantity, price) in enumerate((("0.3", "101.11"), ("0.2", "102.11")), 2):
        book.apply_report(make.named_report(7, generation, 70 + generation, quantity, price))
    lot = book.lots[7]
    assert [order.profit for order in lot.orders] == [None, None]
    assert [part_of(order, MARKET, THREE) for order in lot.orders] == [1, 2]
    (rest,) = place_all(book)
    assert (rest.quantity, rest.price) == (D("0.5"), D("100.61"))


def test_what_was_sold_as_one_counts_for_its_part_when_more_is_bought():
    book = bought("0.07")
    assert quantities(place_all(book)) == [D("0.07")]
    book.apply_fill(make.buy(2, quantity="0.03"))
    assert quantities(place_all(book)) == []  # 3 USDT are no order
    book.apply_fill(make.buy(3, quantity="0.23"))
    # of 0.33 the parts get 0.165, 0.099 and 0.066, and the first has 0.07 of its share
    assert quantities(place_all(book)) == [D("0.099"), D("0.066"), D("0.095")]


def test_at_the_limit_the_sells_of_one_part_become_one():
    book = bought("0.2", policy := ladder(("50", "1"), ("50", "3"), max_sells=2))
    assert quantities(place_all(book)) == [D("0.1"), D("0.1")]
    book.apply_fill(make.buy(2, quantity="0.2"))
    book.apply_report(make.buy_report(executed="0.4"))
    cancel = make.decision(book.lots[7], MARKET, policy)
    assert isinstance(cancel, CancelSell)
    assert cancel.name == book.lots[7].orders[0].name  # the SELL of the part that is placed next


def test_at_the_limit_a_part_without_a_sell_gets_one_of_those_that_a_part_has_several_of():
    policy = ladder(("50", "1"), ("50", "3"), max_sells=2)
    book = bought("0.05", policy)
    place_all(book)  # 5 USDT: one order, at 1 %
    book.apply_fill(make.buy(2, quantity="0.06"))
    place_all(book)  # at 3 %, and nothing of it is left for the first part
    lot = book.lots[7]
    assert [part_of(order, MARKET, policy) for order in lot.orders] == [0, 1]


@pytest.mark.parametrize("fills", [("0.2", "0.2", "0.2"), ("0.05", "0.06", "0.3"), ("0.07", "0.05", "0.05", "0.5")])
@pytest.mark.parametrize("max_sells", [3, 4])
def test_merging_comes_to_an_end(fills, max_sells):
    policy = ladder(("50", "0.5"), ("30", "1"), ("20", "2"), max_sells=max_sells)
    book = bought(fills[0], policy)
    place_all(book)
    for trade_id, quantity in enumerate(fills[1:], 2):
        book.apply_fill(make.buy(trade_id, quantity=quantity))
        place_all(book)
    book.apply_report(make.buy_report(executed=str(sum(map(D, fills)))))
    for _ in range(30):
        step = make.decision(book.lots[7], MARKET, policy)
        if not isinstance(step, CancelSell):
            break
        order = next(each for each in book.lots[7].orders if each.name == step.name)
        book.apply_report(make.sell_report(order, step.order_id, "CANCELED", client_id=f"{order.client_id}-x"))
        place_all(book)
    lot = book.lots[7]
    assert lot.remainder == 0
    assert len(lot.live_sells) <= max_sells
    assert {part_of(order, MARKET, policy) for order in lot.live_sells} == {0, 1, 2}


def test_a_lot_too_small_for_any_order_is_parked():
    found = make.decision(bought("0.04").lots[7], MARKET, THREE)
    assert isinstance(found, Park)
    assert found.cause is ParkCause.TOO_SMALL


def test_a_part_is_placed_in_as_many_sells_as_the_largest_order_asks_for():
    """Its SELLs are one part; the next part begins where the first has its share."""
    market = make.market(step=D("0.001"), min_quantity=D("0.001"), max_quantity=D("0.3"))
    placed = place_all(bought(policy=THREE, market=market))
    assert quantities(placed) == [D("0.3"), D("0.3"), D("0.2"), D("0.2")]
    assert [part_of(each, market, THREE) for each in placed] == [0, 1, 2, 0]


def test_of_two_parts_that_are_as_near_the_lower_one_takes_over():
    policy = ladder(("45", "0.5"), ("10", "1"), ("45", "1.5"))
    book = bought("0.2", policy)
    assert [each.sold_with.net_profit_pct for each in ladder_of(book.lots[7], MARKET, policy)] == [
        D("0.5"),
        D("0.5"),
        D("1.5"),
    ]
    assert quantities(place_all(book)) == [D("0.11"), D("0.09")]


def test_a_part_below_the_least_quantity_is_sold_with_another():
    """Of 0.3 the parts are 0.15, 0.09 and 0.06; the last two are too small, and together enough."""
    market = make.market(step=D("0.001"), min_quantity=D("0.1"))
    placed = place_all(bought("0.3", market=market))
    assert [(each.quantity, part_of(each, market, THREE)) for each in placed] == [(D("0.15"), 0), (D("0.15"), 1)]


def test_no_more_than_is_free_is_divided():
    found = make.decision(bought().lots[7], MARKET, THREE, free_balance=D("0.2"))
    assert isinstance(found, PlaceSell)
    assert found.quantity == D("0.1")


def test_a_whole_lot_is_divided_as_it_was_before_it_was_sold():
    book = bought("0.07")
    before = ladder_of(book.lots[7], MARKET, THREE)
    (order,) = [book.lots.record_sell_sent(each, make.NOW) for each in [make.decision(book.lots[7], MARKET, THREE)]]
    book.apply_report(make.sell_report(order, 71, "FILLED", executed="0.07"))
    assert ladder_of(book.lots[7], MARKET, THREE) == before
    assert [(each.quantity, each.sold_with.net_profit_pct) for each in before] == [
        (D("0.035"), D("0.5")),
        (D("0.021"), D("0.5")),
        (D("0.014"), D("0.5")),
    ]


def test_a_fee_that_leaves_nothing_divides_nothing():
    assert ladder_of(bought().lots[7], make.market("1"), THREE) == ()


def test_coins_that_cost_nothing_are_sold_once():
    book = make.book(market=MARKET, policy=THREE)
    book.apply_fill(make.buy(quantity="3000", price="0"))
    assert sum(quantities(place_all(book))) == 3000


# Over all kinds of lots and ladders


@st.composite
def ladders(draw: st.DrawFn) -> ExitPolicy:
    """Two to five parts; the shares are whole percents."""
    count = draw(st.integers(2, 5))
    cuts = sorted(draw(st.sets(st.integers(1, 99), min_size=count - 1, max_size=count - 1)))
    shares = [after - before for before, after in zip([0, *cuts], [*cuts, 100], strict=True)]
    profits = sorted(draw(st.sets(st.decimals(min_value=0, max_value=30, places=2), min_size=count, max_size=count)))
    rungs = [Rung(D(share), profit) for share, profit in zip(shares, profits, strict=True)]
    return ExitPolicy(draw(st.sampled_from((D(0), profits[0]))), max_sells=count, ladder=tuple(rungs))


fills = st.lists(
    st.tuples(
        st.decimals(min_value=D("0.001"), max_value=3, places=3), st.decimals(min_value=1, max_value=400, places=2)
    ),
    min_size=1,
    max_size=4,
)
markets = st.builds(
    lambda rate, step, least, most: make.market(
        str(rate), step=step, min_quantity=step, min_notional=least, max_notional=most
    ),
    st.decimals(min_value=0, max_value=D("0.02"), places=4),
    st.sampled_from((D("0.001"), D("0.01"))),
    st.sampled_from((D(0), D(5), D(50))),
    st.sampled_from((D(0), D(200))),
)


@settings(deadline=None)
@given(policy=ladders(), bought_parts=fills, market=markets, placed_after=st.sets(st.integers(0, 3)))
def test_what_is_asked_together_covers_the_lot_once_and_nothing_is_below_its_floor(
    policy, bought_parts, market, placed_after
):
    """Whenever the SELLs are placed, each is an order that brings its cost and the profit of its part."""
    book = make.book(market=market, policy=policy)
    placed: list[PlaceSell] = []
    for number, (quantity, price) in enumerate(bought_parts):
        book.apply_fill(make.buy(number + 1, quantity=str(quantity), price=str(price)))
        if number in placed_after or number == len(bought_parts) - 1:
            found = make.decision(book.lots[7], market, policy)
            if isinstance(found, PlaceSell) and len(book.lots[7].live_sells) < policy.max_sells:
                before, placed = len(placed), placed + place_all(book)
                for count in range(before + 1, len(placed) + 1):
                    assert bring_their_share(placed[:count], book.lots[7], market, policy)
    lot, kept = book.lots[7], 1 - Fraction(market.sell_rate)
    make.check(lot)
    assert sum(quantities(placed)) + lot.remainder == lot.received
    for sell in placed:
        rung = policy.ladder[part_of(sell, market, policy)]
        net = Fraction(sell.price) * Fraction(sell.quantity) * kept
        assert net >= Fraction(sell.cost) * (1 + Fraction(rung.net_profit_pct) / 100)
        assert market.pair.min_notional <= sell.price * sell.quantity
        assert sell.quantity % market.pair.step == 0


def bring_their_share(placed: list[PlaceSell], lot: Lot, market: Market, policy: ExitPolicy) -> bool:
    """Whether these SELLs together bring the floor of all that they cover, at what the lot's coins cost on average."""
    covered = Fraction(sum(quantities(placed)))
    due = Fraction(lot.cost) * covered / Fraction(lot.received) * (1 + Fraction(policy.net_profit_pct) / 100)
    brought = sum(Fraction(each.price) * Fraction(each.quantity) for each in placed)
    return brought * (1 - Fraction(market.sell_rate)) >= due


@settings(deadline=None)
@given(policy=ladders(), quantity=st.decimals(min_value=D("0.001"), max_value=9, places=3), market=markets)
def test_of_a_lot_that_is_bought_at_once_each_part_is_its_share_or_is_sold_with_the_nearest(policy, quantity, market):
    assume(not market.pair.max_notional)
    book = bought(str(quantity), policy, market)
    parts = ladder_of(book.lots[7], market, policy)
    placed = place_all(book)
    assume(placed)
    wanted = {rung: sum(each.quantity for each in parts if each.sold_with == rung) for rung in policy.ladder}
    assert {policy.ladder[part_of(each, market, policy)]: each.quantity for each in placed} == {
        rung: size for rung, size in wanted.items() if size
    }
    assert sum(each.quantity for each in parts) == sum(quantities(placed))
    for part in parts:
        share = Fraction(part.rung.share_pct) / 100 * Fraction(sum(quantities(placed)))
        assert abs(Fraction(part.quantity) - share) < Fraction(market.pair.step)
