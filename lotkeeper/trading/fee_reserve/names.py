"""Client order ids of BUYs of BNB for fees: derived from the hour, so that two processes buy once in an hour.

Such a BUY is no lot, because it is made on a pair that is not kept: a list of trades does not show client order ids.
"""

from typing import Final

PREFIX: Final = "lkf1-"
HOUR_MS: Final = 3_600_000


def top_up_id(exchange_ms: int) -> str:
    """The id of the one BUY for fees in the hour of this moment (exchange's time): lkf1-0 is that of 1970."""
    return f"{PREFIX}{exchange_ms // HOUR_MS}"


def is_top_up(client_id: str) -> bool:
    """Whether an order with this client order id is a BUY for fees."""
    return client_id.startswith(PREFIX)
