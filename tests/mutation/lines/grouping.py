"""The group: cost moves to SELLs that bring it, and adds up to zero."""

from tests.mutation.mutant import Mutant

MUTANTS = (
    Mutant(
        "selling/grouping.py",
        "a SELL takes over cost that its price does not bring",
        "    most = min(round_cost_down(_fair_cost(order, group)), of_open)\n"
        "    return max(min(less(most, _open_cost(order)), less(of_all, order.cost)), ZERO)",
        "    return max(less(round_cost_down(_fair_cost(order, group)), _open_cost(order)), ZERO)",
    ),
    Mutant(
        "selling/grouping.py",
        "less is taken over than is given",
        "amount = min(total(room.values()), total(excess.values()))\n    taken, given = dict(_divided(room, amount)),",
        "amount = total(excess.values())\n    taken, given = dict(_divided(room, amount)),",
    ),
    Mutant(
        "selling/grouping.py", "a held lot takes part", " and lot.hold is None and lot.buy_ended", " and lot.buy_ended"
    ),
    Mutant("selling/grouping.py", "a lot takes part while its BUY is open", " and lot.buy_ended and", " and"),
    Mutant("selling/grouping.py", "a found SELL takes part", "any(order.was_found for order in lot.orders) or ", ""),
    Mutant("selling/grouping.py", "sold coins bear cost twice", "less(order.cost, order.cost_sold)", "order.cost"),
    Mutant("lots/transfers.py", "one side of a move alone", "else self.cost.copy_negate()", "else self.cost * 0"),
    Mutant("lots/found_price.py", "the oldest found SELL counts", "in reversed(lot.orders) if", "in lot.orders if"),
    Mutant("lots/found_price.py", "a found price does not hold", "found_price(lot) if policy.group else ZERO", "ZERO"),
)
