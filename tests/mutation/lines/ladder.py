"""The parts of a lot with a ladder."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    Mutant(
        "selling/ladder.py",
        "a part that is too small is lost",
        "left[target] = total((left[target], quantity))",
        "left[target] = left[target]",
    ),
    Mutant(
        "selling/ladder.py",
        "a part that stands is placed again",
        "max(less(share, covered.get(part, ZERO)), ZERO)",
        "share",
    ),
    Mutant(
        "selling/ladder.py",
        "a small part is sold with the farthest",
        "return min(others, key=lambda",
        "return max(others, key=lambda",
    ),
    Mutant(
        "selling/ladder.py",
        "the price of a found SELL does not tell its part",
        "profit = less(net, sell.cost)",
        "profit = ZERO",
    ),
    Mutant(
        "selling/next_sell.py",
        "a part is worth less than the smallest order",
        "quantity) >= pair.min_notional",
        "quantity) >= ZERO",
    ),
    Mutant("selling/ladder.py", "the smallest part goes last", "part = min(small, key", "part = max(small, key"),
    Mutant("selling/ladder.py", "the highest price first", "(each in standing, each))", "(each in standing, -each))"),
    Mutant(
        "selling/ladder.py",
        "a part that stands is sold before those that do not",
        "(each in standing, each))",
        "(each not in standing, each))",
    ),
    Mutant("selling/ladder.py", "more than one order carries", "min(quantities[part], most)", "quantities[part]"),
    Mutant(
        "selling/ladder.py",
        "more than is free is divided",
        "rest = lot.remainder if free is None else min(lot.remainder, free)",
        "rest = lot.remainder",
    ),
    Mutant(
        "selling/ladder.py",
        "SELLs of different parts become one",
        "wanted = {own} if own in parts else {part for part in parts if parts.count(part) > 1}",
        "wanted = {own, *parts}",
    ),
    Mutant(
        "selling/ladder.py",
        "of two parts that are as near the higher one",
        "copy_abs(), each))",
        "copy_abs(), -each))",
    ),
    Mutant(
        "selling/ladder.py", "of two small parts the lower one goes first", "(left[each], -each)", "(left[each], each)"
    ),
    Mutant("selling/ladder.py", "nobody says which part is sold with another", "targets.get(part, part)", "part"),
    Mutant(
        "selling/next_sell.py",
        "a quantity below the least is a part",
        "if quantity < pair.min_quantity:\n        return False",
        "if quantity < pair.min_quantity:\n        return True",
    ),
    Mutant(
        "selling/ladder.py",
        "the shares are those of what is left",
        "total((rest, *covered.values()))",
        "rest",
    ),
    Mutant(
        "selling/ladder.py",
        "a part of less than a step",
        'Decimal("0.01")), step)',
        'Decimal("0.01")), ZERO)',
    ),
)
