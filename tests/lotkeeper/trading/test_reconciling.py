"""Reconciliation at random: events late, twice, lost and in any order, answers by snapshots of any age, crashes between
any two of them. In the end the lots are those that the exchange has.
"""

from copy import copy
from decimal import Decimal as D

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import with_asked_id
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.recovery.questions import OrderByClientId, Question
from lotkeeper.trading.recovery.reconcile import Reconciliation, starting_cursor
from lotkeeper.trading.selling.decisions import PlaceSell
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.exchange import OPEN, Exchange

AMOUNTS = st.integers(1, 300).map(lambda cents: D(cents) / 100)


class Comparing(RuleBasedStateMachine):
    """`before` are snapshots of the exchange, `news` what it told and nobody heard yet."""

    @initialize()
    def begins(self):
        self.exchange, self.book, self.news = Exchange(), make.book(), []
        self.before, self.database = [], ([], 0)
        self.cursor = 0
        self.book.set_cursor(self.cursor)
        self.asked: list[Question] = []
        self.current: Reconciliation | None = None
        self.is_up_to_date = True  # nothing is placed by who was just started, before a pass is done

    # The exchange

    @rule(quantity=AMOUNTS, price=st.integers(90, 110))
    def buys(self, quantity, price):
        order = self.exchange.order(Side.BUY, str(quantity * 2), "200")
        self._filled(order.order_id, quantity, D(price))

    @rule(data=st.data())
    def buy_goes_on_or_ends(self, data):
        waiting = [each for each in self.exchange.orders.values() if each.side is Side.BUY and each.status in OPEN]
        if waiting:
            order = data.draw(st.sampled_from(waiting))
            if data.draw(st.booleans()):
                self._filled(order.order_id, order.quantity - order.executed, D(100))
            else:
                self.news.append(self.exchange.cancel(order.order_id))

    @rule(data=st.data())
    def sell_fills_or_expires(self, data):
        if self.exchange.open_sells():
            order = self.exchange.orders[data.draw(st.sampled_from(self.exchange.open_sells()))]
            left = order.quantity - order.executed
            if data.draw(st.integers(0, 3)):
                self._filled(order.order_id, data.draw(st.sampled_from([left, min(left, D("0.01"))])))
            else:
                self.news.append(self.exchange.expire(order.order_id))

    def _filled(self, order_id, quantity, price=None):
        fee = str(quantity / 1000) if self.exchange.orders[order_id].side is Side.BUY else "0"
        self.news += [self.exchange.fill(order_id, quantity, price, fee), self.exchange.orders[order_id]]

    # Events

    @precondition(lambda self: self.news)
    @rule(data=st.data(), again=st.booleans())
    def an_event_comes(self, data, again):
        place = data.draw(st.integers(0, len(self.news) - 1))
        self._told(self.news[place] if again else self.news.pop(place))

    @precondition(lambda self: self.news)
    @rule(data=st.data())
    def an_event_is_lost(self, data):
        self.news.pop(data.draw(st.integers(0, len(self.news) - 1)))

    def _told(self, news):
        (self.book.apply_fill if isinstance(news, Fill) else self.book.apply_report)(news)

    # SELLs

    @precondition(lambda self: self.is_up_to_date and self.current is None)
    @rule(data=st.data(), fate=st.sampled_from(["told", "event only", "answer lost"]))
    def a_sell_is_placed(self, data, fate):
        wanted = [lot for lot in self.book.lots.open() if isinstance(make.decision(lot), PlaceSell)]
        if wanted:
            order = make.place(self.book, data.draw(st.sampled_from(wanted)).buy_order_id)
            report = self.exchange.place(order)
            if fate == "told":
                self._told(report)
            else:
                self.news += [report] if fate == "event only" else []
                self.book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW)

    # Passes

    @rule()
    def time_passes(self):
        """What is asked from now on may be answered by how things are now."""
        now = copy(self.exchange)
        now.orders, now.trades = dict(self.exchange.orders), list(self.exchange.trades)
        self.before.append(now)

    @precondition(lambda self: self.current is None)
    @rule()
    def a_pass_begins(self):
        self.current = Reconciliation(self.book, self.cursor, make.NOW)
        self.asked = list(self.current.begin())

    @precondition(lambda self: self.current is not None)
    @rule(data=st.data(), is_stale=st.booleans())
    def a_question_is_answered(self, data, is_stale):
        question = self.asked.pop(data.draw(st.integers(0, len(self.asked) - 1)))
        exchange = data.draw(st.sampled_from(self.before[-3:])) if is_stale and self.before else self.exchange
        self.asked += _taken(self.current, question, exchange)
        if self.current.is_done:
            self._passed(self.current)

    def _passed(self, done):
        self.cursor = done.cursor
        self.book.set_cursor(self.cursor)
        self.current, self.asked = None, []
        self.book.archive_finished(self.cursor)

    # Crashes

    @rule()
    def it_is_written_down(self):
        self.database = (list(self.book.lots.values()), self.cursor)

    @rule(is_heard=st.booleans())
    def it_crashes(self, is_heard):
        """Whatever pass was under way is gone; what the exchange has told meanwhile may still come, or not."""
        lots, cursor = self.database
        self.book, self.current, self.asked = make.book(), None, []
        self.book.load_lots(lots)
        for order in [each for lot in lots for each in lot.orders if each.state is OrderState.PLACING]:
            self.book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW)
        self.cursor = starting_cursor(lots, cursor)
        self.book.set_cursor(self.cursor)
        self.news = self.news if is_heard else []
        self.is_up_to_date = False

    @rule()
    def all_is_asked_anew(self):
        self._settles()
        self.is_up_to_date = True

    # What holds

    @invariant()
    def nothing_is_believed_that_is_not_so(self):
        if hasattr(self, "book"):
            for buy, lot in self.book.lots.items():
                make.check(lot)
                assert lot.received <= self.exchange.bought(buy)
                assert lot.sold <= self.exchange.sold(buy)

    def _settles(self):
        """Two passes in which the exchange answers as it is: the first may leave what only the second can ask for."""
        for _ in range(2):
            current = Reconciliation(self.book, self.cursor, make.NOW)
            self.exchange.drive(current, most=40 + 8 * len(self.exchange.orders))
            self._passed(current)
            self._questions_are_asked_that_no_request_can_outrun()

    def _questions_are_asked_that_no_request_can_outrun(self):
        """What a keeper does about a SELL in doubt: before that, an end may be of an earlier order of its name."""
        for order in self.book.lots.unknown_sells():
            for report in self.exchange.answer(OrderByClientId(order.client_id)):
                self.book.apply_report(with_asked_id(report, order.client_id), is_certain=True)

    def teardown(self):
        if hasattr(self, "book"):
            self._settles()
            self._the_lots_are_those_of_the_exchange()

    def _the_lots_are_those_of_the_exchange(self):
        buys = {each.order_id for each in self.exchange.trades if each.side is Side.BUY}
        assert buys == self.book.lots.keys() | self.book.lots.archived
        for buy, lot in self.book.lots.items():
            assert list(lot.buys) == [each for each in self.exchange.trades if each.order_id == buy]
            assert (lot.received, lot.sold) == (self.exchange.bought(buy), self.exchange.sold(buy))
            assert lot.open_quantity == self.exchange.on_book(buy)
            assert not lot.sells_lacking_fills()
        assert not self.book.manual_sales.unattributed
        assert not self.book.buys_to_rebuild
        assert not self.book.lots.being_read()


def _taken(current, question, exchange):
    answer = exchange.answer(question)
    is_about_trades = type(question).__name__ in ("NewestTrades", "TradesFrom", "TradesOfOrder")
    return (current.apply_trades if is_about_trades else current.apply_orders)(question, answer)


Comparing.TestCase.settings = settings(
    max_examples=60, stateful_step_count=60, deadline=None, suppress_health_check=list(HealthCheck)
)
TestComparing = Comparing.TestCase
