"""The matching engine: one account's orders against a price that comes from elsewhere.

Pure: no socket, no task. What happens is told to `Exchange.on_event` (user-data events) and `Exchange.on_print`
(the account's own trades, which the public sees) at once, in the order of the real exchange: NEW, TRADE..., then
the balances.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import chain
from typing import Any

from lotkeeper.paper import filters
from lotkeeper.paper.accounts import Account
from lotkeeper.paper.clock import Clock
from lotkeeper.paper.desks import Desk
from lotkeeper.paper.errors import ApiError, filter_failure, rejected
from lotkeeper.paper.fees import BNB, Fees
from lotkeeper.paper.markets import Fill, Market, Print, Quote, plan_budget, plan_quantity
from lotkeeper.paper.numbers import quote_amount, up
from lotkeeper.paper.orders import Order, Ticket, Trade
from lotkeeper.paper.reports import account_position, execution_report
from lotkeeper.paper.symbols import Rules
from lotkeeper.paper.unfilled import UnfilledCount
from lotkeeper.trading.money import EXACT, ZERO

Event = dict[str, Any]


class Exchange:
    """All desks of one account."""

    def __init__(self, symbols: Mapping[str, Rules], account: Account, fees: Fees, clock: Clock) -> None:
        self.rules = symbols
        self.desks = {name: Desk(rules) for name, rules in symbols.items()}
        self.account = account
        self.fees = fees
        self.clock = clock
        self.unfilled = UnfilledCount(clock)
        self.on_event: Callable[[Event], None] = lambda event: None
        self.on_print: Callable[[str, Print], None] = lambda symbol, trade: None
        self._executions = 1_000_000
        for asset in chain((BNB,), *((each.base, each.quote) for each in symbols.values())):
            account.know(asset)

    # Prices

    def quote(self, symbol: str, quote: Quote) -> None:
        """The top of the book is now `quote`: resting orders that it reaches fill, at most the size shown."""
        desk = self.desks[symbol]
        desk.market.quote = quote
        self.match_quote(desk)

    def match_quote(self, desk: Desk) -> None:
        quote = desk.market.quote
        if quote is None:
            return
        if desk.sells and desk.sells[0].ticket.price <= quote.bid:
            self._sweep(desk, desk.sells, quote.bid, quote.bid_qty)
        if desk.buys and desk.buys[0].ticket.price >= quote.ask:
            self._sweep(desk, desk.buys, quote.ask, quote.ask_qty)

    def printed(self, symbol: str, trade: Print) -> None:
        """Someone traded: resting orders at or inside that price fill, at most the size printed."""
        desk = self.desks[symbol]
        desk.market.record(trade)
        side = desk.buys if trade.buyer_is_maker else desk.sells
        if side:
            self._sweep(desk, side, trade.price, trade.qty)

    def _sweep(self, desk: Desk, side: list[Order], price: Decimal, size: Decimal) -> None:
        for order in list(side):
            ticket = order.ticket
            if size <= 0 or (ticket.price < price if ticket.buys else ticket.price > price):
                return
            qty = min(order.remaining, size)
            size -= qty
            self._fill(desk, order, ticket.price, qty, maker=True)
            self._close_if_done(desk, order)
            self._balances(order)

    # Orders

    def check(self, ticket: Ticket) -> Desk:
        """Everything that can refuse an order before its balance is looked at; raises ApiError."""
        desk = self.desks[ticket.rules.name]
        if ticket.rules.status != "TRADING":
            raise rejected("Market is closed.")
        if desk.market.quote is None:
            raise rejected("This order type is not possible in this trading phase.")
        filters.check(ticket, desk.market.reference, len(desk.buys) + len(desk.sells))
        self.unfilled.check()
        return desk

    def place(self, ticket: Ticket) -> Order:
        """Take an order in, match it, rest or expire what is left; raises ApiError if it is refused."""
        desk = self.check(ticket)
        plan = self._plan(desk.market, ticket)
        self._refuse(desk, ticket, plan)
        order = self._accept(desk, ticket, plan)
        for price, qty in plan:
            self._fill(desk, order, price, qty, maker=False)
        self._finish(desk, order)
        self._balances(order)
        return order

    def _plan(self, market: Market, ticket: Ticket) -> list[Fill]:
        if ticket.quote_qty:
            return plan_budget(market, ticket.buys, ticket.quote_qty)
        plan = plan_quantity(market, ticket.buys, ticket.limit, ticket.qty)
        if ticket.tif == "FOK" and sum(qty for _, qty in plan) < ticket.qty:
            return []
        return plan

    def _refuse(self, desk: Desk, ticket: Ticket, plan: list[Fill]) -> None:
        known = desk.by_client.get(ticket.client_id)
        if known and known.is_open:
            raise rejected("Duplicate order sent.")
        if ticket.kind == "LIMIT_MAKER" and plan:
            raise rejected("Order would immediately match and take.")
        if ticket.quote_qty and sum(qty for _, qty in plan) < max(ticket.rules.min_qty, Decimal("0.00000001")):
            raise filter_failure("LOT_SIZE")

    def _accept(self, desk: Desk, ticket: Ticket, plan: list[Fill]) -> Order:
        now = self.clock.ms()
        qty = sum((each for _, each in plan), ZERO) if ticket.quote_qty else ticket.qty
        order = Order(ticket, desk.next_order_id, ticket.client_id, qty, now, now)
        order.reserved = self._reserve(ticket, qty, plan)
        self.account.lock(order.locks, order.reserved)
        desk.next_order_id += 1
        desk.orders[order.order_id] = desk.by_client[ticket.client_id] = order
        self.unfilled.add()
        self._report(order, "NEW")
        return order

    @staticmethod
    def _reserve(ticket: Ticket, qty: Decimal, plan: list[Fill]) -> Decimal:
        if not ticket.buys:
            return qty
        if ticket.limit is None:
            return sum((quote_amount(price, each) for price, each in plan), ZERO)
        return up(EXACT.multiply(ticket.price, qty))

    def cancel(self, symbol: str, order: Order, cancel_id: str) -> None:
        """Cancel an open order, which from then on carries the client order id of the cancel."""
        if not order.is_open:
            raise ApiError(-2011, "Unknown order sent.")
        order.client_id = cancel_id
        self._end(self.desks[symbol], order, "CANCELED")
        self._balances(order)

    # Fills

    def _fill(self, desk: Desk, order: Order, price: Decimal, qty: Decimal, maker: bool) -> None:
        ticket, quote = order.ticket, quote_amount(price, qty)
        if not order.filled:
            self.unfilled.first_fill(maker)
        order.filled += qty
        order.spent += quote
        order.updated = self.clock.ms()
        order.status = "FILLED" if order.filled == order.qty else "PARTIALLY_FILLED"
        self._pay(order, quote if ticket.buys else qty)
        received, amount = (ticket.rules.base, qty) if ticket.buys else (ticket.rules.quote, quote)
        bnb = self.fees.in_bnb_for(quote, ticket.rules.quote, maker, self.price_of_bnb)
        commission, asset = self.fees.charge(self.account, received, amount, maker, bnb)
        trade_id = desk.market.take_trade_id()
        trade = Trade(trade_id, order, price, qty, quote, commission, asset, order.updated, maker)
        order.trades.append(trade)
        desk.trades.append(trade)
        self._report(order, "TRADE", trade)
        self._publish(desk, trade)

    def _pay(self, order: Order, amount: Decimal) -> None:
        """Spend from the reserve, and free what a better price than the limit left over."""
        self.account.spend(order.locks, amount)
        order.reserved -= amount
        if order.ticket.buys and order.ticket.limit is not None:
            self._release(order, up(EXACT.multiply(order.ticket.price, order.remaining)))

    def _release(self, order: Order, keep: Decimal) -> None:
        self.account.release(order.locks, order.reserved - keep)
        order.reserved = keep

    def _publish(self, desk: Desk, trade: Trade) -> None:
        buyer_is_maker = trade.maker == trade.order.ticket.buys
        public = Print(trade.trade_id, trade.price, trade.qty, trade.quote, trade.time, buyer_is_maker)
        desk.market.record(public)
        self.on_print(trade.order.rules.name, public)

    def _finish(self, desk: Desk, order: Order) -> None:
        """After the first match: rest what a GTC order has left, expire what others have."""
        ticket = order.ticket
        if order.is_open and ticket.kind != "MARKET" and ticket.tif == "GTC":
            desk.rest(order)
            return
        reason = "INSUFFICIENT_LIQUIDITY" if ticket.kind == "MARKET" else f"UNFILLED_{ticket.tif}_QUANTITY_EXPIRED"
        if order.is_open:
            order.expiry_reason = "UNFILLED_FOK_ORDER_EXPIRED" if ticket.tif == "FOK" else reason
            self._end(desk, order, "EXPIRED")
        self._close_if_done(desk, order)

    def _close_if_done(self, desk: Desk, order: Order) -> None:
        if not order.is_open:
            desk.leave(order)
            self._release(order, ZERO)

    def _end(self, desk: Desk, order: Order, status: str) -> None:
        order.status = status
        order.updated = self.clock.ms()
        self._close_if_done(desk, order)
        self._report(order, status)

    # Events

    def _report(self, order: Order, what: str, trade: Trade | None = None) -> None:
        self._executions += 1 + order.order_id % 3
        self.on_event(execution_report(order, what, self._executions, self.clock.ms(), trade))

    def _balances(self, order: Order) -> None:
        self.account.updated = order.updated
        assets = (order.rules.base, BNB, order.rules.quote)
        self.on_event(account_position(self.account, assets, self.clock.ms()))

    def price_of_bnb(self, quote: str) -> Decimal | None:
        """One BNB in `quote`, straight or through USDT; None where no market tells."""
        if quote == BNB:
            return Decimal(1)
        straight = self._last(BNB + quote)
        if straight:
            return straight
        dollars, through = self._last("BNBUSDT"), self._last(quote + "USDT")
        return EXACT.divide(dollars, through) if dollars and through else None

    def _last(self, symbol: str) -> Decimal | None:
        desk = self.desks.get(symbol)
        return desk.market.last_price if desk else None
