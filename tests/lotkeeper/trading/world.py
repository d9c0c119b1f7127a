"""A pair's life at random: the exchange with its account, and a keeper that learns of it by news.

News come late, twice and in any order; replies are lost, people cancel, databases are old or gone. Each move takes the
dice it is to be played with.
"""

from decimal import Decimal as D
from fractions import Fraction
from random import Random

from lotkeeper.trading.book.index import BookIndex
from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.floors import RequiredProceeds, floor_price
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import Disposal
from lotkeeper.trading.money import Ratio
from lotkeeper.trading.orders.client_ids import cancel_id
from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.states import OrderEvent, OrderState
from lotkeeper.trading.policy import AgeStep, Dust, ExitPolicy, OnPartial, Rung
from lotkeeper.trading.recovery.in_flight import AbandonSell, SendAgain, decide_not_found
from lotkeeper.trading.recovery.reconcile import Reconciliation
from lotkeeper.trading.selling.decide import unprotected_quantity
from lotkeeper.trading.selling.decisions import CancelSell, Keep, PlaceSell, TransferDust, ValueFees
from lotkeeper.trading.selling.order_slots import PairConditions, next_slot_step
from lotkeeper.trading.selling.plan import decide_lot, is_dust, lots_in_order
from tests.lotkeeper.trading import make
from tests.lotkeeper.trading.exchange import OPEN, Exchange

MARKET = make.market(
    step=D("0.01"), min_quantity=D("0.02"), min_notional=D(3), max_quantity=D(2), max_orders=8, max_notional=D(190)
)
HALF = D("0.5")
POLICIES = [
    ExitPolicy(HALF, max_sells=2, free_order_slots=1),
    ExitPolicy(HALF, min_net_profit=D(2), max_sells=9),
    ExitPolicy(HALF, OnPartial.COMPLETE, max_sells=3),
    ExitPolicy(HALF, dust=Dust.WRITE_OFF, max_sells=2),
    ExitPolicy(HALF, max_sells=3, ladder=(Rung(D(50), HALF), Rung(D(20), D(1)), Rung(D(30), D(4)))),
    ExitPolicy(D(8), max_sells=3, keep_coins_pct=D(60)),
    ExitPolicy(D(2), max_sells=3, age=(AgeStep(300_000, HALF), AgeStep(1_500_000, D(0)))),
]
FATES = ("accepted", "accepted", "accepted", "reply lost", "never arrived", "refused", "filled at once")
CANCEL_FATES = ("cancelled", "cancelled", "reply lost", "never arrived", "refused")


