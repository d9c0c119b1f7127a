"""What there is of a lot and of its orders, and what it cost."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    Mutant(
        "lots/lot.py", "a fee in the coin is not taken off", "if fill.commission_asset == self.base])", "if False])"
    ),
    Mutant("lots/lot.py", "a fee in quote is not counted", "if fill.commission_asset == self.quote]", "if False]"),
    Mutant(
        "lots/lot.py",
        "a fee in BNB is not counted",
        "for fill in fills if fill.trade_id in values]",
        "for fill in fills if False]",
    ),
    Mutant(
        "lots/lot.py",
        "dust is worth more than its share",
        "max(min(self.uncovered_cost, share), ZERO)",
        "max(self.uncovered_cost, ZERO)",
    ),
    Mutant(
        "orders/order.py",
        "an ended SELL still covers all",
        "self.quantity if self.is_live else self.executed",
        "self.quantity",
    ),
    Mutant(
        "orders/order.py",
        "an ended SELL still holds its cost",
        "self.cost if self.is_live else self.cost_sold",
        "self.cost",
    ),
    Mutant(
        "selling/dust.py",
        "dust goes for nothing",
        "cost=share_of(source.inventory_cost, quantity, source.remainder)",
        "cost=ZERO",
    ),
    Mutant("selling/dust.py", "dust of a BUY that goes on is given", "is_certain = lot.buy_ended and", "is_certain ="),
)
