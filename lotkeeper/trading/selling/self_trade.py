"""A sale whose limit is at or below a BUY of the same account: what the exchange does when the two meet.

Which it does is the pair's default, because no order of ours asks for another one (Binance faqs/stp_faq.md).
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum

from lotkeeper.trading.orders.order import OrderReport
from lotkeeper.trading.orders.trails import waits_for_price

_PENDING = "PENDING_NEW"  # of an order list: it is not on the book yet


class SelfTrade(StrEnum):
    """What the exchange does (exchangeInfo, defaultSelfTradePreventionMode)."""

    NOT_PREVENTED = "NONE"
    MAKER_ENDS = "EXPIRE_MAKER"
    TAKER_ENDS = "EXPIRE_TAKER"
    BOTH_END = "EXPIRE_BOTH"
    BOTH_SHRINK = "DECREMENT"
    TRANSFERRED = "TRANSFER"


_CONSEQUENCES: Mapping[str, str] = {
    SelfTrade.NOT_PREVENTED: "would let them trade with each other, for two fees",
    SelfTrade.MAKER_ENDS: "would end the BUY, and sell on to others",
    SelfTrade.TAKER_ENDS: "would end the SELL",
    SelfTrade.BOTH_END: "would end both",
    SelfTrade.BOTH_SHRINK: "would take the quantity from both, without a trade",
    SelfTrade.TRANSFERRED: "would take the quantity from both, without a trade",
}


def met_buy(buys: Iterable[OrderReport], limit: Decimal) -> OrderReport | None:
    """The highest BUY on the book that a SELL with this limit (quote) would meet, if it comes so far; None for none."""
    on_book = (each for each in buys if each.status != _PENDING and not waits_for_price(each.order_type))
    return max((each for each in on_book if each.price >= limit), key=lambda each: each.price, default=None)


def consequence_of(mode: str) -> str:
    """What the exchange would do with the two, for people; `mode` is its own word, empty if it has not said it."""
    return _CONSEQUENCES.get(mode, "may end one of them, or both")


def harms_sale(mode: str) -> bool:
    """Whether the sale itself would suffer."""
    return mode != SelfTrade.MAKER_ENDS
