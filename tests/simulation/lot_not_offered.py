"""Which lot has coins that no SELL offers, and that no manual sale explains."""

from collections.abc import Mapping
from decimal import Decimal as D


def lot_not_offered(lots: Mapping[int, D], least: Mapping[int, D], sold_manually: D) -> tuple[int, D] | None:
    """The first lot that manual sales do not explain, and what of it no SELL offers; None if they explain all.

    `lots` are the quantities that no SELL of the lot offers, `least` the smallest that a SELL of its own could offer.

    The exchange does not say whose coins a manual sale took, so any division of it is allowed that leaves each lot less
    than a SELL needs. Not more is asked for: the keeper takes from each lot what no SELL held at that moment. Of two
    lots with 0.050 and 0.070 of which 0.025 and 0.047 were sold manually, 0.025 and 0.023 are left, which is dust, and
    SELLs of other lots offer it. To count all of the first lot as sold manually would leave too little for the second.
    """
    for number, quantity in lots.items():
        gone = quantity - least[number]  # the sale took more than this
        if gone >= sold_manually:
            return number, quantity - sold_manually
        sold_manually -= gone
    return None
