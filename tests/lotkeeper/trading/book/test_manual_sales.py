"""SELLs made by hand: whose coins they sold, in whatever order the news comes, and never twice."""

from dataclasses import replace
from decimal import Decimal as D
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from lotkeeper.trading.book.manual_sales import unlocked_quantity_at
from lotkeeper.trading.lots.lot import Lot, with_buy, with_dust_transfer
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DisposalKind, DustTransfer
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.selling.decisions import Close
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.exchange import Exchange, bought, placed, run, traded
from tests.lotkeeper.trading.world import MARKET, MOVES, POLICIES, World


def by_hand(exchange, quantity, price="101", fee="0"):
    """A person sells at the market; the trade and the order."""
    order = exchange.order(Side.SELL, quantity, price, f"web_{quantity}").order_id
    return exchange.fill(order, D(quantity), fee=fee), exchange.orders[order]


def told(book, *news):
    for each in news:
        (book.apply_fill if isinstance(each, Fill) else book.apply_report)(each)
    return [(each.buy_order_id, each.quantity) for each in book.apply_manual_sales()]


def two_lots():
    exchange, book = Exchange(), make.book()
    buys = [bought(exchange, ("1", "100")), bought(exchange, ("2", "90"))]
    traded(exchange, book)
    return exchange, book, buys


def test_the_coins_of_the_lot_that_was_bought_first_are_sold_first():
    exchange, book, (first, second) = two_lots()
    assert told(book, *by_hand(exchange, "1.5")) == [(first, 1), (second, D("0.5"))]
    assert (book.lots[first].remainder, book.lots[second].remainder) == (0, D("1.5"))
    assert book.lots[second].uncovered_cost == 135
    decision = make.decision(book.lots[first])
    assert isinstance(decision, Close)
    assert "made by hand" in decision.why


def test_its_share_of_cost_and_proceeds_goes_along():
    exchange, book, _ = two_lots()
    told(book, *by_hand(exchange, "1.5", "120", "0.6"))
    gone = [each for lot in book.lots.values() for each in lot.disposals]
    assert [(each.cost, each.proceeds) for each in gone] == [(100, D("119.6")), (45, D("59.8"))]
    assert {each.kind for each in gone} == {DisposalKind.SOLD_BY_HAND}


def test_what_a_sell_of_ours_holds_cannot_have_been_sold():
    exchange, book, (first, second) = two_lots()
    placed(exchange, book, first)
    assert told(book, *by_hand(exchange, "1.5")) == [(second, D("1.5"))]


def test_what_is_more_than_the_lots_have_is_none_of_theirs():
    exchange, book, buys = two_lots()
    assert told(book, *by_hand(exchange, "9")) == [(buys[0], 1), (buys[1], 2)]
    run(exchange, book, exchange.trades[-1].trade_id)
    later = bought(exchange, ("1", "80"))
    traded(exchange, book)
    assert told(book) == []
    assert book.lots[later].remainder == 1


def test_a_fee_in_the_coin_goes_too():
    exchange, book, (first, _) = two_lots()
    fill, order = by_hand(exchange, "0.5")
    assert told(book, replace(fill, commission=D("0.01"), commission_asset=make.BASE), order) == [(first, D("0.51"))]


@pytest.mark.parametrize("times", [1, 3])
def test_told_twice_it_is_counted_once(times):
    exchange, book, (first, _) = two_lots()
    news = by_hand(exchange, "0.5")
    for _ in range(times):
        told(book, *news)
        run(exchange, book, 0)
    assert sum(each.quantity for each in book.lots[first].disposals) == D("0.5")


def test_a_sell_in_flight_that_is_refused_had_lost_its_coins():
    """The person was faster: our SELL is refused for want of coins, after we heard of the other."""
    exchange, book, (first, second) = two_lots()
    order = make.place(book, first)
    make.place(book, second)
    assert told(book, *by_hand(exchange, "0.5")) == []
    book.lots.apply_order_event(order.name, OrderEvent.REFUSED, make.NOW)
    assert told(book) == [(first, D("0.5"))]
    assert book.lots[first].remainder == D("0.5")


