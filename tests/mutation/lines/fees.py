"""Rates and values of fees, and the filters."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    # fees.py, fee_valuation.py: rates and values
    Mutant("lots/fees.py", "the better of maker and taker", "SellFee.WORSE: max(part", "SellFee.WORSE: min(part"),
    Mutant("lots/fees.py", "the seller's part is forgotten", "total((sides[fee], part.seller))", "sides[fee]"),
    Mutant(
        "lots/fees.py",
        "the discount is on tax, too",
        "total((standard, _side(commission.special, fee), _side(commission.tax, fee)))",
        "product(total((standard, _side(commission.special, fee), _side(commission.tax, fee))), Decimal('0.75'))",
    ),
    Mutant(
        "prices/fee_valuation.py",
        "a fee in BNB is valued too low",
        "value = ratio_ceil_to(Ratio(product(fill.commission, price)), COST_STEP)",
        "value = product(fill.commission, price).quantize(COST_STEP, 'ROUND_DOWN')",
    ),
    # filters
    Mutant(
        "filters/base.py",
        "a grid holds what is between its steps",
        "and not (self.step and STRICT.remainder(value, self.step))",
        "and True",
    ),
    Mutant("filters/base.py", "the nearest allowed is the farther one", "min(allowed, key=", "max(allowed, key="),
    Mutant(
        "filters/amounts.py",
        "the smallest order is none",
        "return None if nearest == notional else",
        "return None if True else",
    ),
    Mutant(
        "filters/amounts.py",
        "the side of PERCENT_PRICE_BY_SIDE is the other one",
        "if side is Side.BUY else (self.ask_down, self.ask_up)",
        "if side is Side.BUY else (self.bid_down, self.bid_up)",
    ),
)
