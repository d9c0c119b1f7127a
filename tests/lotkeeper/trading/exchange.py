"""A model of the exchange: the orders and trades of one account on one pair, and what it answers."""

from dataclasses import dataclass, field, replace
from decimal import Decimal as D

from lotkeeper.trading.orders.client_ids import sell_name
from lotkeeper.trading.orders.fills import Fill, Side, UnreadableTrade
from lotkeeper.trading.orders.order import OrderReport, SellOrder
from lotkeeper.trading.recovery import reconcile
from lotkeeper.trading.recovery.questions import (
    TRADE_QUESTIONS,
    NewestOrders,
    NewestTrades,
    OlderTrades,
    OpenOrders,
    OrderByClientId,
    OrderById,
    Question,
    TradesFrom,
    TradesOfOrder,
    TradesSince,
)
from lotkeeper.trading.recovery.reconcile import Reconciliation
from tests.lotkeeper.trading import make

OPEN = {"NEW", "PARTIALLY_FILLED"}


@dataclass
class Exchange:
    orders: dict[int, OrderReport] = field(default_factory=dict)
    trades: list[Fill] = field(default_factory=list)
    first_names: dict[int, str] = field(default_factory=dict)
    damaged: set[int] = field(default_factory=set)  # trades (ids) whose rows cannot be read
    has_lost_numbers: bool = False  # nothing of a damaged row can be read, its ids neither
    now_ms: int | None = None  # the moment, where a test goes by the time; else each thing has one of its own
    reach_ms: int = 10**15  # how much time one question by time covers
    _last_order: int = 1000
    _last_trade: int = 5000
    _ticks: int = 0

    def order(self, side: Side, quantity: str, price: str, client_id: str = "web") -> OrderReport:
        self._last_order += 3
        number = self._last_order
        self.first_names[number] = client_id
        now_ms = self._at(self._tick())
        self.orders[number] = OrderReport(
            make.SYMBOL,
            number,
            client_id,
            side,
            "NEW",
            D(price),
            D(quantity),
            D(0),
            D(0),
            now_ms,
            created_ms=self.now_ms,
        )
        return self.orders[number]

    def place(self, sell: SellOrder) -> OrderReport:
        return self.order(Side.SELL, str(sell.quantity), str(sell.price), sell.client_id)

    def fill(self, order_id: int, quantity: D, price: D | None = None, fee: str = "0") -> Fill:
        order = self.orders[order_id]
        self._last_trade += 7
        at = str(order.price if price is None else price)
        fill = make.fill(self._last_trade, order_id, order.side, str(quantity), at, fee)
        fill = replace(fill, time_ms=self._at(self._tick()))
        self.trades.append(fill)
        executed = order.executed + quantity
        status = "FILLED" if executed == order.quantity else "PARTIALLY_FILLED"
        self.orders[order_id] = replace(order, executed=executed, status=status, time_ms=self._at(order.time_ms + 1))
        return fill

    def cancel(self, order_id: int, by: str = "") -> OrderReport:
        """The order then bears the cancel's id, as on Binance; returns what the event says. By hand, or `by` us."""
        cancel = by or f"cancel_{order_id}"
        order = replace(self.orders[order_id], status="CANCELED", cancel_id=cancel)
        order = replace(order, time_ms=self._at(order.time_ms))
        self.orders[order_id] = replace(order, client_id=cancel, cancel_id="")
        return order

    def amend(self, order_id: int, quantity: D) -> OrderReport:
        """A person makes an order smaller; its client id changes, too."""
        order = replace(self.orders[order_id], quantity=quantity, client_id=f"amend_{order_id}")
        self.orders[order_id] = order
        return order

    def expire(self, order_id: int) -> OrderReport:
        order = self.orders[order_id]
        self.orders[order_id] = replace(order, status="EXPIRED_IN_MATCH", time_ms=self._at(order.time_ms))
        return self.orders[order_id]

    def _tick(self) -> int:
        self._ticks += 1
        return make.NOW + self._ticks

    def _at(self, otherwise: int) -> int:
        return otherwise if self.now_ms is None else self.now_ms

    def free(self) -> D:
        """What of the coins bought here is neither sold nor locked by a SELL."""
        orders = self.orders.values()
        sells = [each for each in orders if each.side is Side.SELL]
        gone = sum((each.executed for each in sells), D(0))
        locked = sum((each.quantity - each.executed for each in sells if each.status in OPEN), D(0))
        return sum((self.bought(each.order_id) for each in orders if each.side is Side.BUY), D(0)) - gone - locked

    def open_sells(self) -> list[int]:
        return [each.order_id for each in self.orders.values() if each.status in OPEN and each.side is Side.SELL]

    def answer(self, question: Question) -> list[Fill] | list[OrderReport]:
        page = reconcile.PAGE
        match question:
            case NewestTrades():
                return self.trades[-reconcile.NEWEST :]
            case TradesSince(time_ms):
                return [each for each in self.trades if 0 <= each.time_ms - time_ms < self.reach_ms][:page]
            case NewestOrders():
                return list(self.orders.values())[-page:]
            case TradesFrom(trade_id) | OlderTrades(trade_id):
                return [each for each in self.trades if each.trade_id >= trade_id][:page]
            case TradesOfOrder(order_id):
                return [each for each in self.trades if each.order_id == order_id][:page]
            case OpenOrders():
                return [each for each in self.orders.values() if each.status in OPEN]
            case OrderByClientId(client_id):
                return [each for each in self.orders.values() if each.client_id == client_id][-1:]
            case OrderById(order_id):
                return [self.orders[order_id]] if order_id in self.orders else []

    def drive(self, current: Reconciliation, between=lambda: None, most: int = 400) -> int:
        """Answers until the pass is done; how many questions it took. `between` happens before every answer."""
        questions, asked = list(current.begin()), 0
        while questions:
            question = questions.pop(0)
            asked += 1
            assert asked <= most, "the pass does not end"
            between()
            if isinstance(question, TRADE_QUESTIONS):
                questions += self._show_trades(current, question)
            else:
                questions += current.apply_orders(question, self.answer(question))
        assert current.is_done
        return asked

    def _show_trades(self, current: Reconciliation, question: Question) -> tuple[Question, ...]:
        rows = [each for each in self.answer(question) if isinstance(each, Fill)]
        damaged = [each for each in rows if each.trade_id in self.damaged]
        unreadable = [UnreadableTrade(each.trade_id, each.order_id, each.time_ms, "a price") for each in damaged]
        if self.has_lost_numbers:
            unreadable = [UnreadableTrade(None, None, None, "a price") for _ in damaged]
        return current.apply_trades(question, [each for each in rows if each not in damaged], unreadable)

    def bought(self, buy_order_id: int) -> D:
        fills = [each for each in self.trades if each.order_id == buy_order_id]
        return sum(
            (each.quantity - (each.commission if each.commission_asset == make.BASE else 0) for each in fills), D(0)
        )

    def sold(self, buy_order_id: int) -> D:
        return sum((order.executed for order in self._sells(buy_order_id)), D(0))

    def on_book(self, buy_order_id: int) -> D:
        return sum((each.quantity - each.executed for each in self._sells(buy_order_id) if each.status in OPEN), D(0))

    def _sells(self, buy_order_id: int) -> list[OrderReport]:
        names = {number: sell_name(text) for number, text in self.first_names.items()}
        return [self.orders[number] for number, name in names.items() if name and name.buy_order_id == buy_order_id]