def test_while_an_order_is_in_flight_the_cursor_waits_before_the_sale():
    exchange, book, (first, _) = two_lots()
    before = exchange.trades[-1].trade_id
    make.place(book, first)
    book.lots.apply_order_event(book.lots[first].orders[0].name, OrderEvent.ANSWER_LOST, make.NOW)
    sale, order = by_hand(exchange, "3")
    told(book, sale, order)
    assert book.safe_cursor(sale.trade_id) == sale.trade_id - 1 >= before
    book.lots.apply_order_event(book.lots[first].orders[0].name, OrderEvent.REFUSED, make.NOW)
    exchange.now_ms = make.NOW + 10**6
    current, _ = run(exchange, book, before)
    assert book.lots[first].remainder == 0
    assert book.safe_cursor(current.cursor) == sale.trade_id - 1  # its time is after the pass began
    book.manual_sales.settle([sale.trade_id])
    assert book.safe_cursor(current.cursor) == current.cursor


def test_a_cancel_by_hand_that_is_told_after_the_sale_came_before_it():
    exchange, book, (first, second) = two_lots()
    exchange.now_ms = make.NOW + 10_000
    sell = placed(exchange, book, first)
    placed(exchange, book, second)
    cancel = exchange.cancel(sell)
    exchange.now_ms += 1
    assert told(book, *by_hand(exchange, "1")) == []
    assert told(book, cancel) == [(first, 1)]


def test_a_cancel_that_came_after_the_sale_frees_coins_that_were_not_sold():
    exchange, book, (first, second) = two_lots()
    exchange.now_ms = make.NOW + 10_000
    sell = placed(exchange, book, first)
    placed(exchange, book, second)
    told(book, *by_hand(exchange, "1"))
    exchange.now_ms += 1
    assert told(book, exchange.cancel(sell)) == []
    assert book.lots[first].remainder == 1


def test_what_was_bought_after_the_sale_was_not_sold_by_it():
    exchange, book, _ = two_lots()
    late = by_hand(exchange, "5")
    later = bought(exchange, ("1", "80"))
    traded(exchange, book)
    assert later not in dict(told(book, *late))


def test_a_sell_that_turns_out_to_be_ours_gives_back_what_it_took():
    """Its reply was lost, a part was sold and the rest cancelled by hand: at first its name is not to be seen."""
    exchange, book, (first, second) = two_lots()
    order = make.place(book, second)
    book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW)
    sell = exchange.place(order).order_id
    sale = exchange.fill(sell, D("0.4"))
    named = exchange.cancel(sell)
    assert told(book, sale, exchange.orders[sell]) == [(first, D("0.4"))]
    assert told(book, named) == []
    assert book.lots[first].remainder == 1
    assert (book.lots[second].sold, book.lots[second].remainder) == (D("0.4"), D("1.6"))
    assert book.lots[second].orders[0].state is OrderState.CANCELED
    for lot in book.lots.values():
        make.check(lot)


def test_a_lot_is_not_finished_before_the_sale_that_closed_it_is_accounted_for():
    exchange, book, (first, second) = two_lots()
    for each in (first, second):
        book.apply_report(exchange.orders[each])
    told(book, *by_hand(exchange, "3"))
    for each in (first, second):
        book.lots.apply_decision(book.lots[each], make.decision(book.lots[each]))
    assert {lot.state for lot in book.lots.values()} == {LotState.CLOSED}
    newest = exchange.trades[-1].trade_id
    assert book.archive_finished(exchange.trades[-2].trade_id) == []
    assert (
        book.archive_finished(newest) == []
    )  # the sale may still be told again, and another lot have to answer for it
    book.manual_sales.settle([newest])
    assert len(book.archive_finished(newest)) == 2


