"""The wrong lines, by what they concern."""

from tests.mutation.lines import (
    amounts,
    break_even,
    dust,
    fee_reserve,
    fees,
    grouping,
    kept_coins,
    ladder,
    lots,
    next_sell,
    purchases,
    stops,
    trailing,
)

_FILES = (
    amounts,
    break_even,
    dust,
    fee_reserve,
    fees,
    grouping,
    kept_coins,
    ladder,
    lots,
    next_sell,
    purchases,
    stops,
    trailing,
)
MUTANTS = tuple(mutant for each in _FILES for mutant in each.MUTANTS)

__all__ = ["MUTANTS"]
