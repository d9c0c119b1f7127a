"""What a request is for: each purpose stops at a share of every limit, so that those before it always find room."""

from enum import IntEnum


class Purpose(IntEnum):
    """In the order in which they are served."""

    TRADING = 0  # orders, cancels, the connection of the account's stream
    RECONCILING = 1  # questions, the exchange's clock, market rules
    PRICES = 2  # prices by request, connections of market streams


# The tenth that trading keeps of the weight is 600 a minute: as many orders as the exchange takes in that time.
_PERCENT = {Purpose.TRADING: 100, Purpose.RECONCILING: 90, Purpose.PRICES: 70}


def share_of(purpose: Purpose, most: int) -> int:
    """Up to what count of a limit a purpose may go on."""
    return most * _PERCENT[purpose] // 100
