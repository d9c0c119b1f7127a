"""A lot: all that one BUY order bought, its cost, and the SELLs that cover it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.floors import round_profit_up
from lotkeeper.trading.lots.instructions import SellInstruction
from lotkeeper.trading.lots.states import (
    HOLD_SENTENCES,
    HoldEvent,
    HoldReason,
    LotEvent,
    LotState,
    hold_after,
    next_state,
)
from lotkeeper.trading.lots.transfers import CostMove, Disposal, DustTransfer, lot_id
from lotkeeper.trading.money import ZERO, Ratio, less, product, total
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import FeeValue, Fill
from lotkeeper.trading.orders.order import SellOrder, with_fills
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.remembered import Remembering, remembered
from lotkeeper.trading.replacing import replace


@dataclass(frozen=True, slots=True)
class Lot(Remembering):
    """One BUY order of one pair. Quantities in base asset, cost and proceeds in quote asset.

    At every moment: received + taken - given - disposed of = sold + open in SELLs + remainder.
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
    reason: str = ""  # tells people why it waits; nothing is decided by it
    buy_ended: bool = False  # False while the BUY may still fill, or its end is not known
    dust_taken: tuple[DustTransfer, ...] = ()  # dust of earlier lots
    dust_given: tuple[DustTransfer, ...] = ()  # dust that later lots took over
    disposals: tuple[Disposal, ...] = ()  # what was sold by hand or released
    hold: HoldReason | None = None  # why it is HELD; None in every other state
    instructions: tuple[SellInstruction, ...] = ()  # what a person wanted sold, the newest last
    cost_moves: tuple[CostMove, ...] = ()  # cost that went between it and other lots of its group
    break_even_ms: int | None = None  # when its break-even was armed last (wall clock); None: never, as far as is known

    @property
    def lot_id(self) -> str:
        return lot_id(self.symbol, self.buy_order_id)

    @remembered
    def received(self) -> Decimal:
        """Bought (base), minus the commission taken in the coin itself."""
        bought = total([fill.quantity for fill in self.buys])
        return less(bought, *[fill.commission for fill in self.buys if fill.commission_asset == self.base])

    @remembered
    def cost(self) -> Decimal:
        """Paid (quote), with every buy fee that was not taken in the coin itself."""
        return total((*[fill.quote_quantity for fill in self.buys], self.fees(self.buys)))

    @remembered
    def stock(self) -> Decimal:
        """All that the lot ever had to sell (base): received, plus the dust it took, minus what left it."""
        return _with_dust_transfers(self.received, self.dust_taken, (*self.dust_given, *self.disposals), "quantity")

    @remembered
    def stock_cost(self) -> Decimal:
        """What that cost (quote): its own cost, plus that of the dust it took, minus that of what left it, and what
        was moved between it and other lots of its group.
        """
        own = _with_dust_transfers(self.cost, self.dust_taken, (*self.dust_given, *self.disposals), "cost")
        return total((own, self.moved_cost)) if self.cost_moves else own

    @property
    def moved_cost(self) -> Decimal:
        """What it costs more (quote) since costs were moved between the lots of its group; below zero: less."""
        return total(each.to(self.buy_order_id) for each in self.cost_moves)

    @property
    def proceeds(self) -> Decimal:
        """What the sales brought after their fees (quote)."""
        return total(self.net_proceeds(fill) for fill in self.sells)

    @property
    def sold(self) -> Decimal:
        return total(order.executed for order in self.orders)

    @property
    def open_quantity(self) -> Decimal:
        """Quantity (base) in SELLs that may still fill, those included whose outcome is not known."""
        return total(order.open_quantity for order in self.orders)

    @remembered
    def remainder(self) -> Decimal:
        """What no SELL covers (base); below zero if the SELLs cover more than the lot has."""
        return less(self.stock, *[order.covered_quantity for order in self.orders])

    @property
    def cost_sold(self) -> Decimal:
        return total(order.cost_sold for order in self.orders)

    @remembered
    def uncovered_cost(self) -> Decimal:
        return less(self.stock_cost, *[order.covered_cost for order in self.orders])

    @remembered
    def inventory_cost(self) -> Decimal:
        """The cost of the remainder as inventory (quote): the uncovered cost, but at most its share of the whole cost.

        A SELL that was found on the exchange may bring less than its own share; dust does not get that cost on top. Nor
        does dust become cheaper by cost that was moved from the SELLs of its lot to another one.
        """
        if self.remainder <= 0:
            return ZERO
        whole = max(self.stock_cost, less(self.stock_cost, self.moved_cost))
        share = round_profit_up(Ratio(product(whole, self.remainder), self.stock))
        return max(min(self.uncovered_cost, share), ZERO)

    @property
    def live_sells(self) -> tuple[SellOrder, ...]:
        return tuple(order for order in self.orders if order.is_live)

    @property
    def opened_ms(self) -> int:
        return min((fill.time_ms for fill in self.buys), default=0)

    @property
    def closed_ms(self) -> int | None:
        """When its last sale or disposal, or the transfer of its dust, closed it; None while it is open."""
        if self.state is not LotState.CLOSED:
            return None
        ends = [*(fill.time_ms for fill in self.sells), *(each.time_ms for each in self.disposals if each.quantity)]
        return max(ends or [each.time_ms for each in self.dust_given], default=None)

    @property
    def next_generation(self) -> int:
        """That of the policy's next SELL. One that was not sent leaves its name to it: so attempts do not pile up."""
        if not self.orders:
            return 1
        newest = self.orders[-1]  # they are kept in the order of generations
        is_reused = newest.state is OrderState.NOT_SENT and not newest.name.is_instructed
        return newest.name.generation + (not is_reused)

    def fees(self, fills: Sequence[Fill]) -> Decimal:
        """The commissions of these fills that were not taken in the coin itself (quote), as far as they are valued."""
        values = {value.trade_id: value.value for value in self.fee_values}
        in_quote = [fill.commission for fill in fills if fill.commission_asset == self.quote]
        return total((*in_quote, *[values[fill.trade_id] for fill in fills if fill.trade_id in values]))

    def net_proceeds(self, sale: Fill) -> Decimal:
        """What one sale brought after its fee (quote); a fee in the coin itself counts at the price of the sale."""
        return less(sale.quote_quantity, self.fees((sale,)), product(fee_in(sale, self.base), sale.price))

    def unvalued_fills(self) -> tuple[Fill, ...]:
        """The fills whose commission was taken in an asset other than base and quote, and has no value in quote yet."""
        own = (self.base, self.quote)
        in_others = [fill for fill in (*self.buys, *self.sells) if fill.commission_asset not in own and fill.commission]
        if not in_others:
            return ()
        valued = {value.trade_id for value in self.fee_values}
        return tuple(fill for fill in in_others if fill.trade_id not in valued)

    def unvalued_buys(self) -> tuple[Fill, ...]:
        """Those of the BUY: while there are any, the cost of the lot is not known."""
        unvalued = self.unvalued_fills()
        return tuple(fill for fill in unvalued if fill in self.buys) if unvalued else ()

    def sells_lacking_fills(self) -> tuple[SellOrder, ...]:
        """The SELLs that sold more than the fills that are known here."""
        return tuple(order for order in self.orders if order.executed > self._quantity_of_fills(order))

    def _quantity_of_fills(self, order: SellOrder) -> Decimal:
        return total(fill.quantity for fill in self.sells if fill.order_id in order.order_ids)


