"""A ladder sells a lot in parts, each at a net profit of its own.

No part is remembered. Which part a SELL is follows from the net profit that it asks for, and what each part still lacks
follows from the lot and its SELLs, sold or standing. So every SELL brings the lot nearer to its ladder, whatever was
bought, sold, cancelled or lost since the last one. Parts are counted from 0, the lowest net profit first.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ONE, ZERO, floor_to, less, product, total
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.policy import ExitPolicy, Market, Rung
from lotkeeper.trading.replacing import replace
from lotkeeper.trading.selling.decisions import PlaceSell
from lotkeeper.trading.selling.next_sell import is_order

_HUNDRED = Decimal(100)

Quantities = dict[int, Decimal]  # base, by part


@dataclass(frozen=True, slots=True)
class LadderPart:
    """What a whole lot has for one part of its ladder."""

    rung: Rung
    quantity: Decimal  # base; its share of the lot, in whole steps
    sold_with: Rung  # itself; another one if the quantity is too small for an order


def next_part(
    lot: Lot, market: Market, policy: ExitPolicy, free: Decimal | None, most: Decimal
) -> tuple[ExitPolicy, Decimal]:
    """The part of the lot that is sold next: at which terms, and how much of it (base, at most `most`).

    Parts of which no SELL stands come first, then the lowest net profit. `free` (base) is the free balance of the
    account, None if it is not known.
    """
    rest = lot.remainder if free is None else min(lot.remainder, free)
    quantities = _wanted(lot, market, policy, floor_to(rest, market.pair.step))
    standing = {part_of(order, market, policy) for order in lot.live_sells}
    part = min(quantities, key=lambda each: (each in standing, each))
    return at_rung(policy, policy.ladder[part]), min(quantities[part], most)


def ladder_of(lot: Lot, market: Market, policy: ExitPolicy) -> tuple[LadderPart, ...]:
    """How the ladder divides the whole lot, whatever of it is sold by now; nothing if there is nothing to sell."""
    quantity = floor_to(lot.stock, market.pair.step)
    if quantity <= 0 or market.sell_rate >= ONE:
        return ()
    ladder, shares = policy.ladder, _shares(policy.ladder, quantity, market.pair.step)
    _, targets = _folded_shares(lot, market, policy, quantity)
    return tuple(LadderPart(rung, shares[part], ladder[targets.get(part, part)]) for part, rung in enumerate(ladder))


def part_of(sell: SellOrder | PlaceSell, market: Market, policy: ExitPolicy) -> int:
    """Which part a SELL is: the one whose net profit is nearest to what it asks for."""
    profit = sell.profit
    if profit is None:  # found on the exchange: its price tells
        net = product(sell.price, sell.quantity, less(ONE, market.sell_rate))
        profit = less(net, sell.cost)
    distances = (
        less(product(profit, _HUNDRED), product(rung.net_profit_pct, sell.cost)).copy_abs() for rung in policy.ladder
    )
    return min(enumerate(distances), key=lambda each: (each[1], each[0]))[0]


def _may_be_joined(order: SellOrder) -> bool:
    return order.trail is None and not order.name.is_instructed


def sold_together(sell: PlaceSell, lot: Lot, market: Market, policy: ExitPolicy) -> list[SellOrder]:
    """The standing SELLs that can become one with this SELL: without a ladder all; else those of its part, and where
    it has none those of parts that have several. None where one of the two follows the price.
    """
    if sell.trail is not None:
        return []
    standing = [order for order in lot.live_sells if order.is_cancelable and _may_be_joined(order)]
    if not policy.ladder:
        return standing
    own, parts = part_of(sell, market, policy), [part_of(order, market, policy) for order in standing]
    wanted = {own} if own in parts else {part for part in parts if parts.count(part) > 1}
    return [order for order, part in zip(standing, parts, strict=True) if part in wanted]


def at_rung(policy: ExitPolicy, rung: Rung) -> ExitPolicy:
    """The policy of one part."""
    return replace(policy, net_profit_pct=rung.net_profit_pct, ladder=())


def _wanted(lot: Lot, market: Market, policy: ExitPolicy, rest: Decimal) -> Quantities:
    """What each part is to sell of the rest (base) of a lot. A new lot is divided once: its SELL is waited for."""
    if not lot.orders:
        return _folded_shares(lot, market, policy, rest)[0]
    missing = _missing(lot, market, policy, rest)
    return _fold(policy.ladder, missing, lambda part, size: _is_order(lot, market, policy, part, size))[0]


def _missing(lot: Lot, market: Market, policy: ExitPolicy, rest: Decimal) -> Quantities:
    """How the rest (base) of a lot is divided: each part gets what it lacks, the lowest net profit first.

    A part may have more than its share: it took over another one when less had been bought.
    """
    covered: Quantities = {}
    for order in lot.orders:
        if order.covered_quantity:
            part = part_of(order, market, policy)
            covered[part] = total((covered.get(part, ZERO), order.covered_quantity))
    shares, _ = _folded_shares(lot, market, policy, total((rest, *covered.values())))
    missing: Quantities = {}
    for part, share in sorted(shares.items()):
        quantity = min(max(less(share, covered.get(part, ZERO)), ZERO), rest)
        if quantity:
            missing[part], rest = quantity, less(rest, quantity)
    return missing


def _folded_shares(
    lot: Lot, market: Market, policy: ExitPolicy, quantity: Decimal
) -> tuple[Quantities, dict[int, int]]:
    """So much (base) of a lot divided as if no SELL of it had been placed, and with which part each part is sold."""
    whole = replace(lot, orders=(), sells=()) if lot.orders else lot
    shares = _shares(policy.ladder, quantity, market.pair.step)
    return _fold(policy.ladder, shares, lambda part, size: _is_order(whole, market, policy, part, size))


def _shares(ladder: Sequence[Rung], whole: Decimal, step: Decimal) -> Quantities:
    """The whole (base) divided by the shares, in whole steps; together they are all of its steps."""
    shares: Quantities = {}
    percent = given = ZERO
    for part, rung in enumerate(ladder):
        percent = total((percent, rung.share_pct))
        up_to = floor_to(product(whole, percent, Decimal("0.01")), step)
        shares[part], given = less(up_to, given), up_to
    return shares


def _fold(
    ladder: Sequence[Rung], quantities: Quantities, is_order: Callable[[int, Decimal], bool]
) -> tuple[Quantities, dict[int, int]]:
    """The parts when each that is too small for an order is sold with the nearest, and with which part each is sold.

    The smallest goes first, and of two that are as small the one with the higher net profit.
    """
    left = {part: quantity for part, quantity in quantities.items() if quantity}
    targets = {part: part for part in left}
    while len(left) > 1:
        small = [part for part, quantity in left.items() if not is_order(part, quantity)]
        if not small:
            break
        part = min(small, key=lambda each: (left[each], -each))
        quantity = left.pop(part)
        target = _nearest(ladder, part, left)
        left[target] = total((left[target], quantity))
        targets = {each: target if at == part else at for each, at in targets.items()}
    return left, targets


def _nearest(ladder: Sequence[Rung], part: int, others: Collection[int]) -> int:
    """The other part whose net profit is nearest; of two the lower one."""
    profit = ladder[part].net_profit_pct
    return min(others, key=lambda each: (less(ladder[each].net_profit_pct, profit).copy_abs(), each))


def _is_order(lot: Lot, market: Market, policy: ExitPolicy, part: int, quantity: Decimal) -> bool:
    """Whether the quantity (base) is enough for an order at the price of the part."""
    return is_order(lot, market, at_rung(policy, policy.ladder[part]), quantity)