def run(exchange, book, cursor=None, **how):
    """One pass; without a cursor the pair's history begins with it."""
    times = [each.time_ms + 1 for each in exchange.trades] if cursor is None else []
    current = Reconciliation(book, cursor, max(times, default=make.NOW))
    asked = exchange.drive(current, **how)
    return current, asked


def bought(exchange, *parts, quantity=None):
    """A BUY that has filled in these parts (quantity, price); its order id."""
    whole = quantity or str(sum(D(part) for part, _ in parts))
    order = exchange.order(Side.BUY, whole, "100")
    for part, price in parts:
        exchange.fill(order.order_id, D(part), D(price))
    return order.order_id


def placed(exchange, book, buy):
    """The SELL that the rules want, on both sides; its order id on the exchange."""
    report = exchange.place(make.place(book, buy))
    book.apply_report(report)
    return report.order_id


def traded(exchange, book):
    for fill in exchange.trades:
        book.apply_fill(fill)


def agree(exchange, book):
    for buy, lot in book.lots.items():
        make.check(lot)
        assert (lot.received, lot.sold) == (exchange.bought(buy), exchange.sold(buy))
        assert lot.open_quantity == exchange.on_book(buy)
        assert sum((fill.quantity for fill in lot.sells), D(0)) == lot.sold
    assert not book.buys_to_rebuild
    assert not book.manual_sales.unattributed
