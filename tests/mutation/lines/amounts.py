"""Exact arithmetic with its one rounding; the floor and what it claims."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    # money.py: exact arithmetic and the one rounding
    Mutant("money.py", "a price that is not on the tick is cut", "ONE) if rest > 0 else", "ONE) if rest < 0 else"),
    Mutant("money.py", "a price on the tick is raised by one", "ONE) if rest > 0 else", "ONE) if rest >= 0 else"),
    Mutant("money.py", "a share below zero is cut upward", "ONE) if rest < 0 else", "ONE) if False else"),
    Mutant("money.py", "a quantity is divided, and so rounded", "STRICT.divide_int(value, step)", "value / step"),
    Mutant("money.py", "a step of zero divides", " if step else value", ""),
    Mutant("money.py", "sums are rounded at 28 digits", "reduce(STRICT.add, amounts, ZERO)", "sum(amounts, ZERO)"),
    Mutant(
        "money.py",
        "quotients are compared the wrong way",
        "self.numerator, other.denominator) <",
        "self.numerator, other.denominator) >",
    ),
    Mutant(
        "money.py",
        "the smaller of two is the larger",
        "other if one.is_less_than(other)",
        "one if one.is_less_than(other)",
    ),
    # floors.py: the claim and its price
    Mutant("lots/floors.py", "the percentage is a fraction", "product(cost.denominator, _HUNDRED)", "cost.denominator"),
    Mutant(
        "lots/floors.py", "the lesser of the two profits is wanted", "larger(percent, Ratio(", "min(percent, Ratio("
    ),
    Mutant(
        "lots/floors.py",
        "a part wants the profit of the whole",
        "Ratio(product(policy.min_net_profit, part.numerator), part.denominator)",
        "Ratio(policy.min_net_profit)",
    ),
    Mutant("lots/floors.py", "the profit is forgotten", "self.cost.plus(self.profit)", "self.cost"),
    Mutant(
        "lots/floors.py",
        "the sell fee is forgotten",
        "Ratio(product(quantity, less(ONE, sell_rate))))",
        "Ratio(quantity))",
    ),
    Mutant(
        "lots/floors.py",
        "the sell fee is added",
        "Ratio(product(quantity, less(ONE, sell_rate))))",
        "Ratio(product(quantity, total((ONE, sell_rate)))))",
    ),
    Mutant("lots/floors.py", "the price is rounded down", "max(ratio_ceil_to(exact", "max(ratio_floor_to(exact"),
    Mutant("lots/floors.py", "a price of nothing", "sell_rate), tick), tick)", "sell_rate), tick), ZERO)"),
    Mutant("lots/floors.py", "a rate of all is taken", "not 0 <= sell_rate < 1", "not 0 <= sell_rate <= 1"),
    Mutant(
        "lots/floors.py",
        "a share is rounded up",
        "return ratio_floor_to(cost, COST_STEP)",
        "return ratio_ceil_to(cost, COST_STEP)",
    ),
    Mutant(
        "lots/floors.py",
        "a wanted profit is rounded down",
        "return ratio_ceil_to(profit, COST_STEP)",
        "return ratio_floor_to(profit, COST_STEP)",
    ),
    Mutant(
        "lots/floors.py",
        "a SELL that was found pays for more than it can",
        "by_amount if by_amount.is_less_than",
        "by_percent if by_amount.is_less_than",
    ),
)
