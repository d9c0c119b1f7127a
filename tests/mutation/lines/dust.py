"""Dust, over crashes and a lost database."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    Mutant(
        "recovery/history.py",
        "dust that went with a lot of the past is there still",
        "less(sold, self._received.get(buy_order_id, ZERO), *known)",
        "ZERO",
    ),
    Mutant(
        "selling/plan.py",
        "what a SELL has of a lot that is no dust any more is left to that one",
        "remainders=_remainders(book, lot) if lot.remainder < 0 else (),",
        "remainders=(),",
    ),
    Mutant(
        "selling/dust.py",
        "a second carry passes for a copy of the first",
        "generation=max(generation, 1 + max(before, default=0))",
        "generation=generation",
    ),
    Mutant(
        "book/pair_history.py",
        "a late copy of a BUY is a lot anew",
        "is_read = self.cursor is not None and 0 <= fill.trade_id <= self.cursor",
        "is_read = False",
    ),
)
