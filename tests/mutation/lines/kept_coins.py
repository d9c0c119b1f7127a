"""A part of the profit that is kept in coins."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    Mutant(
        "selling/kept_coins.py",
        "coins are kept again",
        "missing = less(wanted, *",
        "missing = wanted or less(wanted, *",
    ),
    Mutant(
        "selling/kept_coins.py",
        "coins that a SELL covers are kept",
        "min(missing, floor_to(lot.remainder, pair.step))",
        "missing",
    ),
    Mutant(
        "selling/kept_coins.py",
        "what was kept is no part of the whole",
        "quantity = total((lot.stock, *(each.quantity for each in kept)))",
        "quantity = lot.stock",
    ),
    Mutant(
        "selling/kept_coins.py",
        "what was kept has cost nothing",
        "cost = total((lot.stock_cost, *(each.cost for each in kept)))",
        "cost = lot.stock_cost",
    ),
    Mutant(
        "selling/kept_coins.py",
        "all of the profit is kept",
        "product(profit.numerator, policy.keep_coins_pct)",
        "product(profit.numerator, _HUNDRED)",
    ),
    Mutant(
        "selling/kept_coins.py",
        "coins come back when less is to be kept",
        "return max(min(missing, floor_to(lot.remainder, pair.step)), ZERO)",
        "return min(missing, floor_to(lot.remainder, pair.step))",
    ),
    Mutant("selling/kept_coins.py", "the cost is kept in coins", "part = kept.divided_by(net)", "part = Ratio(ONE)"),
    Mutant(
        "selling/kept_coins.py",
        "kept coins cost nothing",
        "share_of(lot.inventory_cost, quantity, lot.remainder)",
        "ZERO",
    ),
    Mutant(
        "selling/plan.py",
        "another lot sells what is to be kept",
        "if policy.keep_coins_pct and coins_to_keep(lot, market.pair, policy):",
        "if False:",
    ),
)
