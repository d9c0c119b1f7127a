"""How often the account is polled while its stream is down."""

_PASS_WEIGHT = 26  # trades from an id (20) and open orders of a pair (6): Binance rest-api.md
_WEIGHT_A_MINUTE = 2_400  # of the 6000 of an address: orders, prices and the balances need the rest
_LEAST_S = 2.0


def poll_every_s(pairs: int) -> float:
    """Seconds between two passes over a pair, so that all `pairs` together stay within their share of the weight."""
    return max(_LEAST_S, pairs * _PASS_WEIGHT * 60 / _WEIGHT_A_MINUTE)
