"""The sell instructions of a lot, as a person asks about them: what was asked for, and how far it has come."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest

from lotkeeper.trading.lots.instructed import left_to_sell, sells_of
from lotkeeper.trading.lots.instructions import InstructionEnd, SellInstruction
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.lots.states import LotState
from lotkeeper.trading.money import ZERO, less, total
from lotkeeper.trading.orders.order import SellOrder


class SaleState(StrEnum):
    """How far an instruction has come, or why it stands no more."""

    UNDER_WAY = "UNDER_WAY"
    DONE = "DONE"  # all of it is sold
    WITHDRAWN = "WITHDRAWN"
    REPLACED = "REPLACED"
    CANCELLED = "CANCELLED"
    REFUSED = "REFUSED"
    LOT_CLOSED = "LOT_CLOSED"  # the lot was sold or given up in another way before


_OF_END = {
    InstructionEnd.WITHDRAWN: SaleState.WITHDRAWN,
    InstructionEnd.REPLACED: SaleState.REPLACED,
    InstructionEnd.CANCELLED: SaleState.CANCELLED,
    InstructionEnd.REFUSED: SaleState.REFUSED,
}


@dataclass(frozen=True, slots=True)
class InstructedSale:
    """One instruction of a lot; quantities in base asset, money in quote asset."""

    instruction: SellInstruction
    state: SaleState
    sells: tuple[SellOrder, ...]  # that carry or carried it out
    sold: Decimal  # what these sold
    brought: Decimal  # what these sales brought, before fees
    sold_otherwise: Decimal  # what other SELLs of the lot sold meanwhile, where all of the lot was asked for
    left: Decimal  # what is still to be sold; zero once it stands no more


def instructed_sales(lot: Lot) -> tuple[InstructedSale, ...]:
    """All instructions that the lot ever had, the oldest first."""
    # The SELLs of one have generations before those of the next.
    ends = (each.from_generation for each in lot.instructions[1:])
    return tuple(_sale(lot, each, until) for each, until in zip_longest(lot.instructions, ends))


def _sale(lot: Lot, instruction: SellInstruction, until: int | None) -> InstructedSale:
    """`until` is the generation from which on SELLs carry out the next instruction; None: it is the newest."""
    sells = tuple(order for order in sells_of(lot, instruction) if until is None or order.name.generation < until)
    order_ids = {number for order in sells for number in order.order_ids}
    sold = total(order.executed for order in sells)
    is_newest = until is None and instruction.end is None
    missing = left_to_sell(lot, instruction) if is_newest else ZERO
    counted = less(instruction.quantity, missing) if is_newest else sold
    state = _state(instruction, missing, lot)
    return InstructedSale(
        instruction,
        state,
        sells,
        sold,
        brought=total(fill.quote_quantity for fill in lot.sells if fill.order_id in order_ids),
        sold_otherwise=max(less(counted, sold), ZERO),
        left=missing if state is SaleState.UNDER_WAY else ZERO,
    )


def _state(instruction: SellInstruction, missing: Decimal, lot: Lot) -> SaleState:
    if instruction.end is not None:
        return _OF_END[instruction.end]
    if not missing:
        return SaleState.DONE
    return SaleState.LOT_CLOSED if lot.state is LotState.CLOSED else SaleState.UNDER_WAY