class World:
    """`seen` counts what was decided, by kind, so that a test can tell whether its dice saw everything."""

    def __init__(self, policy: ExitPolicy) -> None:
        self.policy = policy
        self.exchange = Exchange()
        self.book = self.new_book()
        self.news: list = []
        self.cursor: int | None = 0
        self.now = 0
        self.handled: list[int] = []  # a person cancelled them after a part was sold: their names are gone
        self.database: tuple = ([], 0, [])
        self.finished_disposals: list[Disposal] = []  # what lots gave that are not in the book any more
        self.seen: dict[str, int] = {}

    @property
    def least_pct(self) -> D:
        """The net profit in percent that every SELL brings, of whatever age its lot is."""
        return min([self.policy.net_profit_pct, *(step.net_profit_pct for step in self.policy.age)])

    def new_book(self) -> PairBook:
        return PairBook(make.SYMBOL, make.BASE, make.QUOTE, market=MARKET, policy=self.policy)

    # The trader

    def buys(self, dice: Random) -> None:
        quantity = D(dice.randint(1, 300)) / 100
        whole = quantity * dice.randint(1, 4)
        self.buys_more(self.exchange.order(Side.BUY, str(whole), "200").order_id, quantity, dice)

    def buys_more(self, order_id: int, quantity: D, dice: Random) -> None:
        fee = str(quantity / 1000 if dice.random() < 0.7 else 0)
        fill = self.exchange.fill(order_id, quantity, D(dice.randint(90, 130)), fee)
        self.news += [fill, self.exchange.orders[order_id]]

    def buy_goes_on(self, dice: Random) -> None:
        waiting = self.waiting_buys()
        if waiting:
            order = dice.choice(waiting)
            self.buys_more(order.order_id, min(order.quantity - order.executed, D("0.75")), dice)

    def buy_is_cancelled(self, dice: Random) -> None:
        waiting = self.waiting_buys()
        if waiting:
            self.news.append(self.exchange.cancel(dice.choice(waiting).order_id))

    def waiting_buys(self) -> list:
        return [each for each in self.exchange.orders.values() if each.status in OPEN and each.side is Side.BUY]

    def sells_known(self) -> list[int]:
        """Those of which the book knows the order id. One that a person changes before has no name of ours any more,
        and nothing tells whose it is."""
        return [each for each in self.exchange.open_sells() if each in self.book.lots.index.lot_of_order]

    def sell_is_cancelled_by_hand(self, dice: Random) -> None:
        if self.sells_known():
            order_id = dice.choice(self.sells_known())
            report = self.exchange.cancel(order_id)
            self.news.append(report)
            self.handled += [order_id] if report.executed else []

    def sell_is_made_smaller_by_hand(self, dice: Random) -> None:
        if self.sells_known():
            order = self.exchange.orders[dice.choice(self.sells_known())]
            if order.quantity - order.executed > D("0.01"):
                self.news.append(self.exchange.amend(order.order_id, order.quantity - D("0.01")))
                self.handled.append(order.order_id)  # and so is its name

    def pair_is_resumed(self, dice: Random) -> None:
        self.book.lots.resume(make.NOW)

    # The market

    def sell_fills(self, dice: Random) -> None:
        if self.exchange.open_sells():
            order = self.exchange.orders[dice.choice(self.exchange.open_sells())]
            rest, part = order.quantity - order.executed, dice.randint(1, 3)
            quantity = rest if part == 1 else max(D("0.01"), (rest / part).quantize(D("0.01")))
            fill = self.exchange.fill(order.order_id, min(rest, quantity))
            self.news += [fill, self.exchange.orders[order.order_id]]

    def sell_expires(self, dice: Random) -> None:
        if self.exchange.open_sells():
            self.news.append(self.exchange.expire(dice.choice(self.exchange.open_sells())))

    # The keeper

    def news_comes(self, dice: Random) -> None:
        if self.news:
            place, again = dice.randrange(len(self.news)), dice.random() < 0.3
            self.told(self.news[place] if again else self.news.pop(place))

    def told(self, news: object) -> None:
        if isinstance(news, Fill):
            self.book.apply_fill(news)
        else:
            self.book.apply_report(news)

    def decides(self, dice: Random) -> None:
        if self.book.lots:
            number = dice.choice(sorted(self.book.lots))
            self.now += dice.choice((0, 0, 2_000, 400_000))
            known = PairConditions(make.NOW + self.now)
            for each in lots_in_order(self.book, [number]):
                self.decides_about(each, known, dice)
            while (step := next_slot_step(self.book, known)) is not None:
                if isinstance(step, CancelSell):
                    self.carries_out(0, step, dice)
                else:
                    self.decides_about(step, known, dice)

    def decides_about(self, number: int, known: PairConditions, dice: Random) -> None:
        self.book.lots.index.remove_from_queue(number)
        for decision in decide_lot(self.book, number, known):
            self.carries_out(number, decision, dice)

    def carries_out(self, number: int, decision: object, dice: Random) -> None:
        self.count(type(decision).__name__)
        match decision:
            case TransferDust(carry):
                has_it = self.book.lots[number].remainder < 0
                self.count("TransferDust for a SELL that has it" if has_it else "TransferDust new")
                source, _ = self.book.lots.transfer_dust(carry)
                assert source.remainder == 0 or has_it  # it gave all that it had
                assert source.remainder >= 0  # and not more
            case Keep(disposal):
                assert 0 < disposal.quantity <= self.book.lots[number].remainder
                self.book.lots.dispose(disposal)
            case PlaceSell():
                self.is_lawful(decision)
                self.send(self.book.lots.record_sell_sent(decision, make.NOW + self.now), dice)
            case CancelSell(name, order_id):
                self.count("CancelSell its own" if name.buy_order_id == number else "CancelSell another's")
                self.book.lots.apply_order_event(name, OrderEvent.CANCEL_SENT, make.NOW + self.now)
                self.take_back(name, order_id, dice.choice(CANCEL_FATES))
            case _:
                assert not isinstance(decision, ValueFees)
                self.book.lots.apply_decision(self.book.lots[number], decision)

    def count(self, kind: str) -> None:
        self.seen[kind] = self.seen.get(kind, 0) + 1

    def is_lawful(self, sell: PlaceSell) -> None:
        pair = MARKET.pair
        assert sell.price % pair.tick == 0
        assert sell.quantity % pair.step == 0
        assert pair.min_quantity <= sell.quantity <= pair.size.most
        assert pair.min_notional <= sell.price * sell.quantity <= pair.max_notional
        claim = RequiredProceeds(Ratio(sell.cost), Ratio(sell.cost * self.least_pct, D(100)))
        assert sell.price >= floor_price(claim, sell.quantity, MARKET.sell_rate, pair.tick)

    def send(self, order, dice: Random) -> None:
        fate = dice.choice(FATES)
        if fate == "refused":
            self.book.lots.apply_order_event(order.name, OrderEvent.REFUSED, make.NOW + self.now, "refused: at random")
        elif fate == "never arrived":
            self.book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW + self.now)
        else:
            self.arrives(order, fate)

    def arrives(self, order, fate: str) -> None:
        placed = self.exchange.place(order)
        if fate == "filled at once":
            self.news.append(self.exchange.fill(placed.order_id, order.quantity))
        self.news.append(placed)  # older than the fill it may come after
        if fate == "reply lost":
            self.book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW + self.now)

    def take_back(self, name, order_id: int, fate: str) -> None:
        """The cancel arrives or not, and the reply comes or not; an order that has ended refuses it."""
        stands = self.exchange.orders[order_id].status in OPEN
        if stands and fate in ("cancelled", "reply lost"):
            report = self.exchange.cancel(order_id, by=cancel_id(name))
            self.news += [report] if fate == "cancelled" else []
        elif fate == "refused" or not stands:
            self.still_stands(name, order_id)

    def still_stands(self, name, order_id: int) -> None:
        """What the keeper does about a cancel without an outcome: it asks for the order."""
        self.told(self.exchange.orders[order_id])
        order = next(each for each in self.book.lots[name.buy_order_id].orders if each.name == name)
        if order.state is OrderState.CANCELING:
            self.book.lots.apply_order_event(name, OrderEvent.CANCEL_REFUSED, make.NOW + self.now)

    def cancel_is_asked_about(self, dice: Random) -> None:
        if self.canceling():
            order = dice.choice(self.canceling())
            self.still_stands(order.name, order.order_id)

    def canceling(self) -> list:
        orders = (order for lot in self.book.lots.values() for order in lot.orders)
        return [order for order in orders if order.state is OrderState.CANCELING]

    def is_asked_about(self, order) -> bool:
        """Whether the exchange has an order of that name; the request cannot arrive any more, which settles it."""
        arrived = [number for number, name in self.exchange.first_names.items() if name == order.client_id]
        if arrived:
            report = self.exchange.orders[arrived[-1]]
            if report.client_id == order.client_id:
                self.book.apply_report(report, is_certain=True)
        return bool(arrived)

    def doubt_is_settled(self, dice: Random) -> None:
        """Asked by name; sent again only where the request cannot be alive, which here it never is."""
        if not self.book.lots.unknown_sells():
            return
        order = dice.choice(self.book.lots.unknown_sells())
        if self.is_asked_about(order):
            return
        verdict = decide_not_found(order, self.book.lots[order.name.buy_order_id], 1, order.sent_ms + 10**6, 5_000)
        if isinstance(verdict, AbandonSell):
            self.count("AbandonSell")
            self.book.lots.apply_order_event(order.name, OrderEvent.REFUSED, make.NOW + self.now)
            return
        assert isinstance(verdict, SendAgain)
        self.book.lots.apply_order_event(order.name, OrderEvent.SENT_AGAIN, make.NOW + self.now)
        self.send(order, dice)

    def reconciles(self, dice: Random | None = None) -> None:
        current = Reconciliation(self.book, self.cursor, make.NOW + self.now)
        self.exchange.drive(current, most=40 + 8 * len(self.exchange.orders))
        self.cursor = self.book.safe_cursor(current.cursor)
        self.book.set_cursor(self.cursor)
        finished = self.book.archive_finished(self.cursor)
        self.finished_disposals += [each for lot in finished for each in lot.disposals]

    def writes_down(self, dice: Random) -> None:
        self.database = (list(self.book.lots.values()), self.cursor, list(self.finished_disposals))

    def starts_again(self, dice: Random) -> None:
        """With the database as it was last written, or with none; nothing is decided before the first pass is done."""
        if self.handled:
            return
        lots, cursor, self.finished_disposals = self.database if dice.random() < 0.8 else ([], None, [])
        self.book = self.new_book()
        self.book.load_lots(lots)
        self.book.manual_sales.note_finished(self.finished_disposals)
        for order in [order for lot in lots for order in lot.orders if order.state is OrderState.PLACING]:
            self.book.lots.apply_order_event(order.name, OrderEvent.ANSWER_LOST, make.NOW + self.now)
        self.cursor = cursor
        self.book.set_cursor(self.cursor)
        if dice.random() < 0.5:
            self.news.clear()  # a new subscription repeats nothing, but what was under way may still come
        self.reconciles()

    # What always holds

    def check(self) -> None:
        self.nothing_is_sold_twice()
        self.every_lot_adds_up()
        self.the_index_agrees_with_the_lots()
        self.the_sells_of_a_lot_bring_the_floor_of_all_they_cover()

    def nothing_is_sold_twice(self) -> None:
        """Of all lots together, for dust goes from one to another: what the book believes to have left is there."""
        buys = [each.order_id for each in self.exchange.orders.values() if each.side is Side.BUY]
        offered = sum(self.exchange.sold(buy) + self.exchange.on_book(buy) for buy in buys)
        left = sum((lot.remainder for lot in self.book.lots.values()), D(0))
        assert offered + left <= sum(map(self.exchange.bought, buys))

    def every_lot_adds_up(self) -> None:
        given = {carry for lot in self.book.lots.values() for carry in lot.dust_given}
        for lot in self.book.lots.values():
            make.check(lot)
            if lot.state is LotState.CLOSED:
                assert lot.remainder < MARKET.pair.min_quantity
                assert not lot.open_quantity
            assert len({(each.source, each.generation) for each in lot.dust_taken}) == len(
                lot.dust_taken
            )  # as they are stored
            for carry in lot.dust_taken:
                assert carry in given or carry.source not in self.book.lots

    def the_index_agrees_with_the_lots(self) -> None:
        """What was counted with each change is what a new index counts that sees only the lots as they are now."""
        lots, index = self.book.lots.values(), self.book.lots.index
        assert index.live_sells == sum(order.is_live for lot in lots for order in lot.orders)
        assert index.canceling == len(self.canceling())
        assert index.deficits == {lot.buy_order_id for lot in lots if lot.remainder < 0}
        assert {number for _, number in index.queue.ascending()} <= self.book.lots.keys()
        anew = BookIndex()
        for lot in lots:
            anew.update_lot(lot)
        sums = ("live_sells", "canceling", "placing", "remainders", "deficits", "awaited", "unvalued", "closed")
        for name in (*sums, "disposed", "_counts"):
            assert getattr(index, name) == getattr(anew, name), name
        assert index.on_book.ascending() == anew.on_book.ascending()
        dust = [number for number, lot in sorted(self.book.lots.items()) if is_dust(lot, MARKET, self.policy)]
        known = set(dust) - index.dust.undecided
        assert set(index.dust.numbers) == known
        assert index.dust.total == sum((index.remainders[each] for each in known), D(0))

    def the_sells_of_a_lot_bring_the_floor_of_all_they_cover(self) -> None:
        for lot in self.book.lots.values():
            covered = [(order, order.open_quantity + order.executed) for order in lot.orders]
            brought = sum(Fraction(order.price) * Fraction(quantity) for order, quantity in covered)
            held = sum(Fraction(order.covered_cost) for order in lot.orders)
            wanted = held * (1 + Fraction(self.least_pct) / 100)
            assert brought * (1 - Fraction(MARKET.sell_rate)) >= wanted

    def settle(self) -> None:
        """All news arrive, and the exchange is asked: the book then has its numbers to the last digit."""
        for news in self.news:
            self.told(news)
        self.news.clear()
        self.reconciles()
        for order in self.book.lots.unknown_sells():
            self.is_asked_about(order)
        self.reconciles()
        for buy, lot in self.book.lots.items():
            assert (lot.received, lot.sold) == (self.exchange.bought(buy), self.exchange.sold(buy))
            assert not lot.sells_lacking_fills()
            known = sum((order.open_quantity for order in lot.orders if order.order_id), D(0))
            assert known == self.exchange.on_book(buy)
            assert unprotected_quantity(lot, MARKET, self.policy) >= 0
        assert not self.book.manual_sales.unattributed
        assert not self.book.buys_to_rebuild
        assert not self.book.lots.being_read()


MOVES = {
    World.buys: 6,
    World.buy_goes_on: 6,
    World.buy_is_cancelled: 2,
    World.sell_is_cancelled_by_hand: 1,
    World.sell_is_made_smaller_by_hand: 1,
    World.pair_is_resumed: 1,
    World.sell_fills: 5,
    World.sell_expires: 1,
    World.news_comes: 25,
    World.decides: 25,
    World.cancel_is_asked_about: 3,
    World.doubt_is_settled: 4,
    World.reconciles: 3,
    World.writes_down: 3,
    World.starts_again: 1,
}
