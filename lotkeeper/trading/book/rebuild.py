"""Lots that the exchange knows and the book does not: what is kept until their BUYs have been read, and how a SELL that
only the exchange knows becomes a SELL of its lot again.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from lotkeeper.trading.lots.floors import affordable_cost, round_cost_down
from lotkeeper.trading.lots.lot import Lot, with_dust_transfer, with_order
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.money import ZERO, Ratio, product
from lotkeeper.trading.orders.client_ids import SellName
from lotkeeper.trading.orders.fills import Fill
from lotkeeper.trading.orders.order import OrderReport, SellOrder, share_of
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.orders.stop_leg import StopLeg
from lotkeeper.trading.policy import ExitPolicy, Market


class LotsToRebuild:
    """What is known of lots that are not in the book yet, by BUY order id."""

    def __init__(self) -> None:
        # BUYs to be read: a SELL of ours on the exchange names them, they were filled up to the cursor, or a person
        # asked for them. With the reports of their SELLs.
        self.sells: dict[int, list[OrderReport]] = {}
        # Finished SELLs of lots that were lost with the database: nothing of such a lot is left on the exchange.
        self.closed_lot_sells: dict[int, list[OrderReport]] = {}
        self._buy_fills: dict[int, list[Fill]] = {}  # decided about when all fills of the BUY are here
        # BUYs (order ids) without a known SELL that may have one all the same: the exchange's queries may be behind.
        self.unproven: set[int] = set()

    def request(self, buy_order_id: int) -> None:
        """The BUY has to be read."""
        self.sells.setdefault(buy_order_id, [])

    def add_sell(self, buy_order_id: int, report: OrderReport) -> None:
        """A SELL of ours names a BUY that no lot has."""
        self.sells.setdefault(buy_order_id, []).append(report)

    def add_buy_fill(self, fill: Fill) -> None:
        """A fill of a BUY that has to be read as a whole."""
        self.request(fill.order_id)
        self._buy_fills.setdefault(fill.order_id, []).append(fill)

    def pop(self, buy_order_id: int) -> tuple[list[OrderReport], list[Fill]]:
        """The SELL reports and the BUY fills kept for a lot; the lot needs no rebuild from now on."""
        return self.sells.pop(buy_order_id, []), self._buy_fills.pop(buy_order_id, [])

    def set_aside_closed(self, buy_order_id: int, report: OrderReport) -> None:
        """A finished SELL of a lost lot: needed again if the lot's BUY is still being filled."""
        self.closed_lot_sells.setdefault(buy_order_id, []).append(report)

    def pop_closed(self, buy_order_id: int) -> list[OrderReport]:
        """The SELLs that were set aside for a lot that is there after all."""
        return self.closed_lot_sells.pop(buy_order_id, [])


def with_known_transfers(lot: Lot, transfers: Iterable[DustTransfer]) -> Lot:
    """A rebuilt lot with the dust that other lots have from it or gave to it."""
    return reduce(
        with_dust_transfer, (each for each in transfers if lot.buy_order_id in (each.source, each.target)), lot
    )


def sell_from_report(name: SellName, report: OrderReport) -> SellOrder:
    """The SELL of the report as it was when it was sent; `with_found_costs` gives it its share of the lot's cost.

    Of one that is an order list the report shows one order; while that is the stop, its limit stands for the price.
    """
    is_list = not name.is_paid and (report.is_stop or report.list_id is not None)
    return SellOrder(
        symbol=report.symbol,
        name=name,
        price=report.price,
        quantity=report.effective_quantity,
        cost=ZERO,
        state=OrderState.PLACING,
        sent_ms=report.time_ms,
        stop=StopLeg(None, list_id=report.list_id) if is_list else None,
    )


def with_found_costs(lot: Lot, since_ms: int, market: Market | None, policy: ExitPolicy | None) -> Lot:
    """The lot with its cost shared anew among its SELLs that were found on the exchange, as far as it concerns them.

    What a SELL was priced by may become known after the SELL itself: a fill of the BUY, the value of a fee, an earlier
    SELL, or the end of one. `since_ms` (exchange's time) is when this happened; it concerns the SELLs that were created
    since then. Without market and policy each takes its plain share, whatever its price pays for.
    """
    if not lot.orders:
        return lot
    found = [order for order in lot.orders if order.was_found and _is_concerned(order, since_ms)]
    others = replace(lot, orders=tuple(order for order in lot.orders if order not in found)) if found else lot
    return reduce(lambda before, order: with_order(before, _with_cost(before, order, market, policy)), found, others)


def _is_concerned(order: SellOrder, since_ms: int) -> bool:
    """A SELL that its BUY pays for is always concerned: it was created before the BUY was filled, and sells all."""
    return order.name.is_paid or order.locks_coins_since_ms >= since_ms


def _with_cost(lot: Lot, order: SellOrder, market: Market | None, policy: ExitPolicy | None) -> SellOrder:
    """The SELL with its share of the cost that no SELL of the lot covers, but no more than it pays for: the next SELLs
    bring the rest. Of a SELL that has ended, what it sold takes the share.
    """
    if lot.remainder <= 0:
        return replace(order, cost=ZERO)
    part = order.covered_quantity or order.quantity
    share = share_of(lot.uncovered_cost, part, lot.remainder)
    share = share if part == order.quantity else round_cost_down(Ratio(product(share, order.quantity), part))
    is_free = order.name.is_instructed or order.name.is_paid  # its price may be under its floor of today
    if market is None or policy is None or is_free:
        return replace(order, cost=share)
    of_stock = Ratio(order.quantity, lot.stock)
    return replace(
        order, cost=min(share, affordable_cost(order.price, order.quantity, market.sell_rate, policy, of_stock))
    )
