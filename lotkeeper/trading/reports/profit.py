"""What sales earned: each by FIFO within its lot, the lot as a whole, and what is left at a price.

These figures are a report; the floor follows each SELL's share of the cost instead. By FIFO a sale costs what the coins
cost that were bought first; dust that goes to another lot, or stays, does so at its share of the cost. If the two
differ, the difference shows when the lot closes, so that nothing is counted twice or left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.lot import Lot, fee_in
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import ONE, STRICT, ZERO, less, product, total
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import share_of
from lotkeeper.trading.orders.states import OrderState


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale of a lot."""

    fill: Fill
    cost: Decimal  # quote; of the coins bought first
    net: Decimal  # quote; what it brought after its fee
    held_ms: int  # how long its coins were held, on average by quantity
    bought_ms: tuple[int, int]  # when the first and the last of its coins came into the lot

    @property
    def profit(self) -> Decimal:
        return less(self.net, self.cost)


@dataclass(frozen=True, slots=True)
class _Parcel:
    """Coins that came together."""

    quantity: Decimal  # base
    cost: Decimal  # quote
    time_ms: int


def sales_of(lot: Lot) -> tuple[Sale, ...]:
    """The lot's sales, the oldest first."""
    if not lot.sells:
        return ()
    parcels = list(_parcels(lot))
    found = []
    for fill in sorted(lot.sells, key=lambda each: (each.time_ms, each.trade_id)):
        used, parcels = _split_parcels(parcels, fill.quantity)
        cost, held_ms = total(each.cost for each in used), _held_ms(used, fill.time_ms)
        found.append(Sale(fill, cost, lot.net_proceeds(fill), held_ms, _bought_ms(used, lot)))
    return tuple(found)


def realised_profit(lot: Lot) -> Decimal:
    """The net profit (quote) of what a lot has sold; of a closed lot exact to the last digit of its cost.

    What is left of a closed lot, and what it gave away, keeps its share of the cost; if written off, it has no cost.
    """
    if lot.state is LotState.CLOSED:
        return less(total((lot.proceeds, lot.inventory_cost)), lot.stock_cost)
    return total(sale.profit for sale in sales_of(lot))


def unrealised_profit(quantity: Decimal, cost: Decimal, price: Decimal, sell_rate: Decimal) -> Decimal:
    """What `quantity` (base) that cost `cost` (quote) would earn, sold at `price` with a fee of `sell_rate`."""
    return less(product(quantity, price, less(ONE, sell_rate)), cost)


def cost_left(lot: Lot) -> Decimal:
    """The cost (quote) of what a lot still has: all of it, less that of its sales."""
    if lot.state is LotState.CLOSED:
        return lot.inventory_cost
    return less(lot.stock_cost, total(sale.cost for sale in sales_of(lot)))


def fees_by_asset(lot: Lot) -> dict[str, Decimal]:
    """The commissions of a lot's BUYs and SELLs by the asset they were taken in."""
    found: dict[str, Decimal] = {}
    for fill in (*lot.buys, *lot.sells):
        if fill.commission:
            found[fill.commission_asset] = total((found.get(fill.commission_asset, ZERO), fill.commission))
    return found


def fees_in_quote(lot: Lot) -> Decimal:
    """All commissions of a lot in quote: those taken in the coin at the price of their trade, others as valued."""
    fills = (*lot.buys, *lot.sells)
    in_coin = total(product(fee_in(fill, lot.base), fill.price) for fill in fills)
    return total((lot.fees(fills), in_coin))


def _parcels(lot: Lot) -> Iterator[_Parcel]:
    """The dust that the lot took over comes first, then its fills in the order of the BUY."""
    for transfer in lot.dust_taken:
        yield _Parcel(transfer.quantity, transfer.cost, transfer.time_ms)
    for fill in lot.buys:
        cost = total((fill.quote_quantity, lot.fees((fill,))))
        yield _Parcel(less(fill.quantity, fee_in(fill, lot.base)), cost, fill.time_ms)


