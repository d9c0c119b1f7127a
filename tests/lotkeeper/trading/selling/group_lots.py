"""Lots of a pair that are sold as a group, for tests: bought for a price, with a SELL that stands."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal as D

from lotkeeper.trading.book.pair_book import PairBook
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.orders.client_ids import cancel_id
from lotkeeper.trading.orders.fills import Side
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.policy import ExitPolicy
from lotkeeper.trading.selling.decide import decide
from lotkeeper.trading.selling.decisions import CancelSell, PlaceSell, Situation
from lotkeeper.trading.selling.grouping import CostPlan, Group, cost_plan, group_of, lots_to_raise
from tests.lotkeeper.trading import make

POLICY = ExitPolicy(D("0.5"), group=True)
MARKET = make.market()


class GroupBook:
    """A book whose lots (BUY orders 1, 2, 3 ...) stand at their own floors."""

    def __init__(self, *bought: tuple[str, str], policy: ExitPolicy = POLICY) -> None:
        self.policy = policy
        self.book: PairBook = make.book(market=MARKET, policy=policy)
        self._order_id = 70
        for number, (quantity, price) in enumerate(bought, start=1):
            self.buys(number, quantity, price)

    def buys(self, number: int, quantity: str, price: str) -> None:
        self.book.apply_fill(make.fill(number, number, Side.BUY, quantity, price))
        report = OrderReport(
            make.SYMBOL, number, "web", Side.BUY, "FILLED", D(price), D(quantity), D(quantity), D(0), make.NOW
        )
        self.book.apply_report(report)
        self.follows(number)

    @property
    def lots(self) -> Sequence[Lot]:
        return tuple(self.book.lots.open())

    def price(self, number: int) -> str:
        """Where the SELL of a lot stands."""
        return str(self.sell(number).price)

    def sell(self, number: int) -> SellOrder:
        (order,) = self.book.lots[number].live_sells
        return order

    def follows(self, number: int, group_price: D | None = None) -> bool:
        """Carries out what is decided about a lot, until nothing is; whether its SELL was replaced."""
        is_replaced = False
        for _ in range(4):
            now = Situation(make.NOW, group_price=group_price)
            step = decide(self.book.lots[number], MARKET, self.policy, now)[-1]
            if isinstance(step, CancelSell):
                self.ends(self.sell(number), "CANCELED")
                is_replaced = True
            elif isinstance(step, PlaceSell):
                self._order_id += 1
                order = self.book.lots.record_sell_sent(step, make.NOW)
                self.book.apply_report(make.sell_report(order, self._order_id))
            else:
                return is_replaced
        raise AssertionError("it never comes to rest")

    def ends(self, order: SellOrder, status: str, executed: str = "0") -> None:
        report = make.sell_report(order, order.order_id or 0, status, executed)
        self.book.apply_report(replace(report, cancel_id=cancel_id(order.name)), is_certain=True)

    @property
    def group(self) -> Group:
        found = group_of(self.lots, MARKET, self.policy)
        assert found is not None
        return found

    def rearranges(self) -> Group:
        """Each step of a rearrangement, one after the other: raise, move, lower."""
        group = self.group
        for number in lots_to_raise(group):
            self.follows(number, group.price)
        self.moves()
        for number in group.numbers:
            self.follows(number, D(0))
        return group

    def moves(self) -> CostPlan:
        plan = cost_plan(self.group, MARKET, self.policy, make.NOW)
        self.book.lots.move_costs(plan)
        for lot in self.lots:
            make.check(lot)
        return plan

    def sells_some(self, number: int, quantity: str) -> None:
        """So much of a lot's SELL is sold at its price."""
        order = self.sell(number)
        self._order_id += 1
        self.book.apply_fill(make.sell(self._order_id, order.order_id or 0, quantity, str(order.price)))
        self.follows(number)