def with_buy(lot: Lot, fill: Fill) -> Lot:
    """The lot with a BUY fill; the same lot if it has the fill already."""
    return replace(lot, buys=_with_fill(lot.buys, fill))


def with_sell(lot: Lot, fill: Fill) -> Lot:
    """The lot with a fill of one of its SELLs; the SELL's executed quantity is at least the sum of its fills."""
    sells = _with_fill(lot.sells, fill)
    executed = total(sell.quantity for sell in sells if sell.order_id == fill.order_id)
    number = fill.order_id
    orders = tuple(with_fills(order, number, executed) if number in order.order_ids else order for order in lot.orders)
    return replace(lot, sells=sells, orders=orders)


def with_order(lot: Lot, changed: SellOrder) -> Lot:
    """The lot with one of its SELLs added or changed."""
    return replace(lot, orders=orders_with(lot, changed))


def orders_with(lot: Lot, changed: SellOrder) -> tuple[SellOrder, ...]:
    """The lot's SELLs with one of them added or changed, in the order of generations."""
    if not lot.orders:
        return (changed,)
    others = [order for order in lot.orders if order.name != changed.name]
    return tuple(sorted([*others, changed], key=lambda order: order.name.generation))


def without_order(lot: Lot, name: SellName) -> Lot:
    """The lot without the SELL of that name."""
    return replace(lot, orders=tuple(order for order in lot.orders if order.name != name))


