"""Dust: which lots can give their remainder, and what another lot of the pair takes over of it."""

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce

from lotkeeper.trading.lots.lot import Lot, fee_in, with_dust_transfer
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.lots.transfers import DustTransfer
from lotkeeper.trading.money import ZERO, Ratio, less, product, ratio_ceil_to, total
from lotkeeper.trading.orders.order import share_of
from lotkeeper.trading.orders.states import AWAITED
from lotkeeper.trading.pair import TradePair

_GIVING = (LotState.CLOSED, LotState.PARKED, LotState.SELLING, LotState.OPEN)


def can_give_dust(lot: Lot) -> bool:
    """Whether the remainder of a lot is final, and nothing holds the lot."""
    return lot.state in _GIVING and has_final_remainder(lot)


def has_final_remainder(lot: Lot) -> bool:
    """Whether something is left of a lot for certain: its BUY has ended and is valued, and no answer is awaited."""
    is_certain = lot.buy_ended and not _is_awaited(lot)
    return is_certain and lot.remainder > 0 and not lot.unvalued_buys()


def may_give_later(lot: Lot) -> bool:
    """Whether a lot whose BUY has ended cannot give what is left of it yet, or may be left with something."""
    return lot.buy_ended and not can_give_dust(lot) and (lot.remainder > 0 or _is_awaited(lot))


def _is_awaited(lot: Lot) -> bool:
    return any(order.state in AWAITED for order in lot.orders)


def is_little(lot: Lot, quantity: Decimal, pair: TradePair) -> bool:
    """Whether a quantity is too little to be an order, at what the lot's coins cost on average."""
    worth = Ratio(product(lot.stock_cost, quantity), lot.stock) if lot.stock > 0 else Ratio(ZERO)
    return quantity < pair.min_quantity or worth.is_less_than(Ratio(pair.min_notional))


def is_fee_from_free_coins(lot: Lot, missing: Decimal) -> bool:
    """Whether the exchange took so much of the BUY's fee (base) from the account's free coins: a BUY that pays for its
    SELL keeps all that it bought, where that is possible (Binance faqs/opo.md).
    """
    is_paid = any(order.name.is_paid and order.covered_quantity > 0 for order in lot.orders)
    return is_paid and lot.buy_ended and missing <= total(fee_in(fill, lot.base) for fill in lot.buys)


def most_given(lot: Lot, pair: TradePair) -> Decimal:
    """The most of a lot's remainder (base) that one SELL of another lot can have taken: more would be an order."""
    if is_little(lot, lot.remainder, pair) or lot.stock_cost <= 0:
        return lot.remainder
    of_worth = ratio_ceil_to(Ratio(product(pair.min_notional, lot.stock), lot.stock_cost), pair.step)
    return min(lot.remainder, max(pair.min_quantity, of_worth))


def with_dust_transfers(lot: Lot, transfers: Iterable[DustTransfer]) -> Lot:
    """The lot after it took over this dust."""
    return reduce(with_dust_transfer, transfers, lot)


def transfers_to(lot: Lot, dust: Iterable[Lot], now_ms: int) -> tuple[DustTransfer, ...]:
    """The transfers of all that is left of the `dust` lots to the next SELL of `lot`."""
    return tuple(_transfer(each, lot, lot.next_generation, each.remainder, now_ms) for each in dust)


def transfers_covering(
    lot: Lot, missing: Decimal, dust: Iterable[Lot], remainders: Iterable[Lot], now_ms: int
) -> tuple[DustTransfer, ...]:
    """The transfers of the oldest dust that make up for the `missing` quantity (base); none if there is not enough.

    The lot's SELLs cover more than it received: a SELL was placed with dust, and the database lost the transfer. The
    same dust is taken again, so that it is not sold twice. Lots in `remainders` have more than dust since one of their
    SELLs ended: of them only what is missing is taken.
    """
    generation = lot.next_generation - 1
    found: list[DustTransfer] = []
    for each, is_whole in [*((each, True) for each in dust), *((each, False) for each in remainders)]:
        quantity = each.remainder if is_whole else min(each.remainder, missing)
        found.append(_transfer(each, lot, generation, quantity, now_ms))
        missing = less(missing, quantity)
        if missing <= 0:
            return tuple(found)
    return ()


def _transfer(source: Lot, target: Lot, generation: int, quantity: Decimal, now_ms: int) -> DustTransfer:
    """No two transfers between the same lots have the same generation: the second would be taken for a copy."""
    before = (each.generation for each in target.dust_taken if each.source == source.buy_order_id)
    return DustTransfer(
        symbol=source.symbol,
        source=source.buy_order_id,
        target=target.buy_order_id,
        generation=max(generation, 1 + max(before, default=0)),
        quantity=quantity,
        cost=share_of(source.inventory_cost, quantity, source.remainder),
        time_ms=now_ms,
    )
