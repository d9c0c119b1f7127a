"""What an order list of the exchange is to a lot, and what its stop is for."""

from enum import StrEnum


class OrderListKind(StrEnum):
    """Which orders are in it."""

    SELL_AND_STOP = "SELL_AND_STOP"  # a SELL of ours and its stop, for the same coins (OCO)
    BUY_AND_SELLS = "BUY_AND_SELLS"  # a BUY and what sells its coins when it is filled (OTO, OTOCO, OPO)


class StopKind(StrEnum):
    """Which part of the exit wants a stop."""

    STOP_LOSS = "STOP_LOSS"
    BREAK_EVEN = "BREAK_EVEN"