def with_fee_value(lot: Lot, value: FeeValue) -> Lot:
    """The lot with the quote value of one commission; the first value stays."""
    if any(known.trade_id == value.trade_id for known in lot.fee_values):
        return lot
    return replace(lot, fee_values=(*lot.fee_values, value))


def with_dust_transfer(lot: Lot, transfer: DustTransfer) -> Lot:
    """The lot after it gave or took this dust; the same lot if it has the transfer already."""
    if transfer.source == lot.buy_order_id:
        return lot if transfer in lot.dust_given else replace(lot, dust_given=(*lot.dust_given, transfer))
    return lot if transfer in lot.dust_taken else replace(lot, dust_taken=(*lot.dust_taken, transfer))


def with_cost_move(lot: Lot, move: CostMove) -> Lot:
    """The lot after it gave or took this cost; the same lot if it has the move already."""
    return lot if move in lot.cost_moves else replace(lot, cost_moves=(*lot.cost_moves, move))


def with_disposal(lot: Lot, disposal: Disposal) -> Lot:
    """The lot with one more disposal, or with a newer state of one that it has."""
    others = [each for each in lot.disposals if not each.is_same(disposal)]
    return replace(lot, disposals=tuple(sorted([*others, disposal], key=lambda each: (each.time_ms, each.number))))


def with_more_disposed(lot: Lot, disposal: Disposal) -> Lot:
    """The lot after coins left it; more of a disposal that it has adds to that."""
    before = next((each for each in lot.disposals if each.is_same(disposal)), None)
    return with_disposal(lot, disposal if before is None else before.with_more(disposal))


def with_hold_event(lot: Lot, event: HoldEvent, why: str = "") -> Lot:
    """The lot after something that holds or frees it; the same lot when that changes nothing. Raises ImpossibleError.

    `why` tells people more than the sentence of the reason does.
    """
    hold = hold_after(lot.hold, event)
    if hold is lot.hold:
        return lot
    if hold is None:
        return replace(lot, state=next_state(lot.state, LotEvent.RESUMED), hold=None, reason="")
    return replace(lot, state=next_state(lot.state, LotEvent.HELD), hold=hold, reason=why or HOLD_SENTENCES[hold])


def fee_in(fill: Fill, asset: str) -> Decimal:
    """The fill's commission if it was taken in `asset`, else zero."""
    return fill.commission if fill.commission_asset == asset else ZERO


def _with_fill(fills: tuple[Fill, ...], fill: Fill) -> tuple[Fill, ...]:
    if not fills:
        return (fill,)
    if any(known.trade_id == fill.trade_id for known in fills):
        return fills
    return tuple(sorted([*fills, fill], key=lambda known: known.trade_id))


def _with_dust_transfers(
    own: Decimal, taken: tuple[DustTransfer, ...], given: tuple[DustTransfer | Disposal, ...], of: str
) -> Decimal:
    if not taken and not given:
        return own
    return less(total((own, *(getattr(each, of) for each in taken))), *(getattr(each, of) for each in given))
