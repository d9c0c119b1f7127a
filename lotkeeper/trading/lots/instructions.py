"""Sell instructions: what a person wants sold of a lot with `lotkeeper sell`, until that is done or withdrawn.

The SELLs that carry one out have names of their own (`SellName.is_instructed`). So the lot tells how much of it is
done, whatever was lost or came twice meanwhile: nothing else counts what an instruction has sold.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class PriceKind(StrEnum):
    """How the person named the price."""

    AT = "AT"  # by a number
    FLOOR = "FLOOR"  # the lot's floor at that moment
    MARKET = "MARKET"  # what the market paid at that moment, less a margin


class InstructionEnd(StrEnum):
    """Why an instruction stands no more although not all of it may be sold."""

    WITHDRAWN = "WITHDRAWN"  # by the person
    REPLACED = "REPLACED"  # by a newer one
    CANCELLED = "CANCELLED"  # its SELL was cancelled on the exchange, by a person
    REFUSED = "REFUSED"  # the exchange took its SELL several times in a row not, or ended it at once


@dataclass(frozen=True, slots=True)
class SellInstruction:
    """Sell so much of a lot, for at least this price."""

    number: int  # of the lot's instructions, from 1
    request: str  # what was asked for, so that the same asked twice is known to be the same
    kind: PriceKind
    quantity: Decimal  # base, in whole steps
    price: Decimal  # quote; the limit of its SELLs
    is_whole: bool  # all that the lot had then: what any of its SELLs sold since then counts
    is_below_floor_allowed: bool
    sold_before: Decimal  # base; what counted as sold when it was given
    from_generation: int  # its SELLs have this generation or a later one
    at_ms: int  # wall clock
    who: str  # the name of the user of the shell
    why: str  # as the person said it; may be empty
    end: InstructionEnd | None = None  # None while it stands, and when all of it is sold
    # Nothing is done before the database has it: else a crash would forget what a repeated command has to find.
    is_recorded: bool = field(default=True, compare=False)