def test_a_sale_whose_order_is_not_known_yet_is_not_accounted_for():
    """The exchange may tell of the trade, and say for a moment that it knows no such order."""
    exchange, book, _ = two_lots()
    sale, order = by_hand(exchange, "0.4")
    book.apply_fill(sale)
    assert book.safe_cursor(sale.trade_id) == sale.trade_id - 1
    book.apply_report(order)
    assert book.safe_cursor(sale.trade_id) == sale.trade_id - 1
    book.manual_sales.settle([sale.trade_id])
    assert book.safe_cursor(sale.trade_id) == sale.trade_id


def test_a_sell_holds_its_coins_since_the_exchange_has_it_not_since_it_was_sent():
    """It lay in the Gateway while a hand sold them, and stands on those of the next lot now."""
    exchange, book, (first, second) = two_lots()
    order = make.place(book, first)
    exchange.now_ms = make.NOW + 10_000
    sold = by_hand(exchange, "0.4")
    exchange.now_ms += 1000
    report = exchange.place(order)
    book.apply_report(replace(report, created_ms=report.time_ms))
    assert told(book, *sold) == [(second, D("0.4"))]
    assert (book.lots[first].remainder, book.lots[second].remainder) == (0, D("1.6"))


def test_an_answer_that_was_lost_after_the_end_does_not_make_a_sell_hold_its_coins_longer():
    exchange, book, (first, _) = two_lots()
    order = make.place(book, first)
    exchange.now_ms = make.NOW + 10_000
    book.apply_report(exchange.expire(exchange.place(order).order_id), is_certain=True)
    exchange.now_ms += 1000
    sold = by_hand(exchange, "0.4")
    book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, exchange.now_ms + 1000)
    assert told(book, *sold) == [(first, D("0.4"))]


@pytest.mark.parametrize("event", [OrderEvent.CANCEL_SENT, OrderEvent.ANSWER_LOST])
def test_what_we_do_about_a_sell_after_its_end_does_not_make_it_hold_its_coins_longer(event):
    """Its end is heard of late: after the sale, and after we had sent a cancel or waited for its answer in vain."""
    exchange, book, (first, _) = two_lots()
    order = make.place(book, first)
    exchange.now_ms = make.NOW + 10_000
    placed_ = exchange.place(order)
    if event is OrderEvent.CANCEL_SENT:
        book.apply_report(placed_)
    ended = exchange.expire(placed_.order_id)
    exchange.now_ms += 1
    sold = by_hand(exchange, "0.4")
    book.lots.apply_order_event(order.name, event, exchange.now_ms + 1000)
    book.apply_report(ended, is_certain=True)
    assert told(book, *sold) == [(first, D("0.4"))]


def test_dust_whose_giver_is_forgotten_was_the_takers():
    lot = with_buy(Lot(make.SYMBOL, make.BASE, make.QUOTE, 7), make.buy())
    dust = DustTransfer(make.SYMBOL, 3, 7, 1, D("0.1"), D(1), lot.opened_ms + 5)
    with_dust = with_dust_transfer(lot, dust)
    assert unlocked_quantity_at(with_dust, lot.opened_ms, {3, 7}) == 1
    assert unlocked_quantity_at(with_dust, lot.opened_ms, {7}) == D("1.1")


def test_dust_whose_giver_is_forgotten_was_there_before_its_taker_was_bought():
    lot = with_buy(Lot(make.SYMBOL, make.BASE, make.QUOTE, 7), make.buy())
    with_dust = with_dust_transfer(lot, DustTransfer(make.SYMBOL, 3, 7, 1, D("0.1"), D(10), make.NOW))
    assert unlocked_quantity_at(with_dust, lot.opened_ms - 1, {3, 7}) == 0
    assert unlocked_quantity_at(with_dust, lot.opened_ms - 1, {7}) == D("0.1")


def test_nothing_is_free_before_it_was_bought():
    lot = with_buy(Lot(make.SYMBOL, make.BASE, make.QUOTE, 7), make.buy())
    assert unlocked_quantity_at(lot, lot.opened_ms, ()) == 1
    assert unlocked_quantity_at(lot, lot.opened_ms - 1, ()) == 0
    assert unlocked_quantity_at(Lot(make.SYMBOL, make.BASE, make.QUOTE, 7), make.NOW, ()) == 0


