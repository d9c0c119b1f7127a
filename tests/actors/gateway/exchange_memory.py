"""What an exchange would remember, kept by a test: fills and orders, and the answers to a keeper's questions."""

from dataclasses import dataclass, field, replace
from decimal import Decimal as D

from lotkeeper.trading.orders.fills import Fill, Side
from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.recovery.questions import (
    NEWEST,
    AllocationsOfOrder,
    AllocationsSince,
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

SYMBOL = "BTCUSDT"
NOW_MS = 1_700_000_000_000


def fill(order_id: int, trade_id: int, side: Side, quantity: str, at: str, fee: str, fee_asset: str) -> Fill:
    return Fill(
        symbol=SYMBOL,
        trade_id=trade_id,
        order_id=order_id,
        side=side,
        price=D(at),
        quantity=D(quantity),
        quote_quantity=D(at) * D(quantity),
        commission=D(fee),
        commission_asset=fee_asset,
        time_ms=NOW_MS,
        is_maker=False,
    )


def report(
    order_id: int, client_id: str, side: Side, status: str, quantity: str, executed: str, at: str
) -> OrderReport:
    return OrderReport(
        symbol=SYMBOL,
        order_id=order_id,
        client_id=client_id,
        side=side,
        status=status,
        price=D(at),
        quantity=D(quantity),
        executed=D(executed),
        quote_executed=D(executed) * D(at),
        time_ms=NOW_MS,
    )


@dataclass
class ExchangeMemory:
    """Fills by trade id and the newest report of each order."""

    fills: dict[int, Fill] = field(default_factory=dict)
    orders: dict[int, OrderReport] = field(default_factory=dict)
    damaged: set[int] = field(default_factory=set)  # trades (ids) whose rows cannot be read
    allocations: list[Fill] = field(default_factory=list)  # by smart order routing, with ids below zero

    def keep(self, known: OrderReport, *fills: Fill) -> None:
        self.orders[known.order_id] = known
        self.fills.update({each.trade_id: each for each in fills})

    def turned(self, order_id: int, status: str, executed: str | None = None) -> OrderReport:
        """The order's new report."""
        old = self.orders[order_id]
        self.orders[order_id] = replace(old, status=status, executed=D(executed) if executed else old.executed)
        return self.orders[order_id]

    def retimed(self, fill: Fill, time_ms: int) -> None:
        """The trade happened at another time than the usual one."""
        self.fills[fill.trade_id] = replace(fill, time_ms=time_ms)

    def held(self) -> D:
        """What the account holds of the coin by these trades alone."""
        signs = {Side.BUY: 1, Side.SELL: -1}
        fees = sum((each.commission for each in self.fills.values() if each.commission_asset == "BTC"), D(0))
        return sum((signs[each.side] * each.quantity for each in self.fills.values()), D(0)) - fees

    def locked(self) -> D:
        """What of that SELLs on the book hold."""
        open_sells = [each for each in self.orders.values() if each.side is Side.SELL and not each.is_final]
        return sum((each.quantity - each.executed for each in open_sells), D(0))

    def trades(self, question: Question) -> tuple[Fill, ...]:
        known = sorted(self.fills.values(), key=lambda each: each.trade_id)
        match question:
            case NewestTrades():
                return tuple(known[-NEWEST:])
            case TradesSince(time_ms):
                return tuple(each for each in known if each.time_ms >= time_ms)[:1000]
            case TradesFrom(trade_id) | OlderTrades(trade_id):
                return tuple(each for each in known if each.trade_id >= trade_id)[:1000]
            case TradesOfOrder(order_id):
                return tuple(each for each in known if each.order_id == order_id)
            case AllocationsSince(time_ms):
                return tuple(each for each in self.allocations if each.time_ms >= time_ms)
            case AllocationsOfOrder(order_id):
                return tuple(each for each in self.allocations if each.order_id == order_id)
        raise AssertionError(f"{question} is not about trades")

    def reports(self, question: Question) -> tuple[OrderReport, ...]:
        known = list(self.orders.values())
        match question:
            case OpenOrders():
                return tuple(each for each in known if not each.is_final)
            case NewestOrders():
                return tuple(known)
            case OrderByClientId(client_id):
                return tuple(each for each in known if each.client_id == client_id)
            case OrderById(order_id):
                return tuple(each for each in known if each.order_id == order_id)
        raise AssertionError(f"{question} is not about orders")
