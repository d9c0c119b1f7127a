"""The next SELL: its quantity, its share of the cost, and what a filter raises."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    Mutant(
        "selling/next_sell.py",
        "the whole cost for a part",
        "share = Ratio(product(left, quantity), rest)",
        "share = Ratio(left)",
    ),
    Mutant(
        "selling/next_sell.py",
        "the SELLs of a climbing lot fall short",
        "return larger(share, Ratio(left) if",
        "return share if True else larger(share, Ratio(left) if",
    ),
    Mutant(
        "selling/next_sell.py",
        "written off dust keeps its cost",
        "idle = dust if policy.dust is Dust.WRITE_OFF",
        "idle = dust if policy.dust is Dust.KEEP",
    ),
    Mutant("selling/next_sell.py", "a quantity below the least", "quantity >= pair.min_quantity", "quantity >= ZERO"),
    Mutant(
        "selling/next_sell.py",
        "the largest quantity is no bound",
        "quantity = min(quantity, pair.max_quantity",
        "quantity = max(quantity, pair.max_quantity",
    ),
    Mutant("selling/next_sell.py", "more than is free is sold", "else min(lot.remainder, free)", "else lot.remainder"),
    Mutant(
        "selling/next_sell.py",
        "a filter lowers the price",
        "Ratio(max([price, *wanted]))",
        "Ratio(min([price, *wanted]))",
    ),
    Mutant(
        "selling/next_sell.py",
        "the last SELL takes a share, and a rest is lost",
        "lot.uncovered_cost if _sells_the_rest(lot, pair, policy, quantity) else round_cost_down(required.cost)",
        "round_cost_down(required.cost)",
    ),
    Mutant(
        "selling/next_sell.py",
        "an order is worth more than the largest",
        "ratio_floor_to(Ratio(most, sell.price), pair.step)",
        "ratio_ceil_to(Ratio(most, sell.price), pair.step)",
    ),
)