class Kept(Random):
    """Dice with which a start has the database as it was last written."""

    def random(self) -> float:
        return 0.6


class HandWorld(World):
    """Time goes by with every move, and a person sells what lies free; a SELL without its coins is refused.

    `loses_records`: a start has the database of some moves ago, as after a full disk, and still hears events of before.
    Else it has that of just before, and a new subscription, which repeats nothing.
    """

    def __init__(self, policy, *, loses_records=False):
        super().__init__(policy)
        self.loses_records = loses_records
        self.passes()

    def passes(self):
        self.now += 1
        self.exchange.now_ms = make.NOW + self.now

    def sells_by_hand(self, dice: Random) -> None:
        free = self.exchange.free()
        quantity = (free * dice.randint(1, 4) / 4).quantize(D("0.001"), rounding="ROUND_DOWN")
        if quantity > 0:
            self.count("by hand")
            order = self.exchange.order(Side.SELL, str(quantity), "200", f"web_{self.now}").order_id
            self.news += [self.exchange.fill(order, quantity), self.exchange.orders[order]]

    def send(self, order, dice: Random) -> None:
        if order.quantity > self.exchange.free():
            self.count("no coins")
            self.book.lots.apply_order_event(order.name, OrderEvent.REFUSED, make.NOW + self.now, "no coins")
        else:
            super().send(order, dice)

    def decides(self, dice: Random) -> None:
        self.book.apply_manual_sales()
        super().decides(dice)

    def starts_again(self, dice: Random) -> None:
        if not self.loses_records:
            self.writes_down(dice)
            self.news.clear()
        super().starts_again(Kept())

    def settle(self) -> None:
        self.passes()
        self.news.sort(key=lambda news: not isinstance(news, Fill))
        super().settle()
        self.passes()
        self.reconciles()
        self.book.apply_manual_sales()
        if self.book.lots.unknown_sells():
            return  # nor is the sale settled, and the cursor waits before it
        self.count("settled")
        left = sum((lot.remainder for lot in self.book.lots.values()), D(0))
        assert left <= self.exchange.free(), "a lot believes that it has what was sold"


HAND_MOVES = {HandWorld.sells_by_hand: 4, **{getattr(HandWorld, move.__name__): count for move, count in MOVES.items()}}


def lived(seed, policy, moves=150, *, loses_records=False):
    world, dice = HandWorld(policy, loses_records=loses_records), Random(seed)
    for move in dice.choices(list(HAND_MOVES), list(HAND_MOVES.values()), k=moves):
        move(world, dice)
        world.passes()
        world.nothing_is_sold_twice()
        world.every_lot_adds_up()
    world.settle()
    return world


COUNT = settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
LIVES = given(seed=st.integers(0, 2**32), policy=st.sampled_from(POLICIES))


@COUNT
@LIVES
@example(seed=405, policy=POLICIES[1])
@example(seed=255, policy=POLICIES[3])
def test_whatever_a_person_sells_and_whenever_it_is_heard_no_lot_believes_it_has_it_still(seed, policy):
    lived(seed, policy)


@settings(COUNT, derandomize=True)
@LIVES
@example(seed=405, policy=POLICIES[1])
@example(seed=255, policy=POLICIES[3])
def test_nor_with_a_database_that_lost_what_was_decided_last(seed, policy):
    """The same lives each time, for one in a thousand ends wrong. A SELL that was cancelled by hand is lost with the
    record, its name is used again, and its cancel is then heard as that of the second; or a late copy brings back a
    finished lot that had answered for a sale older than its BUY, which nothing tells of any more.
    """
    lived(seed, policy, loses_records=True)


def test_these_lives_see_sales_by_hand_and_sells_without_coins():
    seen = {}
    for seed in range(8):
        for kind, count in lived(seed, POLICIES[seed % len(POLICIES)]).seen.items():
            seen[kind] = seen.get(kind, 0) + count
    assert seen["by hand"] > 20
    assert seen["no coins"] >= 3
    assert seen["settled"] > 3
    assert MARKET.pair.max_orders


