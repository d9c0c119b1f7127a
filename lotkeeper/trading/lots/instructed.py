"""How far a lot's sell instruction has come, and how a lot changes with it."""

from collections.abc import Iterator
from decimal import Decimal

from lotkeeper.trading.lots.instructions import InstructionEnd, SellInstruction
from lotkeeper.trading.lots.lot import Lot
from lotkeeper.trading.money import ZERO, less, total
from lotkeeper.trading.orders.order import SellOrder
from lotkeeper.trading.orders.states import OrderState
from lotkeeper.trading.replacing import replace


def standing_instruction(lot: Lot) -> SellInstruction | None:
    """The newest instruction, if it has not ended; all of it may be sold."""
    newest = lot.instructions[-1] if lot.instructions else None
    return newest if newest is not None and newest.end is None else None


def counted_as_sold(lot: Lot, *, is_whole: bool) -> Decimal:
    """What the lot has sold (base) of what an instruction counts: all of it, or what instructed SELLs sold."""
    return lot.sold if is_whole else total(order.executed for order in lot.orders if order.name.is_instructed)


def left_to_sell(lot: Lot, instruction: SellInstruction) -> Decimal:
    """How much of the instruction (base) is not sold; zero once it is done."""
    sold = less(counted_as_sold(lot, is_whole=instruction.is_whole), instruction.sold_before)
    return max(less(instruction.quantity, sold), ZERO)


def sells_of(lot: Lot, instruction: SellInstruction) -> Iterator[SellOrder]:
    """The SELLs that carry it out."""
    return (order for order in _instructed(lot) if order.name.generation >= instruction.from_generation)


def stale_sells(lot: Lot) -> tuple[SellOrder, ...]:
    """The instructed SELLs on the book that no standing instruction wants.

    A lot without any instruction lost them with its database: its SELLs stand until they are sold.
    """
    if not lot.instructions:
        return ()
    standing = standing_instruction(lot)
    wanted = set() if standing is None else {order.name for order in sells_of(lot, standing)}
    return tuple(order for order in _instructed(lot) if order.is_cancelable and order.name not in wanted)


def next_instructed_generation(lot: Lot) -> int:
    """That of the lot's next instructed SELL. One that was not sent leaves its name to the next."""
    if not lot.orders:
        return 1
    newest = lot.orders[-1]
    is_reused = newest.state is OrderState.NOT_SENT and newest.name.is_instructed
    return newest.name.generation + (not is_reused)


def with_new_instruction(lot: Lot, instruction: SellInstruction) -> Lot:
    """The lot with one more instruction, which replaces one that stands."""
    return replace(lot, instructions=(*with_ended_instruction(lot, InstructionEnd.REPLACED).instructions, instruction))


def with_ended_instruction(lot: Lot, end: InstructionEnd) -> Lot:
    """The lot whose standing instruction has ended; the same lot if it has none that is not done."""
    standing = standing_instruction(lot)
    if standing is None or not left_to_sell(lot, standing):
        return lot
    return replace(lot, instructions=(*lot.instructions[:-1], replace(standing, end=end)))


def with_recorded_instruction(lot: Lot) -> Lot:
    """The lot whose newest instruction is in the database: it is carried out from now on."""
    return replace(lot, instructions=(*lot.instructions[:-1], replace(lot.instructions[-1], is_recorded=True)))


def _instructed(lot: Lot) -> Iterator[SellOrder]:
    return (order for order in lot.orders if order.name.is_instructed)
