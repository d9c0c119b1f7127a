"""A pair's whole life at random: news late, twice and in any order, replies lost, people cancelling, notebooks gone."""

from decimal import Decimal as D
from fractions import Fraction

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lotkeeper.trading.book import PairBook
from lotkeeper.trading.decisions import PlaceSell, ValueFees, decide, unprotected
from lotkeeper.trading.fills import Fill, Side
from lotkeeper.trading.floors import floor_price
from lotkeeper.trading.lot_states import LotState
from lotkeeper.trading.order_states import OrderEvent, OrderState
from lotkeeper.trading.reconcile import Reconciliation
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.exchange import OPEN, Exchange

MARKET = make.market(step=D("0.01"), min_quantity=D("0.02"), min_notional=D(3), max_quantity=D(2))
POLICY = make.policy("0.5")
FATES = ("accepted", "reply lost", "never arrived", "refused", "filled at once")
prices = st.integers(90, 130).map(str)
quantities = st.integers(1, 300).map(lambda cents: D(cents) / 100)


class Life(RuleBasedStateMachine):
    """The exchange, and a keeper that learns of it by news that may come late, twice, or in any order."""

    @initialize()
    def begin(self):
        self.exchange = Exchange()
        self.book = self.new_book()
        self.news = []
        self.cursor = self.now = 0
        self.handled = []  # cancelled by hand after a part was sold: its name is gone
        self.notebook = ([], 0)

    @staticmethod
    def new_book():
        return PairBook(make.SYMBOL, make.BASE, make.QUOTE, market=MARKET, policy=POLICY)

    # The trader

    @rule(quantity=quantities, part=st.integers(1, 4), price=prices, fee=st.booleans())
    def buys(self, quantity, part, price, fee):
        order = self.exchange.order(Side.BUY, str(quantity * part), "200")
        self.buys_more(order.order_id, quantity, price, fee)

    def buys_more(self, order_id, quantity, price, fee):
        fill = self.exchange.fill(order_id, quantity, D(price), str(quantity / 1000 if fee else 0))
        self.news += [fill, self.exchange.orders[order_id]]

    @precondition(lambda self: self.waiting_buys())
    @rule(data=st.data(), price=prices, fee=st.booleans())
    def buy_goes_on(self, data, price, fee):
        order = data.draw(st.sampled_from(self.waiting_buys()))
        self.buys_more(order.order_id, min(order.quantity - order.executed, D("0.75")), price, fee)

    @precondition(lambda self: self.waiting_buys())
    @rule(data=st.data())
    def buy_is_cancelled(self, data):
        order = data.draw(st.sampled_from(self.waiting_buys()))
        self.news.append(self.exchange.cancel(order.order_id))

    def waiting_buys(self):
        return [each for each in self.exchange.orders.values() if each.status in OPEN and each.side is Side.BUY]

    @precondition(lambda self: self.exchange.open_sells())
    @rule(data=st.data())
    def sell_is_cancelled_by_hand(self, data):
        order_id = data.draw(st.sampled_from(self.exchange.open_sells()))
        report = self.exchange.cancel(order_id)
        self.news.append(report)
        if report.executed:
            self.handled.append(order_id)

    @rule()
    def pair_is_resumed(self):
        self.book.resume()

    # The market

    @precondition(lambda self: self.exchange.open_sells())
    @rule(data=st.data(), part=st.integers(1, 3))
    def sell_fills(self, data, part):
        order = self.exchange.orders[data.draw(st.sampled_from(self.exchange.open_sells()))]
        rest = order.quantity - order.executed
        quantity = rest if part == 1 else max(D("0.01"), (rest / part).quantize(D("0.01")))
        self.news += [self.exchange.fill(order.order_id, min(rest, quantity)), self.exchange.orders[order.order_id]]

    @precondition(lambda self: self.exchange.open_sells())
    @rule(data=st.data())
    def sell_expires(self, data):
        self.news.append(self.exchange.expire(data.draw(st.sampled_from(self.exchange.open_sells()))))

    # The keeper

    @precondition(lambda self: self.news)
    @rule(data=st.data(), again=st.booleans())
    def news_comes(self, data, again):
        place = data.draw(st.integers(0, len(self.news) - 1))
        self.told(self.news[place] if again else self.news.pop(place))

    def told(self, news):
        return self.book.take_fill(news) if isinstance(news, Fill) else self.book.take_report(news)

    @precondition(lambda self: self.book.lots)
    @rule(data=st.data(), fate=st.sampled_from(FATES), later=st.integers(0, 400_000))
    def decides(self, data, fate, later):
        lot = self.book.lots[data.draw(st.sampled_from(sorted(self.book.lots)))]
        self.now += later
        decision = decide(lot, MARKET, POLICY, make.NOW + self.now)
        assert not isinstance(decision, ValueFees)
        if not isinstance(decision, PlaceSell):
            self.book.decided(lot, decision)
            return
        self.is_lawful(decision)
        self.send(self.book.sell_sent(decision, make.NOW + self.now), fate)

    def is_lawful(self, sell):
        pair = MARKET.pair
        assert sell.price % pair.tick == 0
        assert sell.quantity % pair.step == 0
        assert pair.min_quantity <= sell.quantity <= pair.max_quantity
        assert sell.price * sell.quantity >= pair.min_notional
        assert sell.price >= floor_price(sell.cost, sell.quantity, MARKET.sell_rate, POLICY.net_profit_pct, pair.tick)

    def send(self, order, fate):
        if fate == "refused":
            self.book.order_event(order.name, OrderEvent.REFUSED, make.NOW + self.now, "refused: at random")
        elif fate == "never arrived":
            self.book.order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW + self.now)
        else:
            self.arrives(order, fate)

    def arrives(self, order, fate):
        placed = self.exchange.place(order)
        if fate == "filled at once":
            self.news.append(self.exchange.fill(placed.order_id, order.quantity))
        self.news.append(placed)  # older than the fill it may come after
        if fate == "reply lost":
            self.book.order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW + self.now)

    @precondition(lambda self: self.book.in_doubt())
    @rule(data=st.data(), fate=st.sampled_from(FATES))
    def doubt_is_settled(self, data, fate):
        """Asked by name; sent again only where the request cannot be alive, which here it never is."""
        order = data.draw(st.sampled_from(self.book.in_doubt()))
        arrived = [number for number, name in self.exchange.first_names.items() if name == order.client_id]
        if arrived:
            report = self.exchange.orders[arrived[0]]
            if report.client_id == order.client_id:
                self.told(report)
            return
        self.book.order_event(order.name, OrderEvent.SENT_AGAIN, make.NOW + self.now)
        self.send(order, fate)

    @rule()
    def reconciles(self):
        current = Reconciliation(self.book, self.cursor, make.NOW)
        self.exchange.drive(current, most=40 + 8 * len(self.exchange.orders))
        self.cursor = current.cursor
        self.book.forget_finished(self.cursor)

    @rule()
    def writes_down(self):
        self.notebook = (list(self.book.lots.values()), self.cursor)

    @precondition(lambda self: not self.handled)
    @rule(is_old=st.booleans())
    def starts_again(self, is_old):
        """With the notebook as it was last written, or with none; nothing is decided before the first pass is done."""
        lots, cursor = self.notebook if is_old else ([], None)
        self.book = self.new_book()
        self.book.load(lots)
        for order in [order for lot in lots for order in lot.orders if order.state is OrderState.PLACING]:
            self.book.order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW + self.now)
        self.cursor = cursor
        self.news.clear()  # a new subscription repeats nothing
        self.reconciles()

    # What always holds

    @invariant()
    def nothing_is_sold_twice(self):
        for buy in [each.order_id for each in self.exchange.orders.values() if each.side is Side.BUY]:
            assert self.exchange.sold(buy) + self.exchange.on_book(buy) <= self.exchange.bought(buy)

    @invariant()
    def every_lot_adds_up(self):
        for lot in self.book.lots.values():
            make.check(lot)
            if lot.state is LotState.CLOSED:
                assert lot.remainder < MARKET.pair.min_quantity
                assert not lot.open_quantity

    @invariant()
    def the_sells_of_a_lot_bring_the_floor_of_all_they_cover(self):
        for lot in self.book.lots.values():
            covered = [(order, order.open_quantity + order.executed) for order in lot.orders]
            brought = sum(Fraction(order.price) * Fraction(quantity) for order, quantity in covered)
            wanted = sum(Fraction(order.cost_held) for order in lot.orders) * (
                1 + Fraction(POLICY.net_profit_pct) / 100
            )
            assert brought * (1 - Fraction(MARKET.sell_rate)) >= wanted - Fraction(1, 100) * len(lot.orders)

    def teardown(self):
        if not hasattr(self, "exchange"):
            return
        for news in self.news:
            self.told(news)
        self.reconciles()
        self.reconciles()
        for buy, lot in self.book.lots.items():
            assert (lot.received, lot.sold) == (self.exchange.bought(buy), self.exchange.sold(buy))
            assert not lot.untold()
            on_book = sum(
                (order.open_quantity for order in lot.orders if order.state in ("OPEN", "PARTIALLY_FILLED")), D(0)
            )
            assert on_book == self.exchange.on_book(buy)
            assert unprotected(lot, MARKET, POLICY) >= 0
        assert not self.book.strays
        assert not self.book.missing
        assert not self.book.being_read()


Life.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
    report_multiple_bugs=False,
)
TestLife = Life.TestCase
