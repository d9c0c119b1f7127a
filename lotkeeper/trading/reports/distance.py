"""How far the market is from a price."""

from decimal import Decimal

from lotkeeper.trading.money import Ratio, less, product, ratio_floor_to

_HUNDRED, _FINEST = Decimal(100), Decimal("0.01")


def distance_pct(trigger: Decimal, bid: Decimal) -> Decimal:
    """How far the bid (above zero) has to move to the trigger, in percent of the bid; cut to hundredths, downward."""
    return ratio_floor_to(Ratio(product(less(trigger, bid), _HUNDRED), bid), _FINEST)
