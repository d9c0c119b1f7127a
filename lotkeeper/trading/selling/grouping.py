"""The lots of a pair sold as a group, all at their common price: the lowest at which they bring their costs together.

Each lot keeps a SELL with its own name. What moves between the lots is cost: a cheap lot takes over cost of a dear one,
so that the common price is the own floor of each. At every moment what stands on the exchange asks for all costs:

1. the SELLs of the cheap lots go up to the common price, which needs no cost to move;
2. when all of them stand there, cost moves, and is recorded;
3. only then the SELLs of the dear lots go down.

A lot takes over no more cost than its SELLs on the exchange's book bring, and only while they are all that can be sold
of it. So these SELLs say what has moved, should the database be lost.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from lotkeeper.trading.lots.floors import (
    affordable_cost,
    floor_price,
    required_proceeds,
    round_cost_down,
    round_profit_up,
)
from lotkeeper.trading.lots.instructed import standing_instruction
from lotkeeper.trading.lots.lot import Lot, with_cost_move, with_order
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import CostMove
from lotkeeper.trading.money import ONE, ZERO, Ratio, less, product, total
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.policy import ExitPolicy, Market
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.selling.changed_terms import is_off_group, is_worth_it, sells_to_replace
from lotkeeper.trading.selling.next_sell import is_order, sellable

MOST_LOTS = 20  # so many lots are rearranged at a time, those with the lowest and the highest floors


@dataclass(frozen=True, slots=True)
class Group:
    """Lots that are sold together, and what is left of them."""

    lots: tuple[Lot, ...]
    cost: Decimal  # quote; of what is open in their SELLs
    quantity: Decimal  # base; what is open in their SELLs
    price: Decimal  # quote; the common price

    @property
    def numbers(self) -> tuple[int, ...]:
        """The BUY order ids of the lots."""
        return tuple(lot.buy_order_id for lot in self.lots)

    @property
    def unit_cost(self) -> Ratio:
        """What a coin of the group costs on average (quote)."""
        return Ratio(self.cost, self.quantity)


@dataclass(frozen=True, slots=True)
class CostPlan:
    """Cost that goes from dear lots to cheap ones, and the SELLs of both with the cost that they have then."""

    moves: tuple[CostMove, ...] = ()
    sells: tuple[SellOrder, ...] = ()

    @property
    def lots(self) -> frozenset[int]:
        """The lots that change (BUY order ids)."""
        sells = (sell.name.buy_order_id for sell in self.sells)
        return frozenset((*sells, *(number for move in self.moves for number in (move.source, move.target))))

    def applied_to(self, lot: Lot) -> Lot:
        """The lot as it is after it."""
        own = (move for move in self.moves if lot.buy_order_id in (move.source, move.target))
        changed = reduce(with_cost_move, own, lot)
        return reduce(with_order, (each for each in self.sells if each.name.buy_order_id == lot.buy_order_id), changed)


def group_of(lots: Iterable[Lot], market: Market, policy: ExitPolicy) -> Group | None:
    """The group that these lots make now, at most so many of them; None for less than two."""
    members = [lot for lot in lots if is_member(lot, market, policy)]
    if len(members) < 2 or market.sell_rate >= ONE:
        return None
    members.sort(key=lambda lot: (floor_of_member(lot, market, policy), lot.buy_order_id))
    if len(members) > MOST_LOTS:
        members = [*members[: MOST_LOTS // 2], *members[-MOST_LOTS // 2 :]]
    sells = [order for lot in members for order in lot.live_sells]
    cost, quantity = total(map(_open_cost, sells)), total(order.open_quantity for order in sells)
    return Group(tuple(members), cost, quantity, _price(cost, quantity, market, policy))


def is_member(lot: Lot, market: Market, policy: ExitPolicy) -> bool:
    """Whether the lot takes part: all that can be sold of it stands on the book, and nothing else is done with it.

    A lot of which a SELL was found on the exchange takes no part: nobody knows what was moved to it before.
    """
    is_settled = lot.state is LotState.SELLING and lot.hold is None and lot.buy_ended and not lot.unvalued_fills()
    if not is_settled or standing_instruction(lot) is not None or lot.remainder < 0:
        return False
    sells = lot.live_sells
    if not sells or any(order.was_found for order in lot.orders) or not all(map(_stands_plainly, sells)):
        return False
    return not _can_sell_more(lot, market, policy) and not any(sells_to_replace(lot, market, policy))


def may_gain(group: Group, market: Market, policy: ExitPolicy) -> bool:
    """Whether a lot could be sold for less by a thousandth or more: for less the lots keep their places on the book."""
    return any(
        is_worth_it(floor_of_member(lot, market, policy), group.price) for lot in group.lots if _is_dear(lot, group)
    )


def floor_of_member(lot: Lot, market: Market, policy: ExitPolicy) -> Decimal:
    """The own floor of what is open in the SELLs of a lot (quote), with the cost that was moved."""
    cost, quantity = total(map(_open_cost, lot.live_sells)), total(order.open_quantity for order in lot.live_sells)
    return _price(cost, quantity, market, policy)


def lots_to_raise(group: Group) -> tuple[int, ...]:
    """The lots (BUY order ids) with a SELL that stands under the common price."""
    low = (lot for lot in group.lots if any(_is_low(order, group.price) for order in lot.live_sells))
    return tuple(lot.buy_order_id for lot in low)


def lots_to_lower(group: Group, market: Market, policy: ExitPolicy) -> tuple[int, ...]:
    """The dear lots (BUY order ids) with a SELL above its floor: a keeper died after their cost had moved.

    A cheap lot that stands higher than its floor stays there: an old backup of the database may not know what moved.
    """
    dear = (lot for lot in group.lots if lot.moved_cost < 0)
    high = (lot for lot in dear if any(is_off_group(each, market, policy, ZERO) for each in lot.live_sells))
    return tuple(lot.buy_order_id for lot in high)


def cost_plan(group: Group, market: Market, policy: ExitPolicy, now_ms: int) -> CostPlan:
    """What can be moved now: as much as the SELLs of the cheap lots bring at the prices at which they stand."""
    sells = [order for lot in group.lots for order in lot.live_sells]
    room = {order: _room(order, group, market, policy) for order in sells}
    excess = {order: _excess(order, group) for order in sells}
    amount = min(total(room.values()), total(excess.values()))
    taken, given = dict(_divided(room, amount)), dict(_divided(excess, amount))
    changed = (_with_cost(order, total((order.cost, part)), policy) for order, part in taken.items())
    lowered = (_with_cost(order, less(order.cost, part), policy) for order, part in given.items())
    moves = tuple(_moves(group, _by_lot(taken, given), now_ms))
    return CostPlan(moves, (*changed, *lowered)) if moves else CostPlan()


# The parts of a group


def _stands_plainly(order: SellOrder) -> bool:
    is_named = not order.name.is_instructed and not order.name.purchase  # by its lot alone
    is_plain = order.trail is None and order.stop is None and is_named
    return order.is_cancelable and is_plain and order.open_quantity > 0


def _can_sell_more(lot: Lot, market: Market, policy: ExitPolicy) -> bool:
    quantity = sellable(lot, market.pair)
    return bool(quantity) and is_order(lot, market, policy, quantity)


def _price(cost: Decimal, quantity: Decimal, market: Market, policy: ExitPolicy) -> Decimal:
    required = required_proceeds(Ratio(cost), Ratio(ONE), policy)
    return floor_price(required, quantity, market.sell_rate, market.pair.tick)


def _open_cost(order: SellOrder) -> Decimal:
    """The cost of what the SELL may still sell (quote)."""
    return less(order.cost, order.cost_sold)


def _is_dear(lot: Lot, group: Group) -> bool:
    cost, quantity = total(map(_open_cost, lot.live_sells)), total(order.open_quantity for order in lot.live_sells)
    return group.unit_cost.is_less_than(Ratio(cost, quantity))


def _is_low(order: SellOrder, price: Decimal) -> bool:
    return order.price < price and is_worth_it(order.price, price)


# How much moves


def _fair_cost(order: SellOrder, group: Group) -> Ratio:
    """The share of the cost of the group that what is open in the SELL has by its quantity (quote)."""
    return Ratio(product(group.cost, order.open_quantity), group.quantity)


def _room(order: SellOrder, group: Group, market: Market, policy: ExitPolicy) -> Decimal:
    """How much cost the SELL can take over: up to its fair share, and no more than its price brings."""
    rate, whole = market.sell_rate, Ratio(ONE)
    of_open = affordable_cost(order.price, order.open_quantity, rate, policy, whole)
    of_all = affordable_cost(order.price, order.quantity, rate, policy, whole)
    most = min(round_cost_down(_fair_cost(order, group)), of_open)
    return max(min(less(most, _open_cost(order)), less(of_all, order.cost)), ZERO)


def _excess(order: SellOrder, group: Group) -> Decimal:
    """How much more it costs than its fair share."""
    return max(less(_open_cost(order), round_profit_up(_fair_cost(order, group))), ZERO)


def _divided(amounts: dict[SellOrder, Decimal], amount: Decimal) -> Iterator[tuple[SellOrder, Decimal]]:
    """So much in all (quote), of the SELLs in their order."""
    for order, most in amounts.items():
        part = min(most, amount)
        if part > 0:
            yield order, part
            amount = less(amount, part)


def _with_cost(order: SellOrder, cost: Decimal, policy: ExitPolicy) -> SellOrder:
    profit = round_profit_up(required_proceeds(Ratio(cost), Ratio(ONE), policy).profit)
    return replace(order, cost=cost, profit=profit)


def _by_lot(taken: dict[SellOrder, Decimal], given: dict[SellOrder, Decimal]) -> dict[int, Decimal]:
    """By how much the cost of each lot changes (quote)."""
    found: dict[int, Decimal] = {}
    for order, part in (*taken.items(), *((order, part.copy_negate()) for order, part in given.items())):
        number = order.name.buy_order_id
        found[number] = total((found.get(number, ZERO), part))
    return found


def _moves(group: Group, changes: dict[int, Decimal], now_ms: int) -> Iterator[CostMove]:
    """From the lots that lose cost to those that gain it, one after the other."""
    lots = {lot.buy_order_id: lot for lot in group.lots}
    gains = {number: change for number, change in changes.items() if change > 0}
    for source, change in ((number, change) for number, change in changes.items() if change < 0):
        left = change.copy_negate()
        for target, most in list(gains.items()):
            part = min(left, most)
            if part > 0:
                number = _next_number(lots[source], target)
                yield CostMove(lots[source].symbol, source, target, number, part, now_ms)
                left, gains[target] = less(left, part), less(most, part)


def _next_number(source: Lot, target: int) -> int:
    before = (each.number for each in source.cost_moves if (each.source, each.target) == (source.buy_order_id, target))
    return 1 + max(before, default=0)