@pytest.mark.parametrize("is_restarted", [True, False])
def test_a_sale_that_finished_lots_gave_for_is_not_taken_again_from_one_that_is_read(is_restarted):
    """The finished lots are not in the book any more: what they gave is remembered, and loaded after a restart."""
    exchange, book, (first, second) = two_lots()
    sold = by_hand(exchange, "1.5")
    assert told(book, *sold) == [(first, D(1)), (second, D("0.5"))]
    newest = exchange.trades[-1].trade_id
    book.set_cursor(newest)
    book.manual_sales.settle([newest])
    book.apply_report(exchange.orders[first])
    book.lots.apply_decision(book.lots[first], make.decision(book.lots[first]))
    (finished,) = book.archive_finished(newest)
    if is_restarted:
        lots, book = [book.lots[second]], make.book()
        book.load_lots(lots, [first])
        book.manual_sales.note_finished(finished.disposals)
        book.set_cursor(newest)
    book.hold_until_read(second)
    assert told(book, *sold) == []
    assert book.lots[second].remainder == D("1.5")


def test_a_sell_of_a_finished_lot_takes_nothing_from_a_lot_that_is_read_after_a_restart():
    exchange, book, (first, second) = two_lots()
    sell = placed(exchange, book, first)
    sale = exchange.fill(sell, D(1))
    later = make.book()
    later.load_lots([book.lots[second]], [first])
    later.set_cursor(sale.trade_id)
    later.manual_sales.begin_after(sale.trade_id)
    later.hold_until_read(second)
    assert told(later, exchange.orders[sell], sale) == []
    assert later.lots[second].remainder == 2


def test_a_late_sell_of_a_finished_lot_does():
    """Its trade came after all that the earlier process knew: the coins were those of another lot."""
    exchange, book, (first, second) = two_lots()
    sell = placed(exchange, book, first)
    later = make.book()
    later.load_lots([book.lots[second]], [first])
    later.set_cursor(exchange.trades[-1].trade_id)
    later.manual_sales.begin_after(exchange.trades[-1].trade_id)
    sale = exchange.fill(sell, D(1))
    assert told(later, exchange.orders[sell], sale) == [(second, D(1))]


def test_nor_what_another_lot_gave_that_is_in_the_book_and_is_not_read():
    exchange, book, (_, second) = two_lots()
    sold = by_hand(exchange, "1.5")
    told(book, *sold)
    book.set_cursor(exchange.trades[-1].trade_id)
    book.hold_until_read(second)
    assert told(book, *sold) == []


def test_a_lot_that_is_found_later_gives_what_no_other_lot_gave():
    exchange, book = Exchange(), make.book()
    first, lost = bought(exchange, ("1", "100")), bought(exchange, ("2", "90"))
    sold = by_hand(exchange, "1.5")
    book.apply_fill(exchange.trades[0])
    assert told(book, *sold) == [(first, D(1))]
    book.set_cursor(exchange.trades[-1].trade_id)
    book.apply_fill(exchange.trades[1])
    book.rebuild_lot(lost)
    assert told(book, *sold) == [(lost, D("0.5"))]


def test_a_finished_lot_that_comes_back_has_given_what_it_gave():
    """Its last SELL ended so long ago that it is not among those that are known to be finished.

    From the exchange alone the sale might be divided in another way, and what other lots gave stands already.
    """
    exchange, book, (first, second) = two_lots()
    sold = by_hand(exchange, "1")
    assert told(book, *sold) == [(first, D(1))]
    later = make.book()
    later.load_lots([book.lots[second]])
    later.manual_sales.note_finished(book.lots[first].disposals)
    later.set_cursor(exchange.trades[-1].trade_id)
    later.request_rebuild(first)
    later.apply_fill(exchange.trades[0])
    assert later.rebuild_lot(first).remainder == 0
    assert told(later, *sold) == []
