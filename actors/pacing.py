"""How the keepers of many pairs share the request weight of a minute: pure functions of the number of pairs.

Weights by Binance rest-api.md. A first start takes 66 of each pair: the newest trades (20), the newest orders (20), the
open orders (6) and the commission (20). A minute has 6000, of which questions may take nine tenths.
"""

from messages.lifecycle import KeeperPace

MOST_AT_ONCE = 60  # so many pairs may ask for all of it at once, and leave a quarter of the minute to everything else
_MINUTE_S = 60.0


def pace_of(place: int, pairs: int) -> KeeperPace:
    """The pace of the keeper at `place` (from 0) of so many pairs.

    The first minute belongs to the first comparisons, the second one to the second looks. From then on each pair
    compares at its own moment of every two minutes. The commissions follow over four minutes, and come every ten.
    """
    if pairs <= MOST_AT_ONCE:
        return KeeperPace()
    turn_s = _MINUTE_S * place / pairs
    return KeeperPace(
        is_sparing=True,
        commission_after_s=2 * _MINUTE_S + 4 * turn_s,
        second_look_after_s=_MINUTE_S + turn_s,
        looks_further=False,  # the second look comes when no lag is that long
        compares_at_s=2 * turn_s,
    )
