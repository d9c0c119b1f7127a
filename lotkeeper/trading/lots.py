"""A lot: all that one BUY order bought, its cost, and the SELLs that cover it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import reduce

from lotkeeper.trading.fills import FeeValue, Fill
from lotkeeper.trading.lot_states import LotState
from lotkeeper.trading.money import EXACT, ZERO
from lotkeeper.trading.orders import SellOrder, executed_to


@dataclass(frozen=True, slots=True)
class Lot:
    """One BUY order of one pair. Quantities in base asset, cost and proceeds in quote asset.

    At every moment: received = sold + open in SELLs + remainder. `reason` says in words why a lot waits.
    `buy_ended` is False while the BUY may still fill (or its end is not known).
    """

    symbol: str
    base: str
    quote: str
    buy_order_id: int
    buys: tuple[Fill, ...] = ()
    sells: tuple[Fill, ...] = ()
    orders: tuple[SellOrder, ...] = ()
    fee_values: tuple[FeeValue, ...] = ()
    state: LotState = LotState.OPEN
    reason: str = ""
    buy_ended: bool = False

    @property
    def lot_id(self) -> str:
        return f"{self.symbol}-{self.buy_order_id}"

    @property
    def received(self) -> Decimal:
        """Bought, less the commission taken in the coin itself."""
        return EXACT.subtract(
            _sum(fill.quantity for fill in self.buys), _sum(_fee_in(fill, self.base) for fill in self.buys)
        )

    @property
    def cost(self) -> Decimal:
        """Paid, with every buy fee that did not come out of the coin, in quote."""
        return EXACT.add(_sum(fill.quote_quantity for fill in self.buys), self._fees(self.buys))

    @property
    def proceeds(self) -> Decimal:
        """What the sales brought after their fees, in quote; a fee in the coin itself at the price it was sold for."""
        in_coin = _sum(EXACT.multiply(_fee_in(fill, self.base), fill.price) for fill in self.sells)
        fees = EXACT.add(self._fees(self.sells), in_coin)
        return EXACT.subtract(_sum(fill.quote_quantity for fill in self.sells), fees)

    @property
    def sold(self) -> Decimal:
        return _sum(order.executed for order in self.orders)

    @property
    def open_quantity(self) -> Decimal:
        """Quantity in SELLs that may still fill (also those whose outcome is not known)."""
        return _sum(order.open_quantity for order in self.orders)

    @property
    def remainder(self) -> Decimal:
        """What no SELL covers."""
        return EXACT.subtract(self.received, EXACT.add(self.sold, self.open_quantity))

    @property
    def cost_sold(self) -> Decimal:
        return _sum(order.cost_sold for order in self.orders)

    @property
    def cost_of_remainder(self) -> Decimal:
        return EXACT.subtract(self.cost, _sum(order.cost_held for order in self.orders))

    @property
    def realised_profit(self) -> Decimal:
        """Net profit of what has been sold, in quote."""
        return EXACT.subtract(self.proceeds, self.cost_sold)

    @property
    def opened_ms(self) -> int:
        return min((fill.time_ms for fill in self.buys), default=0)

    @property
    def closed_ms(self) -> int | None:
        """When the last sale closed the lot; None while it is open."""
        return max((fill.time_ms for fill in self.sells), default=None) if self.state is LotState.CLOSED else None

    @property
    def next_generation(self) -> int:
        return max((order.name.generation for order in self.orders), default=0) + 1

    def unvalued(self) -> tuple[Fill, ...]:
        """The fills whose commission was taken in a third asset and has no value in quote yet."""
        valued = {value.trade_id for value in self.fee_values}
        return tuple(
            fill
            for fill in (*self.buys, *self.sells)
            if fill.commission and fill.commission_asset not in (self.base, self.quote) and fill.trade_id not in valued
        )

    def untold(self) -> tuple[SellOrder, ...]:
        """The SELLs that are known to have sold more than their fills here say."""
        return tuple(order for order in self.orders if order.executed > self._told(order))

    def _told(self, order: SellOrder) -> Decimal:
        return _sum(fill.quantity for fill in self.sells if fill.order_id == order.order_id)

    def _fees(self, fills: Iterable[Fill]) -> Decimal:
        values = {value.trade_id: value.value for value in self.fee_values}
        return _sum(EXACT.add(_fee_in(fill, self.quote), values.get(fill.trade_id, ZERO)) for fill in fills)


def with_buy(lot: Lot, fill: Fill) -> Lot:
    """The lot with a BUY fill; the same lot when it has it already."""
    return replace(lot, buys=_with_fill(lot.buys, fill))


def with_sell(lot: Lot, fill: Fill) -> Lot:
    """The lot with a fill of one of its SELLs, and that SELL's executed quantity not below its fills."""
    sells = _with_fill(lot.sells, fill)
    executed = _sum(sell.quantity for sell in sells if sell.order_id == fill.order_id)
    orders = tuple(executed_to(order, executed) if order.order_id == fill.order_id else order for order in lot.orders)
    return replace(lot, sells=sells, orders=orders)


def with_order(lot: Lot, changed: SellOrder) -> Lot:
    """The lot with one of its SELLs added or changed, in the order of generations."""
    others = [order for order in lot.orders if order.name != changed.name]
    return replace(lot, orders=tuple(sorted([*others, changed], key=lambda order: order.name.generation)))


def with_fee_value(lot: Lot, value: FeeValue) -> Lot:
    """The lot with the quote value of one commission; the first value stays."""
    if any(known.trade_id == value.trade_id for known in lot.fee_values):
        return lot
    return replace(lot, fee_values=(*lot.fee_values, value))


def _with_fill(fills: tuple[Fill, ...], fill: Fill) -> tuple[Fill, ...]:
    if any(known.trade_id == fill.trade_id for known in fills):
        return fills
    return tuple(sorted([*fills, fill], key=lambda known: known.trade_id))


def _fee_in(fill: Fill, asset: str) -> Decimal:
    return fill.commission if fill.commission_asset == asset else ZERO


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return reduce(EXACT.add, amounts, ZERO)