def _split_parcels(parcels: list[_Parcel], quantity: Decimal) -> tuple[list[_Parcel], list[_Parcel]]:
    """The parcels that make up `quantity`, the oldest first, and the parcels that are left."""
    used: list[_Parcel] = []
    for place, parcel in enumerate(parcels):
        if quantity < parcel.quantity:
            part = share_of(parcel.cost, quantity, parcel.quantity)
            rest = _Parcel(less(parcel.quantity, quantity), less(parcel.cost, part), parcel.time_ms)
            return [*used, _Parcel(quantity, part, parcel.time_ms)], [rest, *parcels[place + 1 :]]
        used.append(parcel)
        quantity = less(quantity, parcel.quantity)
    return used, []


def _held_ms(used: list[_Parcel], sold_ms: int) -> int:
    quantity = total(each.quantity for each in used)
    if not quantity:
        return 0
    weighted = total(product(each.quantity, Decimal(sold_ms - each.time_ms)) for each in used)
    return int(STRICT.divide_int(weighted, quantity))


def _bought_ms(used: list[_Parcel], lot: Lot) -> tuple[int, int]:
    """When the first and the last of these coins came into the lot; its beginning if there are none."""
    times = [each.time_ms for each in used] or [lot.opened_ms]
    return min(times), max(times)


Fees = tuple[tuple[str, Decimal], ...]  # by asset, in the order of their names


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over lots."""

    lots: int = 0
    sells_placed: int = 0
    sells_filled: int = 0
    realised_profit: Decimal = ZERO  # quote; the net profit of what was sold
    first_sell_ms: int | None = None
    closed: int = 0  # lots
    held_ms: int = 0  # how long the closed lots were held, added up
    fees_quote: Decimal = ZERO  # all commissions, in quote
    fees: Fees = ()  # all commissions, in the assets they were taken in

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            lots=self.lots + other.lots,
            sells_placed=self.sells_placed + other.sells_placed,
            sells_filled=self.sells_filled + other.sells_filled,
            realised_profit=total((self.realised_profit, other.realised_profit)),
            first_sell_ms=min((ms for ms in (self.first_sell_ms, other.first_sell_ms) if ms is not None), default=None),
            closed=self.closed + other.closed,
            held_ms=self.held_ms + other.held_ms,
            fees_quote=total((self.fees_quote, other.fees_quote)),
            fees=sum_fees(self.fees, other.fees),
        )

    def __sub__(self, other: "Totals") -> "Totals":
        """Without lots that were added before; the time of the first SELL stays, whichever lot it was of."""
        less_fees = tuple((asset, amount.copy_negate()) for asset, amount in other.fees)
        return Totals(
            lots=self.lots - other.lots,
            sells_placed=self.sells_placed - other.sells_placed,
            sells_filled=self.sells_filled - other.sells_filled,
            realised_profit=less(self.realised_profit, other.realised_profit),
            first_sell_ms=self.first_sell_ms,
            closed=self.closed - other.closed,
            held_ms=self.held_ms - other.held_ms,
            fees_quote=less(self.fees_quote, other.fees_quote),
            fees=tuple((asset, amount) for asset, amount in sum_fees(self.fees, less_fees) if amount),
        )

    @property
    def mean_held_ms(self) -> int | None:
        """How long a closed lot was held on average; None without one."""
        return self.held_ms // self.closed if self.closed else None


def totals_of(lots: Iterable[Lot]) -> Totals:
    """The sums over `lots`; refused SELLs do not count as placed."""
    return sum((_of(lot) for lot in lots), Totals())


def sum_fees(one: Iterable[tuple[str, Decimal]], other: Iterable[tuple[str, Decimal]]) -> Fees:
    """The sums of both, by asset."""
    sums: dict[str, Decimal] = {}
    for asset, amount in (*one, *other):
        sums[asset] = total((sums.get(asset, ZERO), amount))
    return tuple(sorted(sums.items()))


def _of(lot: Lot) -> Totals:
    known = [order for order in lot.orders if order.order_ids]
    closed_ms = lot.closed_ms
    return Totals(
        lots=1,
        sells_placed=len(known),
        sells_filled=sum(order.state is OrderState.FILLED for order in known),
        realised_profit=realised_profit(lot),
        first_sell_ms=min((order.sent_ms for order in known), default=None),
        closed=int(lot.state is LotState.CLOSED),
        held_ms=closed_ms - lot.opened_ms if closed_ms is not None else 0,
        fees_quote=fees_in_quote(lot),
        fees=tuple(sorted(fees_by_asset(lot).items())),
    )
