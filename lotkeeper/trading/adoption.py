"""Coins that became ours without a trade here: taken over at a cost that a person states."""

from decimal import ROUND_UP, Context, Decimal

from lotkeeper.trading.fills import Fill, Side
from lotkeeper.trading.money import ZERO, plain

# Beyond every order id of the exchange, and short enough for a client order id: such a lot never meets a real BUY.
FIRST_NUMBER = 10**17
_UP = Context(prec=20, rounding=ROUND_UP)


def number_of(at_ms: int) -> int:
    """What stands for the BUY's order id in the lot of coins that were adopted at that moment (ms)."""
    return FIRST_NUMBER + at_ms


def coins_fill(symbol: str, base: str, at_ms: int, quantity: Decimal, cost: Decimal) -> Fill:
    """The one fill of such a lot: `quantity` (base) for `cost` (quote), all fees in it.

    Its trade id is below zero: the exchange never tells it, and no cursor waits for it.
    """
    return Fill(
        symbol=symbol,
        trade_id=-at_ms,
        order_id=number_of(at_ms),
        side=Side.BUY,
        price=_UP.divide(cost, quantity),
        quantity=quantity,
        quote_quantity=cost,
        commission=ZERO,
        commission_asset=base,
        time_ms=at_ms,
        is_maker=False,
    )


def refusal(quantity: Decimal, cost: Decimal, beyond: Decimal, base: str) -> str:
    """Why so many coins cannot be adopted at that cost, where `beyond` are in no lot; empty if they can."""
    if quantity <= 0 or cost <= 0:
        return "the quantity and the cost have to be above zero: a SELL has to bring the cost"
    if quantity > beyond:
        there = f"{plain(beyond)} {base}" if beyond > 0 else "nothing"
        return f"the account holds {there} that no lot has, and {plain(quantity)} {base} was asked for"
    return ""
